use crate::contract::outputs::ClassProbabilities;
use crate::io::error::settings;
use crate::kernels;
use crate::losses::from_logits::OfLogits;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::probabilities::of_probabilities;
use crate::losses::score::EPSILON;
use crate::memory::plain::Floats;
use crate::shape::sample::Vector;

/// `-Σ alpha · (1 - p)^gamma · t · ln p`, where `p` is divided by its sum and clipped to `[1e-7, 1 - 1e-7]`: a
/// [`CategoricalCrossentropy`](struct@crate::CategoricalCrossentropy) in which well-classified samples count little.
///
/// - Output: `Vector<N>` of probabilities; target: `Vector<N>`, one-hot or any distribution. Also a metric.
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
    fn term<const N: usize>(&self, t: f32, p: f32) -> (f32, f32) {
        let Self { alpha, gamma, label_smoothing } = *self;
        let t = t * (1.0 - label_smoothing) + label_smoothing / N as f32;
        let (factor, cross) = (alpha * (1.0 - p).powf(gamma), -t * kernels::ln(p));
        let of_factor = alpha * gamma * (1.0 - p).powf(gamma - 1.0);
        (factor * cross, -factor * t / p - of_factor * cross)
    }
}

impl<const N: usize> Loss<Vector<N>> for CategoricalFocalCrossentropy {
    type Target = Vector<N>;
    type Takes = ClassProbabilities;
    settings!(CategoricalFocalCrossentropy { alpha: 0.0.., gamma: 0.0.., label_smoothing: 0.0..=1.0 });
    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        of_probabilities(p, |class, p| self.term::<N>(t.values()[class], p), dp)
    }
}

impl<const N: usize> OfLogits<Vector<N>> for CategoricalFocalCrossentropy {
    fn of_logits(&self, z: &Vector<N>, t: &Vector<N>, dz: &mut Vector<N>) -> f32 {
        kernels::softmax(z.as_array(), dz.as_array_mut());
        let part = |class: usize, p: f32| {
            let clipped = p.clamp(EPSILON, 1.0 - EPSILON);
            let (part, derivative) = self.term::<N>(t.values()[class], clipped);
            (part, if p == clipped || p.is_nan() { derivative } else { 0.0 })
        };
        let (mut loss, mut dot) = (0.0, 0.0);
        for (class, p) in dz.values().iter().enumerate() {
            let (part, derivative) = part(class, *p);
            loss += part;
            dot += derivative * p;
        }
        for (class, p) in dz.values_mut().iter_mut().enumerate() {
            *p *= part(class, *p).1 - dot;
        }
        loss
    }
}
