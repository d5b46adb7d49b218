use crate::callbacks::{Callback, Start};
use crate::io::error::Result;

/// Has the average of the weights stand in for them while a run validates.
///
/// The optimizer follows an average: [`Options::ema`](crate::Options::ema). Without one, the run is an error.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// let optimizer = Adam::default().with(Options { ema: Some(Ema::default()), ..Options::default() });
/// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
/// // The losses that are compared are those of the average, and it is the average that is saved.
/// let best = ModelCheckpoint::best(std::env::temp_dir().join("average.taut"), ValLoss);
/// model.validation_split(0.5).callbacks((SwapEmaWeights { on_epoch: true }, best)).fit(&data, Fit::default())?;
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/swap_ema_weights/>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SwapEmaWeights {
    /// Whether the average stands in also at the end of an epoch, so that it is what all callbacks save and keep as the best; a training
    /// checkpoint holds both in their places. (In Keras, for those callbacks only that stand behind this one.) False by default.
    pub on_epoch: bool,
}

impl<R> Callback<R> for SwapEmaWeights {
    fn train_begin(&mut self, start: &mut Start<'_>) -> Result<()> {
        start.wishes.average = Some(*self);
        Ok(())
    }
}
