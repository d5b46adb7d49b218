use crate::contract::outputs::AnyNumbers;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{at_least, mean};
use crate::shape::sample::Sample;

/// The hinge loss: `mean(max(1 - t · p, 0))`.
///
/// - Output and target: any sample, of the same shape; targets are -1 and 1; a 0 counts as -1. Also a metric.
///
/// Keras reads 0 as -1 only if all targets of the batch are 0 or 1.
///
/// ```
/// use taut::{losses::Hinge, prelude::*};
/// assert_eq!(Hinge.loss(&Vector::new([0.5, 2.0]), &Vector::new([-1.0, 1.0]), &mut Vector::ZERO), 0.75);
/// ```
///
/// See <https://keras.io/api/losses/hinge_losses/#hinge-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hinge;
loss_as_metric!(Hinge, "hinge");

/// `max(1 - t · p, 0)`, with a target of 0 read as -1, and its derivative by `p`.
#[inline(always)]
pub(super) fn margin_error(p: f32, t: f32) -> (f32, f32) {
    let t = if t == 0.0 { -1.0 } else { t };
    let error = at_least(1.0 - t * p, 0.0);
    (error, if error > 0.0 { -t } else { 0.0 })
}

impl<P: Sample> Loss<P> for Hinge {
    type Target = P;
    type Takes = AnyNumbers;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, margin_error)
    }
}
