use crate::contract::outputs::NonNegative;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{EPSILON, mean};
use crate::shape::sample::Sample;

/// The Poisson loss: `mean(p - t · ln(p + 1e-7))`.
///
/// - Output and target: any sample, of the same shape. Also a metric.
///
/// ```
/// use taut::{losses::Poisson, prelude::*};
/// let loss = Poisson.loss(&Vector::new([2.0]), &Vector::new([1.0]), &mut Vector::ZERO);
/// assert!((loss - (2.0 - 2f32.ln())).abs() < 1e-5);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#poisson-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Poisson;
loss_as_metric!(Poisson, "poisson");

impl<P: Sample> Loss<P> for Poisson {
    type Target = P;
    type Takes = NonNegative;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| (p - t * kernels::ln(p + EPSILON), 1.0 - t / (p + EPSILON)))
    }
}
