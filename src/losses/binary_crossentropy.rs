use crate::kernels;
use crate::losses::{EPSILON, Loss, loss_as_metric, mean};
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
    const FUSED: Option<Head> = Some(Head::Sigmoid);

    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let clipped = p.clamp(EPSILON, 1.0 - EPSILON);
            let derivative = if p == clipped { (p - t) / (p * (1.0 - p)) } else { 0.0 };
            (-(t * clipped.ln() + (1.0 - t) * (1.0 - clipped).ln()), derivative)
        })
    }

    fn loss_of_logits(&self, z: &mut P, t: &P, dz: &mut P) -> f32 {
        let loss = mean(z, t, dz, |z, t| (kernels::softplus(z) - t * z, kernels::sigmoid(z) - t));
        z.values_mut().iter_mut().for_each(|z| *z = kernels::sigmoid(*z));
        loss
    }
}
