use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{at_least, mean};
use crate::memory::plain::Floats;
use crate::shape::sample::{Sample, Vector};

/// `mean(max(1 - t · p, 0))`
///
/// - Output and target: any sample, of the same shape; targets are -1 and 1, and a 0 counts as -1. It is a metric as well.
///
/// Keras takes a 0 for -1 where all targets of the batch are 0 or 1.
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(Hinge.loss(&Vector::new([0.5, 2.0]), &Vector::new([-1.0, 1.0]), &mut Vector::ZERO), 0.75);
/// ```
///
/// See <https://keras.io/api/losses/hinge_losses/#hinge-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hinge;
loss_as_metric!(Hinge, "hinge");

/// `mean(max(1 - t · p, 0)²)`; all else is as in [`Hinge`].
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(SquaredHinge.loss(&Vector::new([0.5, 2.0]), &Vector::new([-1.0, 1.0]), &mut Vector::ZERO), 1.125);
/// ```
///
/// See <https://keras.io/api/losses/hinge_losses/#squaredhinge-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredHinge;
loss_as_metric!(SquaredHinge, "squared_hinge");

/// `max(1 + max((1 - t) · p) - Σ t · p, 0)`: the right class is to be ahead of all others by 1.
///
/// - Output and target: `Vector<N>`, one-hot. It is a metric as well.
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(CategoricalHinge.loss(&Vector::new([0.5, 0.75]), &Vector::new([1.0, 0.0]), &mut Vector::ZERO), 1.25);
/// ```
///
/// See <https://keras.io/api/losses/hinge_losses/#categoricalhinge-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalHinge;
loss_as_metric!(CategoricalHinge, "categorical_hinge");

/// What is missing to a margin of 1, and its derivative.
#[inline(always)]
fn missing(p: f32, t: f32) -> (f32, f32) {
    let t = if t == 0.0 { -1.0 } else { t };
    let missing = at_least(1.0 - t * p, 0.0);
    (missing, if missing > 0.0 { -t } else { 0.0 })
}

impl<P: Sample> Loss<P> for Hinge {
    type Target = P;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, missing)
    }
}

impl<P: Sample> Loss<P> for SquaredHinge {
    type Target = P;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let (missing, derivative) = missing(p, t);
            (missing * missing, 2.0 * missing * derivative)
        })
    }
}

impl<const N: usize> Loss<Vector<N>> for CategoricalHinge {
    type Target = Vector<N>;
    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        let (mut right, mut wrong, mut at) = (0.0, f32::NEG_INFINITY, 0);
        for (i, (p, t)) in p.values().iter().zip(t.values()).enumerate() {
            right += t * p;
            if (1.0 - t) * p > wrong {
                (wrong, at) = ((1.0 - t) * p, i);
            }
        }
        let loss = at_least(1.0 + wrong - right, 0.0);
        for (i, (dp, t)) in dp.values_mut().iter_mut().zip(t.values()).enumerate() {
            let derivative = if i == at { 1.0 - t - t } else { -t };
            *dp = if loss > 0.0 { derivative } else { 0.0 };
        }
        loss
    }
}
