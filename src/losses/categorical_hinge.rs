use crate::contract::outputs::AnyNumbers;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::at_least;
use crate::memory::plain::Floats;
use crate::shape::sample::Vector;

/// `max(1 + max((1 - t) · p) - Σ t · p, 0)`: the output of the target class must exceed all others by 1. Others that
/// are equally large share the gradient.
///
/// - Output and target: `Vector<N>`, one-hot. Also a metric.
///
/// ```
/// use taut::{losses::CategoricalHinge, prelude::*};
/// assert_eq!(CategoricalHinge.loss(&Vector::new([0.5, 0.75]), &Vector::new([1.0, 0.0]), &mut Vector::ZERO), 1.25);
/// ```
///
/// See <https://keras.io/api/losses/hinge_losses/#categoricalhinge-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalHinge;
loss_as_metric!(CategoricalHinge, "categorical_hinge");

impl<const N: usize> Loss<Vector<N>> for CategoricalHinge {
    type Target = Vector<N>;
    type Takes = AnyNumbers;
    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        let (mut target, mut other, mut equal) = (0.0, f32::NEG_INFINITY, 0.0);
        for (p, t) in p.values().iter().zip(t.values()) {
            target += t * p;
            let product = (1.0 - t) * p;
            if product > other {
                (other, equal) = (product, 0.0);
            }
            equal += if product == other { 1.0 } else { 0.0 };
        }
        let loss = at_least(1.0 + other - target, 0.0);
        for ((dp, p), t) in dp.values_mut().iter_mut().zip(p.values()).zip(t.values()) {
            let of_other = if (1.0 - t) * p == other { (1.0 - t) / equal } else { 0.0 };
            *dp = if loss > 0.0 { of_other - t } else { 0.0 };
        }
        loss
    }
}
