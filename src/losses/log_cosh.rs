use crate::contract::outputs::AnyNumbers;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::mean;
use crate::shape::sample::Sample;
use std::f32::consts::LN_2;

/// `mean(ln(cosh(p - t)))`: about `(p - t)² / 2` for small errors, and `|p - t| - ln 2` for large ones.
///
/// - Output and target: any sample, of the same shape. Also a metric, named `logcosh`.
///
/// ```
/// use taut::{losses::LogCosh, prelude::*};
/// let loss = LogCosh.loss(&Vector::new([1.0]), &Vector::new([0.0]), &mut Vector::ZERO);
/// assert!((loss - 1f32.cosh().ln()).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#logcosh-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogCosh;
loss_as_metric!(LogCosh, "logcosh");

impl<P: Sample> Loss<P> for LogCosh {
    type Target = P;
    type Takes = AnyNumbers;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let e = (p - t).abs();
            (e + kernels::ln_1p(kernels::exp(-2.0 * e)) - LN_2, kernels::tanh(p - t))
        })
    }
}
