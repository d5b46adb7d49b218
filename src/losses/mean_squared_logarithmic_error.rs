use crate::contract::outputs::NonNegative;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{EPSILON, at_least, mean};
use crate::shape::sample::Sample;

/// The mean squared logarithmic error: `mean((ln(max(p, 1e-7) + 1) - ln(max(t, 1e-7) + 1))²)`.
///
/// - Output and target: any sample, of the same shape. Also a metric.
///
/// ```
/// use taut::{losses::MeanSquaredLogarithmicError, prelude::*};
/// let loss = MeanSquaredLogarithmicError.loss(&Vector::new([0.0]), &Vector::new([1.0]), &mut Vector::ZERO);
/// assert!((loss - 2f32.ln().powi(2)).abs() < 1e-5);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredLogarithmicError;
loss_as_metric!(MeanSquaredLogarithmicError, "mean_squared_logarithmic_error");

impl<P: Sample> Loss<P> for MeanSquaredLogarithmicError {
    type Target = P;
    type Takes = NonNegative;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let (q, t) = (at_least(p, EPSILON), at_least(t, EPSILON));
            let difference = kernels::ln_1p(q) - kernels::ln_1p(t);
            (difference * difference, if p <= EPSILON { 0.0 } else { 2.0 * difference / (q + 1.0) })
        })
    }
}
