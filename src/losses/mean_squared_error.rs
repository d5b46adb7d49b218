use crate::contract::outputs::AnyNumbers;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::mean;
use crate::shape::sample::Sample;

/// The mean squared error: `mean((p - t)²)`.
///
/// - Output and target: any sample, of the same shape. Also a metric.
///
/// ```
/// use taut::prelude::*;
/// let mut gradient = Vector::ZERO;
/// assert_eq!(MeanSquaredError.loss(&Vector::new([1.0, 2.0]), &Vector::new([0.0, 4.0]), &mut gradient), 2.5);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#meansquarederror-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;
loss_as_metric!(MeanSquaredError, "mean_squared_error");

impl<P: Sample> Loss<P> for MeanSquaredError {
    type Target = P;
    type Takes = AnyNumbers;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| ((p - t) * (p - t), 2.0 * (p - t)))
    }
}
