use crate::callbacks::callback::Callback;
use crate::io::error::{Error, Result};

/// Sets the learning rate before each epoch by a function of the epoch's number, counted from 1, and the present rate.
/// (Keras counts epochs from 0.)
///
/// A schedule by steps is an [option of the optimizer](crate::OptimizerOptions::learning_rate); with it, this callback
/// is an error.
///
/// ```
/// use taut::{callbacks::LearningRateScheduler, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// let halve_after_ten = LearningRateScheduler(|epoch, rate| if epoch > 10 { rate / 2.0 } else { rate });
/// model.callbacks(halve_after_ten).fit(&data, Fit { epochs: 12, ..Fit::default() })?;
/// assert_eq!(model.optimizer().learning_rate(), 0.1 / 4.0);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/learning_rate_scheduler/>.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct LearningRateScheduler<F>(pub F);

impl<R, F: FnMut(usize, f32) -> f32> Callback<R> for LearningRateScheduler<F> {
    fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> Result<()> {
        *learning_rate = (self.0)(number, *learning_rate);
        if learning_rate.is_finite() && *learning_rate >= 0.0 {
            return Ok(());
        }
        Err(Error::argument("LearningRateScheduler's function", "a number from 0", *learning_rate))
    }
}
