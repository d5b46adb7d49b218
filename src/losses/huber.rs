use crate::io::error::{POSITIVE, settings};
use crate::losses::{Loss, loss_as_metric, mean};
use crate::sample::Sample;

/// The mean of `e² / 2` where `|e| ≤ delta`, and of `delta · |e| - delta² / 2` elsewhere, with `e = p - t`: squares that outliers do not
/// rule.
///
/// - Output and target: any sample, of the same shape. It is a metric as well.
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
    /// Where it goes on in a straight line, 1 by default.
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
