use crate::callbacks::callback::Callback;
use crate::io::error::{Error, Result};

/// Sets the learning rate before each epoch by a function of the epoch's number, counted from 1, and the present rate.
///
/// A schedule by steps is an [option of the optimizer](crate::OptimizerOptions::learning_rate); with it, this callback
/// is an error.
///
/// ```
/// use taut::{callbacks::{Callback, LearningRateScheduler}, prelude::*};
/// let halve_after_ten = LearningRateScheduler(|epoch, rate| if epoch > 10 { rate / 2.0 } else { rate });
/// # fn any_run(_: impl Callback<taut::Run<(), taut::NotValidated>>) {}
/// # any_run(halve_after_ten);
/// ```
///
/// (Keras counts epochs from 0.)
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
