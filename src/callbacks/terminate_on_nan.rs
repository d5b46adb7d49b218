use crate::callbacks::callback::Callback;
use crate::callbacks::event::BatchEnd;
use crate::io::error::{Error, Result};

/// Ends a run when the loss of a batch is NaN or infinite.
///
/// ```
/// use taut::{Error, callbacks::TerminateOnNan, prelude::*};
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let data = Dataset::new(vec![Vector::new([f32::NAN])], vec![Vector::new([2.0])])?;
/// let fit = Fit { epochs: 9, ..Fit::default() };
/// assert_eq!(model.callbacks(TerminateOnNan::default()).fit(&data, fit)?.rows.len(), 1); // of nine epochs
/// let error = model.callbacks(TerminateOnNan { raise_error: true }).fit(&data, fit).unwrap_err();
/// assert!(matches!(error, Error::LossNotFinite { epoch: 1, batch: 1, .. }));
/// # Ok::<(), taut::Error>(())
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
