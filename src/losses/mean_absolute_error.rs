use crate::contract::outputs::AnyNumbers;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{mean, sign};
use crate::shape::sample::Sample;

/// The mean absolute error: `mean(|p - t|)`.
///
/// - Output and target: any sample, of the same shape. Also a metric.
///
/// ```
/// use taut::prelude::*;
/// let mut gradient = Vector::ZERO;
/// assert_eq!(MeanAbsoluteError.loss(&Vector::new([1.0, 2.0]), &Vector::new([0.0, 4.0]), &mut gradient), 1.5);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#meanabsoluteerror-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsoluteError;
loss_as_metric!(MeanAbsoluteError, "mean_absolute_error");

impl<P: Sample> Loss<P> for MeanAbsoluteError {
    type Target = P;
    type Takes = AnyNumbers;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| ((p - t).abs(), sign(p - t)))
    }
}
