use crate::io::error::settings;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::EPSILON;
use crate::shape::sample::Sample;

/// `1 - Σ t · p / (Σ t · p + alpha · Σ t · (1 - p) + beta · Σ (1 - t) · p + 1e-7)`: a [`Dice`] that weighs what is missed (`alpha`) and what
/// is too much (`beta`). With one half for both it is a [`Dice`].
///
/// - Output and target: any sample, of the same shape, of numbers from 0 to 1. It is a metric as well.
///
/// It is the mean of the samples' losses, as with Keras's `axis=(1, 2, 3)`; Keras's default sums over the whole batch. Which of the two sums
/// is `alpha`'s is as in Keras 3.15; its documentation has them the other way round.
///
/// ```
/// use taut::prelude::*;
/// let loss = Tversky { alpha: 0.5, beta: 1.0 };
/// let loss = loss.loss(&Vector::new([1.0, 1.0, 0.0]), &Vector::new([1.0, 0.0, 0.0]), &mut Vector::ZERO);
/// assert!((loss - 0.5).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#tversky-class> and S. S. M. Salehi et al., *Tversky Loss Function for Image
/// Segmentation Using 3D Fully Convolutional Deep Networks*, 2017.
#[derive(Clone, Copy, Debug)]
pub struct Tversky {
    /// Weighs what is in the target and not in the output; 0.5 by default.
    pub alpha: f32,
    /// Weighs what is in the output and not in the target; 0.5 by default.
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
