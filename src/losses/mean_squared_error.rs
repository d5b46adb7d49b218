use crate::losses::{Loss, loss_as_metric, mean};
use crate::sample::Sample;

/// `mean((p - t)²)`
///
/// - Output and target: any sample, of the same shape. It is a metric as well.
///
/// See <https://keras.io/api/losses/regression_losses/#meansquarederror-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;
loss_as_metric!(MeanSquaredError, "mean_squared_error");

impl<P: Sample> Loss<P> for MeanSquaredError {
    type Target = P;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| ((p - t) * (p - t), 2.0 * (p - t)))
    }
}
