use crate::contract::outputs::Probabilities;
use crate::io::error::settings;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::EPSILON;
use crate::shape::sample::Sample;

/// `1 - Σ t · p / (Σ t · p + alpha · Σ t · (1 - p) + beta · Σ (1 - t) · p + 1e-7)`: a [`Dice`](crate::Dice) with
/// weights for false negatives (`alpha`) and false positives (`beta`). It equals [`Dice`](crate::Dice) if both are one
/// half.
///
/// - Output and target: any sample, of the same shape, of numbers from 0 to 1. Also a metric.
///
/// The loss of a batch is the mean over its samples, as with Keras's `axis=(1, 2, 3)`; Keras's default sums over the
/// whole batch. `alpha` and `beta` are those of the code of Keras 3.15; its documentation swaps them.
///
/// ```
/// use taut::{losses::Tversky, prelude::*};
/// let loss = Tversky { alpha: 0.5, beta: 1.0 };
/// let loss = loss.loss(&Vector::new([1.0, 1.0, 0.0]), &Vector::new([1.0, 0.0, 0.0]), &mut Vector::ZERO);
/// assert!((loss - 0.5).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#tversky-class> and S. S. M. Salehi et al., *Tversky Loss
/// Function for Image Segmentation Using 3D Fully Convolutional Deep Networks*, 2017.
#[derive(Clone, Copy, Debug)]
pub struct Tversky {
    /// The weight of false negatives, in the target and not in the output; 0.5 by default.
    pub alpha: f32,
    /// The weight of false positives, in the output and not in the target; 0.5 by default.
    pub beta: f32,
}
loss_as_metric!(Tversky, "tversky");

impl Default for Tversky {
    fn default() -> Self {
        Tversky { alpha: 0.5, beta: 0.5 }
    }
}

impl<P: Sample> Loss<P> for Tversky {
    type Target = P;
    type Takes = Probabilities;
    settings!(Tversky { alpha: 0.0.., beta: 0.0.. });
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        let (alpha, beta) = (self.alpha, self.beta);
        let (p, t) = (p.values(), t.values());
        let both = kernels::dot(p, t);
        let all = both + alpha * (kernels::sum(t) - both) + beta * (kernels::sum(p) - both) + EPSILON;
        kernels::map(&|t| (both / all * (t - alpha * t + beta * (1.0 - t)) - t) / all, t, dp.values_mut());
        1.0 - both / all
    }
}
