use crate::kernels;
use crate::losses::{EPSILON, Fused, Loss};
use crate::params::Plain;
use crate::sample::{Class, Vector};
use crate::train::Head;

/// `-Σ t · ln p`, where `p` is divided by its sum and clipped to `[1e-7, 1 - 1e-7]`.
///
/// - Output: `Vector<N>` of probabilities; target: `Vector<N>`, one-hot or any distribution.
///
/// After a [`Softmax`](crate::Softmax) it is computed from the logits `z`, as `Σ t · (ln Σ exp(z) - z)`, without a clip.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), CategoricalCrossentropy, Accuracy);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalCrossentropy;

/// [`CategoricalCrossentropy`] whose targets are numbers of classes.
///
/// - Output: `Vector<N>` of probabilities; target: `Class<N>`.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseCategoricalCrossentropy;

/// The loss of probabilities; `target` gives that of a class.
fn of_probabilities<const N: usize>(p: &Vector<N>, target: impl Fn(usize) -> f32, dp: &mut Vector<N>) -> f32 {
    let sum: f32 = p.values().iter().sum();
    let (mut loss, mut dot) = (0.0, 0.0);
    for (class, (p, dp)) in p.values().iter().zip(dp.values_mut()).enumerate() {
        let (q, t) = (p / sum, target(class));
        let clipped = q.clamp(EPSILON, 1.0 - EPSILON);
        loss -= t * kernels::ln(clipped);
        *dp = if q == clipped || q.is_nan() { -t / q } else { 0.0 };
        dot += *dp * q;
    }
    // The derivative of dividing by the sum.
    dp.values_mut().iter_mut().for_each(|dp| *dp = (*dp - dot) / sum);
    loss
}

impl<const N: usize> Loss<Vector<N>> for CategoricalCrossentropy {
    type Target = Vector<N>;
    const FUSED: Option<Fused<Self, Vector<N>>> = Some(Fused {
        head: Head::Softmax,
        loss: |_, z, t, dz| {
            let log_sum = kernels::softmax_and_log_sum(z.as_array(), dz.as_array_mut());
            let (mut loss, mut total) = (0.0, 0.0);
            for (z, t) in z.values().iter().zip(t.values()) {
                loss += t * (log_sum - z);
                total += t;
            }
            *z = *dz;
            kernels::zip(&|p, t| total * p - t, dz.values_mut(), t.values());
            loss
        },
    });

    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        of_probabilities(p, |class| t.values()[class], dp)
    }
}

impl<const N: usize> Loss<Vector<N>> for SparseCategoricalCrossentropy {
    type Target = Class<N>;
    const FUSED: Option<Fused<Self, Vector<N>>> = Some(Fused {
        head: Head::Softmax,
        loss: |_, z, t, dz| {
            let loss = kernels::softmax_and_log_sum(z.as_array(), dz.as_array_mut()) - z.as_array()[t.index()];
            *z = *dz;
            dz.as_array_mut()[t.index()] -= 1.0;
            loss
        },
    });

    fn loss(&self, p: &Vector<N>, t: &Class<N>, dp: &mut Vector<N>) -> f32 {
        of_probabilities(p, |class| if class == t.index() { 1.0 } else { 0.0 }, dp)
    }
}
