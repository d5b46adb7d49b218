use crate::contract::outputs::ClassProbabilities;
use crate::contract::train::Head;
use crate::io::error::settings;
use crate::kernels;
use crate::losses::from_logits::OfLogits;
use crate::losses::loss::{Fused, Loss, each};
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::probabilities::of_probabilities;
use crate::losses::score::{at_least, smoothed};
use crate::memory::plain::Floats;
use crate::shape::sample::Vector;

/// `-Σ alpha · (1 - p)^gamma · t · ln p`, where `p` is divided by its sum and clipped to `[1e-7, 1 - 1e-7]`: a
/// [`CategoricalCrossentropy`](struct@crate::CategoricalCrossentropy) in which well-classified samples count little.
///
/// - Output: `Vector<N>` of probabilities; target: `Vector<N>`, one-hot or any distribution. Also a metric.
///
/// After a [`Softmax`](crate::Softmax) the loss is computed from the logits, without clipping.
///
/// ```
/// use taut::{losses::CategoricalFocalCrossentropy, prelude::*};
/// let loss = CategoricalFocalCrossentropy { gamma: 3.0, ..Default::default() };
/// let loss = loss.loss(&Vector::new([0.5, 0.5]), &Vector::new([1.0, 0.0]), &mut Vector::ZERO);
/// assert!((loss - 0.25 * 0.125 * 2f32.ln()).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#categoricalfocalcrossentropy-class> and T.-Y. Lin et al.,
/// *Focal Loss for Dense Object Detection*, 2017.
#[derive(Clone, Copy, Debug)]
pub struct CategoricalFocalCrossentropy {
    /// The weight of all terms; 0.25 by default.
    pub alpha: f32,
    /// The focusing exponent: the larger, the less do well-classified outputs count; 2 by default.
    pub gamma: f32,
    /// The fraction of each target that is replaced by `1 / N`, from 0 to 1; 0 by default.
    pub label_smoothing: f32,
}
loss_as_metric!(CategoricalFocalCrossentropy, "categorical_focal_crossentropy");

impl Default for CategoricalFocalCrossentropy {
    fn default() -> Self {
        CategoricalFocalCrossentropy { alpha: 0.25, gamma: 2.0, label_smoothing: 0.0 }
    }
}

impl CategoricalFocalCrossentropy {
    /// A class's term of the loss, and its derivative.
    fn term(&self, t: f32, p: f32) -> (f32, f32) {
        let Self { alpha, gamma, .. } = *self;
        let (factor, cross) = (alpha * (1.0 - p).powf(gamma), -t * kernels::ln(p));
        let of_factor = alpha * gamma * (1.0 - p).powf(gamma - 1.0);
        (factor * cross, -factor * t / p - of_factor * cross)
    }

    /// A class's term of the loss, and its derivative, from the logarithm of the probability. The derivative is by that
    /// logarithm.
    fn term_of_logarithm(&self, t: f32, logarithm: f32) -> (f32, f32) {
        if t == 0.0 {
            return (0.0, 0.0);
        }
        let Self { alpha, gamma, .. } = *self;
        let error = -kernels::exp_m1(logarithm);
        let factor = alpha * error.powf(gamma);
        // A `gamma` below 1 makes the power infinite at 0, where the product is 0.
        let of_factor = alpha * gamma * at_least(error, f32::MIN_POSITIVE).powf(gamma - 1.0) * (1.0 - error);
        (-factor * t * logarithm, t * (of_factor * logarithm - factor))
    }
}

impl<const N: usize> Loss<Vector<N>> for CategoricalFocalCrossentropy {
    type Target = Vector<N>;
    type Takes = ClassProbabilities;
    settings!(CategoricalFocalCrossentropy { alpha: 0.0.., gamma: 0.0.., label_smoothing: 0.0..=1.0 });
    const FUSED: Option<Fused<Self, Vector<N>>> = Some(Fused {
        head: Head::Softmax,
        loss: |this, z, t, dz, losses| {
            each((z, t, dz), losses, |z, t, dz| {
                let loss = this.of_logits(z, t, dz);
                let logits = *z;
                kernels::softmax(logits.as_array(), z.as_array_mut());
                loss
            });
        },
    });

    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        of_probabilities(p, |class, p| self.term(smoothed(t.values()[class], self.label_smoothing, N), p), dp)
    }
}

impl<const N: usize> OfLogits<Vector<N>> for CategoricalFocalCrossentropy {
    fn of_logits(&self, z: &Vector<N>, t: &Vector<N>, dz: &mut Vector<N>) -> f32 {
        let log_sum = kernels::softmax_and_log_sum(z.as_array(), dz.as_array_mut());
        let term = |z: &f32, t: &f32| self.term_of_logarithm(smoothed(*t, self.label_smoothing, N), z - log_sum);
        let (mut loss, mut sum) = (0.0, 0.0);
        for (z, t) in z.values().iter().zip(t.values()) {
            let (part, derivative) = term(z, t);
            loss += part;
            sum += derivative;
        }
        for ((z, t), p) in z.values().iter().zip(t.values()).zip(dz.values_mut()) {
            *p = term(z, t).1 - *p * sum;
        }
        loss
    }
}
