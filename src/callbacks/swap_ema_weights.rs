use crate::callbacks::callback::Callback;
use crate::callbacks::event::{AverageDuring, TrainBegin};
use crate::io::error::Result;

/// Validates with the average of the weights in place of the weights.
///
/// The optimizer must follow an average, by [`OptimizerOptions::ema`](crate::OptimizerOptions::ema), or the run is an
/// error.
///
/// ```
/// use taut::{callbacks::SwapEmaWeights, optimizers::Ema, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// let optimizer = Adam::default().with(OptimizerOptions { ema: Some(Ema::default()), ..OptimizerOptions::default() });
/// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
/// // Compares the losses of the average, and saves the average.
/// let best = ModelCheckpoint::best(std::env::temp_dir().join("average.taut"), ValLoss);
/// model.validation_split(0.5).callbacks((SwapEmaWeights { on_epoch: true }, best)).fit(&data, Fit::default())?;
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/swap_ema_weights/>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct SwapEmaWeights {
    /// Whether callbacks also save, and keep as the best, the average at the end of an epoch; false by default. A
    /// training checkpoint always holds both, each in its own place. (In Keras, only callbacks after this one see the
    /// average.)
    pub on_epoch: bool,
}

impl<R> Callback<R> for SwapEmaWeights {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        let during = if self.on_epoch { AverageDuring::EpochEnd } else { AverageDuring::Validation };
        start.requests.average = Some(during);
        Ok(())
    }
}
