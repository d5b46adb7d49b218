use crate::contract::outputs::Probabilities;
use crate::contract::train::Head;
use crate::io::error::settings;
use crate::kernels;
use crate::losses::from_logits::OfLogits;
use crate::losses::loss::{Fused, Loss, each};
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{EPSILON, at_least, mean, smoothed};
use crate::shape::sample::Sample;

/// `-mean(t · ln p + (1 - t) · ln(1 - p))`, with `p` clipped to `[1e-7, 1 - 1e-7]`.
///
/// - Output: any sample of probabilities; target: a sample of the same shape, of zeros and ones or anything between.
///   Also a metric.
///
/// After a [`Sigmoid`](crate::Sigmoid) the loss is computed from the logits `z`, as `mean(softplus(z) - t · z)`,
/// without clipping.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 1>, Sigmoid)>::new(1);
/// let model = model.compile(Adam::default(), BinaryCrossentropy, Accuracy);
/// // Or with options:
/// let loss = BinaryCrossentropy { label_smoothing: 0.1 };
/// let (p, t) = ([Vector::new([0.5])], [Vector::new([1.0])]);
/// assert!((loss.value(&p, &t) - 2.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct BinaryCrossentropy {
    /// The fraction of each target that is replaced by one half, from 0 to 1; 0 by default.
    pub label_smoothing: f32,
}
loss_as_metric!(BinaryCrossentropy, "binary_crossentropy");

/// The struct of the same name with its default options.
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(BinaryCrossentropy.label_smoothing, 0.0);
/// assert!((BinaryCrossentropy.value(&[Vector::new([0.5])], &[Vector::new([1.0])]) - 2.0_f32.ln()).abs() < 1e-6);
/// ```
#[allow(non_upper_case_globals)]
pub const BinaryCrossentropy: BinaryCrossentropy = BinaryCrossentropy { label_smoothing: 0.0 };

impl<P: Sample> Loss<P> for BinaryCrossentropy {
    type Target = P;
    type Takes = Probabilities;
    settings!(BinaryCrossentropy { label_smoothing: 0.0..=1.0 });
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
            let q = at_least(if p > 1.0 - EPSILON { 1.0 - EPSILON } else { p }, EPSILON);
            let derivative = (q - t) / (q * (1.0 - q));
            let loss = -(t * kernels::ln(q) + (1.0 - t) * kernels::ln(1.0 - q));
            (loss, if p == q || p.is_nan() { derivative } else { 0.0 })
        })
    }
}

/// The cross-entropy of a logit, its probability and one minus that: each exact where it is near 0.
#[inline(always)]
pub(super) fn of_logit(z: f32, t: f32) -> (f32, [f32; 2]) {
    // softplus(z) = max(z, 0) + ln(1 + e) and the sigmoid share e = exp(-|z|).
    let e = kernels::exp(-z.abs());
    let [less, more] = [e, 1.0].map(|x| x / (1.0 + e));
    // Where t is 1 and z is large, the difference is 0, and the logarithm remains.
    let cross = (at_least(z, 0.0) - t * z) + kernels::ln_1p(e);
    (cross, if z < 0.0 { [less, more] } else { [more, less] })
}

impl<P: Sample> OfLogits<P> for BinaryCrossentropy {
    fn of_logits(&self, z: &P, t: &P, dz: &mut P) -> f32 {
        mean(z, t, dz, |z, t| {
            let t = smoothed(t, self.label_smoothing, 2);
            let (cross, [p, q]) = of_logit(z, t);
            (cross, (1.0 - t) * p - t * q)
        })
    }
}
