use crate::callbacks::callback::Callback;
use crate::callbacks::event::BatchEnd;
use crate::io::error::{Error, Result};

/// Ends a run when the loss of a batch is NaN or infinite.
///
/// ```
/// use taut::{callbacks::TerminateOnNan, prelude::*};
/// let stop = TerminateOnNan::default();
/// let fail = TerminateOnNan { raise_error: true };
/// ```
///
/// See <https://keras.io/api/callbacks/terminate_on_nan/>.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct TerminateOnNan {
    /// Whether the run returns [`Error::LossNotFinite`]; false by default.
    pub raise_error: bool,
}

impl<R> Callback<R> for TerminateOnNan {
    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
        if batch.loss.is_finite() {
            return Ok(());
        }
        batch.stop = true;
        match self.raise_error {
            true => Err(Error::LossNotFinite { loss: batch.loss, epoch: batch.epoch, batch: batch.number }),
            false => Ok(()),
        }
    }
}
