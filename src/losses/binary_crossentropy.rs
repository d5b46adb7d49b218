use crate::kernels;
use crate::losses::{EPSILON, Fused, Loss, at_least, loss_as_metric, mean};
use crate::sample::Sample;
use crate::train::Head;

/// `-mean(t · ln p + (1 - t) · ln(1 - p))`, with `p` clipped to `[1e-7, 1 - 1e-7]`.
///
/// - Output: any sample of probabilities; target: a sample of the same shape, of zeros and ones or anything between. It is a metric as
///   well.
///
/// After a [`Sigmoid`](crate::Sigmoid) it is computed from the logits `z`, as `mean(softplus(z) - t · z)`, without a clip.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 1>, Sigmoid)>::new(1);
/// let model = model.compile(Adam::default(), BinaryCrossentropy, Accuracy);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct BinaryCrossentropy;
loss_as_metric!(BinaryCrossentropy, "binary_crossentropy");

impl<P: Sample> Loss<P> for BinaryCrossentropy {
    type Target = P;
    const FUSED: Option<Fused<Self, P>> = Some(Fused {
        head: Head::Sigmoid,
        loss: |_, z, t, dz| {
            let loss = mean(z, t, dz, |z, t| {
                // softplus(z) = max(z, 0) + ln(1 + e) and the sigmoid share e = exp(-|z|).
                let e = kernels::exp(-z.abs());
                let p = if z < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) };
                (at_least(z, 0.0) + kernels::ln_1p(e) - t * z, p - t)
            });
            kernels::map_in_place(&kernels::sigmoid, z.values_mut());
            loss
        },
    });

    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let q = at_least(if p > 1.0 - EPSILON { 1.0 - EPSILON } else { p }, EPSILON);
            let derivative = (q - t) / (q * (1.0 - q));
            let loss = -(t * kernels::ln(q) + (1.0 - t) * kernels::ln(1.0 - q));
            (loss, if p == q || p.is_nan() { derivative } else { 0.0 })
        })
    }
}
