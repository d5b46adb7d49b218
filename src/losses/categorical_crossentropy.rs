use crate::contract::outputs::ClassProbabilities;
use crate::contract::train::Head;
use crate::io::error::settings;
use crate::kernels;
use crate::losses::from_logits::OfLogits;
use crate::losses::loss::{Fused, Loss};
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::probabilities::{of_probabilities, term};
use crate::losses::score::smoothed;
use crate::memory::plain::Floats;
use crate::memory::view::{view, view_mut};
use crate::shape::sample::Vector;

/// `-Σ t · ln p`, where `p` is divided by its sum and clipped to `[1e-7, 1 - 1e-7]`.
///
/// - Output: `Vector<N>` of probabilities; target: `Vector<N>`, one-hot or any distribution. Also a metric.
///
/// After a [`Softmax`](crate::Softmax) the loss is computed from the logits `z`, as `Σ t · (ln Σ exp(z) - z)`, without
/// clipping.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), CategoricalCrossentropy, Accuracy);
/// // Or with options:
/// let loss = CategoricalCrossentropy { label_smoothing: 0.1 };
/// let (p, t) = ([Vector::new([0.25, 0.25, 0.5])], [Vector::new([0.0, 0.0, 1.0])]);
/// assert!((loss.value(&p, &t) - (2.0_f32.ln() * 2.8 / 3.0 + 4.0_f32.ln() * 0.2 / 3.0)).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalCrossentropy {
    /// The fraction of each target that is replaced by `1 / N`, from 0 to 1; 0 by default.
    pub label_smoothing: f32,
}
loss_as_metric!(CategoricalCrossentropy, "categorical_crossentropy");

/// The struct of the same name with its default options.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = ([Vector::new([0.25, 0.75])], [Vector::new([1.0, 0.0])]);
/// assert_eq!(CategoricalCrossentropy.label_smoothing, 0.0);
/// assert!((CategoricalCrossentropy.value(&p, &t) - 4.0_f32.ln()).abs() < 1e-6);
/// ```
#[allow(non_upper_case_globals)]
pub const CategoricalCrossentropy: CategoricalCrossentropy = CategoricalCrossentropy { label_smoothing: 0.0 };

impl CategoricalCrossentropy {
    /// The loss of logits, and the sum of the targets, from the logarithm of the logits' exponentials.
    fn scores<const N: usize>(&self, z: &Vector<N>, log_sum: f32, t: &Vector<N>) -> (f32, f32) {
        let (mut loss, mut total) = (0.0, 0.0);
        for (z, t) in z.values().iter().zip(t.values()) {
            let t = smoothed(*t, self.label_smoothing, N);
            loss += t * (log_sum - z);
            total += t;
        }
        (loss, total)
    }

    /// Replaces the probabilities in `p` by the gradient of the logits.
    fn gradient<const N: usize>(&self, t: &Vector<N>, total: f32, p: &mut Vector<N>) {
        kernels::zip(&|p, t| total * p - smoothed(t, self.label_smoothing, N), p.values_mut(), t.values());
    }
}

impl<const N: usize> Loss<Vector<N>> for CategoricalCrossentropy {
    type Target = Vector<N>;
    type Takes = ClassProbabilities;
    const FUSED: Option<Fused<Self, Vector<N>>> = Some(Fused {
        head: Head::Softmax,
        loss: |this, z, t, dz, losses| {
            kernels::softmax_and_log_sums::<N>(view(z), view_mut(dz), losses);
            for (((z, t), dz), loss) in z.iter_mut().zip(t).zip(dz).zip(losses) {
                let total;
                (*loss, total) = this.scores(z, *loss, t);
                *z = *dz;
                this.gradient(t, total, dz);
            }
        },
    });

    settings!(CategoricalCrossentropy { label_smoothing: 0.0..=1.0 });

    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        of_probabilities(p, |class, p| term(smoothed(t.values()[class], self.label_smoothing, N), p), dp)
    }
}

impl<const N: usize> OfLogits<Vector<N>> for CategoricalCrossentropy {
    fn of_logits(&self, z: &Vector<N>, t: &Vector<N>, dz: &mut Vector<N>) -> f32 {
        let log_sum = kernels::softmax_and_log_sum(z.as_array(), dz.as_array_mut());
        let (loss, total) = self.scores(z, log_sum, t);
        self.gradient(t, total, dz);
        loss
    }
}
