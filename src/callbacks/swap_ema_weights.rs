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
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("average.taut");
/// let optimizer = Adam::default().with(OptimizerOptions { ema: Some(Ema::default()), ..OptimizerOptions::default() });
/// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
/// // Compares the losses of the average, and saves the average, with which every run ends.
/// let callbacks = (SwapEmaWeights { on_epoch: true }, ModelCheckpoint::best(&path, ValLoss));
/// model.validation(&data).callbacks(callbacks).fit(&data, Fit { epochs: 3, ..Fit::default() })?;
/// assert_eq!(Model::<Vector<1>, Dense<1, 1>>::load(&path)?.net(), model.net());
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
