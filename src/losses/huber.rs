use crate::contract::outputs::AnyNumbers;
use crate::io::error::{POSITIVE, settings};
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::mean;
use crate::shape::sample::Sample;

/// The mean of `e² / 2` where `|e| ≤ delta`, and of `delta · |e| - delta² / 2` elsewhere, with `e = p - t`: a squared
/// error in which outliers count little.
///
/// - Output and target: any sample, of the same shape. Also a metric.
///
/// ```
/// use taut::prelude::*;
/// let loss = Huber { delta: 1.0 }; // or `Huber::default()`
/// assert_eq!(loss.loss(&Vector::new([1.0, 9.0]), &Vector::new([0.0, 0.0]), &mut Vector::ZERO), (0.5 + 8.5) / 2.0);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#huber-class>.
#[derive(Clone, Copy, Debug)]
pub struct Huber {
    /// The error from which the loss is linear, 1 by default.
    pub delta: f32,
}
loss_as_metric!(Huber, "huber");

impl Default for Huber {
    fn default() -> Self {
        Huber { delta: 1.0 }
    }
}

impl<P: Sample> Loss<P> for Huber {
    type Target = P;
    type Takes = AnyNumbers;
    settings!(Huber { delta: POSITIVE });
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        let delta = self.delta;
        mean(p, t, dp, |p, t| {
            let e = p - t;
            let far = (delta * e.abs() - 0.5 * delta * delta, delta.copysign(e));
            if e.abs() > delta { far } else { (0.5 * e * e, e) }
        })
    }
}
