use crate::contract::outputs::Probabilities;
use crate::contract::train::Head;
use crate::io::error::settings;
use crate::kernels;
use crate::losses::binary_crossentropy::of_logit;
use crate::losses::from_logits::OfLogits;
use crate::losses::loss::{Fused, Loss, each};
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{EPSILON, at_least, mean, smoothed};
use crate::shape::sample::Sample;

/// `mean((1 - q)^gamma · b)`, where `b` is the [`BinaryCrossentropy`](struct@crate::BinaryCrossentropy) of one output
/// and `q = t · p + (1 - t) · (1 - p)` the probability given to the target: well-classified outputs count little.
///
/// - Output: any sample of probabilities; target: a sample of the same shape, of zeros and ones or anything between.
///   Also a metric.
///
/// As in the cross-entropy, probabilities are clipped to `[1e-7, 1 - 1e-7]`, and after a [`Sigmoid`](crate::Sigmoid)
/// the loss is computed from the logits, without clipping.
///
/// ```
/// use taut::{losses::BinaryFocalCrossentropy, prelude::*};
/// let loss = BinaryFocalCrossentropy { gamma: 3.0, ..Default::default() };
/// let loss = loss.loss(&Vector::new([0.5]), &Vector::new([1.0]), &mut Vector::ZERO);
/// assert!((loss - 0.125 * 2f32.ln()).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class> and T.-Y. Lin et al., *Focal
/// Loss for Dense Object Detection*, 2017.
#[derive(Clone, Copy, Debug)]
pub struct BinaryFocalCrossentropy {
    /// Whether ones are weighted by `alpha` and zeros by `1 - alpha`; false by default.
    pub apply_class_balancing: bool,
    /// The weight of the ones with `apply_class_balancing`; 0.25 by default.
    pub alpha: f32,
    /// The focusing exponent: the larger, the less do well-classified outputs count; 2 by default.
    pub gamma: f32,
    /// The fraction of each target that is replaced by one half, from 0 to 1; 0 by default.
    pub label_smoothing: f32,
}
loss_as_metric!(BinaryFocalCrossentropy, "binary_focal_crossentropy");

impl Default for BinaryFocalCrossentropy {
    fn default() -> Self {
        BinaryFocalCrossentropy { apply_class_balancing: false, alpha: 0.25, gamma: 2.0, label_smoothing: 0.0 }
    }
}

impl BinaryFocalCrossentropy {
    /// The loss, and its derivative, from the probabilities of one and of zero, the cross-entropy and its derivative,
    /// and the derivative of the first probability. `least` is the least error that the derivative is computed for: a
    /// `gamma` below 1 makes it infinite at 0.
    #[inline(always)]
    fn score(&self, t: f32, [p, q]: [f32; 2], [cross, of_cross]: [f32; 2], of_p: f32, least: f32) -> (f32, f32) {
        let Self { apply_class_balancing, alpha, gamma, .. } = *self;
        let error = t * q + (1.0 - t) * p;
        let weight = if apply_class_balancing { t * alpha + (1.0 - t) * (1.0 - alpha) } else { 1.0 };
        let factor = weight * error.powf(gamma);
        let of_factor = weight * gamma * at_least(error, least).powf(gamma - 1.0) * (1.0 - 2.0 * t) * of_p;
        (factor * cross, factor * of_cross + of_factor * cross)
    }
}

impl<P: Sample> Loss<P> for BinaryFocalCrossentropy {
    type Target = P;
    type Takes = Probabilities;
    settings!(BinaryFocalCrossentropy { alpha: 0.0..=1.0, gamma: 0.0.., label_smoothing: 0.0..=1.0 });
    const FUSED: Option<Fused<Self, P>> = Some(Fused {
        head: Head::Sigmoid,
        loss: |this, z, t, dz, losses| {
            each((z, t, dz), losses, |z, t, dz| {
                let loss = this.of_logits(z, t, dz);
                kernels::map_in_place(&kernels::sigmoid, z.values_mut());
                loss
            });
        },
    });

    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let t = smoothed(t, self.label_smoothing, 2);
            let clipped = p.clamp(EPSILON, 1.0 - EPSILON);
            let cross = -(t * kernels::ln(clipped) + (1.0 - t) * kernels::ln(1.0 - clipped));
            let of_cross = if p == clipped || p.is_nan() { (p - t) / (p * (1.0 - p)) } else { 0.0 };
            self.score(t, [p, 1.0 - p], [cross, of_cross], 1.0, EPSILON)
        })
    }
}

impl<P: Sample> OfLogits<P> for BinaryFocalCrossentropy {
    fn of_logits(&self, z: &P, t: &P, dz: &mut P) -> f32 {
        mean(z, t, dz, |z, t| {
            let t = smoothed(t, self.label_smoothing, 2);
            let (cross, [p, q]) = of_logit(z, t);
            self.score(t, [p, q], [cross, (1.0 - t) * p - t * q], p * q, f32::MIN_POSITIVE)
        })
    }
}
