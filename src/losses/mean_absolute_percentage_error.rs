use crate::contract::outputs::AnyNumbers;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{EPSILON, at_least, mean, sign};
use crate::shape::sample::Sample;

/// The mean absolute percentage error: `100 · mean(|p - t| / max(|t|, 1e-7))`.
///
/// - Output and target: any sample, of the same shape. Also a metric.
///
/// ```
/// use taut::{losses::MeanAbsolutePercentageError, prelude::*};
/// let mut gradient = Vector::ZERO;
/// let loss = MeanAbsolutePercentageError.loss(&Vector::new([1.0, 2.0]), &Vector::new([2.0, 4.0]), &mut gradient);
/// assert_eq!(loss, 50.0);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanAbsolutePercentageError;
loss_as_metric!(MeanAbsolutePercentageError, "mean_absolute_percentage_error");

impl<P: Sample> Loss<P> for MeanAbsolutePercentageError {
    type Target = P;
    type Takes = AnyNumbers;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let scale = 100.0 / at_least(t.abs(), EPSILON);
            (scale * (p - t).abs(), scale * sign(p - t))
        })
    }
}
