use crate::contract::outputs::Probabilities;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::EPSILON;
use crate::shape::sample::Sample;

/// `1 - 2 · Σ t · p / (Σ t + Σ p + 1e-7)`: one minus the overlap of two sets, for masks that are mostly background.
///
/// - Output and target: any sample, of the same shape, of numbers from 0 to 1. Also a metric.
///
/// The loss of a batch is the mean over its samples, as with Keras's `axis=(1, 2, 3)`; Keras's default sums over the
/// whole batch.
///
/// ```
/// use taut::{losses::Dice, prelude::*};
/// let loss = Dice.loss(&Vector::new([1.0, 1.0, 0.0]), &Vector::new([1.0, 0.0, 0.0]), &mut Vector::ZERO);
/// assert!((loss - 1.0 / 3.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#dice-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dice;
loss_as_metric!(Dice, "dice");

impl<P: Sample> Loss<P> for Dice {
    type Target = P;
    type Takes = Probabilities;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        let (p, t) = (p.values(), t.values());
        let (both, all) = (kernels::dot(p, t), kernels::sum(p) + kernels::sum(t) + EPSILON);
        kernels::map(&|t| 2.0 * (both / all - t) / all, t, dp.values_mut());
        1.0 - 2.0 * both / all
    }
}
