use crate::kernels;
use crate::losses::{EPSILON, Loss};
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

impl<const N: usize> Loss<Vector<N>> for CategoricalCrossentropy {
    type Target = Vector<N>;
    const FUSED: Option<Head> = Some(Head::Softmax);

    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        let sum = p.0.sum();
        let (mut loss, mut dot) = (0.0, 0.0);
        for ((p, t), dp) in p.values().iter().zip(t.values()).zip(dp.values_mut()) {
            let q = p / sum;
            let clipped = q.clamp(EPSILON, 1.0 - EPSILON);
            loss -= t * clipped.ln();
            *dp = if q == clipped { -t / q } else { 0.0 };
            dot += *dp * q;
        }
        // The derivative of dividing by the sum.
        dp.values_mut().iter_mut().for_each(|dp| *dp = (*dp - dot) / sum);
        loss
    }

    fn loss_of_logits(&self, z: &mut Vector<N>, t: &Vector<N>, dz: &mut Vector<N>) -> f32 {
        let log_sum = kernels::log_sum_exp(z.as_array());
        let mut loss = 0.0;
        let mut total = 0.0;
        for (z, t) in z.values().iter().zip(t.values()) {
            loss += t * (log_sum - z);
            total += t;
        }
        kernels::softmax(&{ *z.as_array() }, z.as_array_mut());
        for ((p, t), dz) in z.values().iter().zip(t.values()).zip(dz.values_mut()) {
            *dz = total * p - t;
        }
        loss
    }
}

impl<const N: usize> Loss<Vector<N>> for SparseCategoricalCrossentropy {
    type Target = Class<N>;
    const FUSED: Option<Head> = Some(Head::Softmax);

    fn loss(&self, p: &Vector<N>, t: &Class<N>, dp: &mut Vector<N>) -> f32 {
        CategoricalCrossentropy.loss(p, &t.one_hot(), dp)
    }

    fn loss_of_logits(&self, z: &mut Vector<N>, t: &Class<N>, dz: &mut Vector<N>) -> f32 {
        let loss = kernels::log_sum_exp(z.as_array()) - z.as_array()[t.index()];
        kernels::softmax(z.as_array(), dz.as_array_mut());
        *z = *dz;
        dz.as_array_mut()[t.index()] -= 1.0;
        loss
    }
}
