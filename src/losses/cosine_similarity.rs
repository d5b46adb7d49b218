use crate::contract::outputs::AnyNumbers;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::MeanLoss;
use crate::losses::score::EPSILON;
use crate::memory::plain::Floats;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// `-Σ t · p / (‖t‖ · ‖p‖)`: -1 for equal directions, 1 for opposite ones.
///
/// - Output and target: `Vector<N>`. Also a metric: the cosine itself, without the minus, as in Keras.
///
/// Norms are at least 1e-7.
///
/// ```
/// use taut::{losses::CosineSimilarity, prelude::*};
/// let loss = CosineSimilarity.loss(&Vector::new([0.0, 2.0]), &Vector::new([3.0, 4.0]), &mut Vector::ZERO);
/// assert!((loss + 0.8).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/regression_losses/#cosinesimilarity-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CosineSimilarity;

impl<const N: usize> Loss<Vector<N>> for CosineSimilarity {
    type Target = Vector<N>;
    type Takes = AnyNumbers;
    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        let (p, t) = (p.values(), t.values());
        let norms = [p, t].map(kernels::norm);
        let [by_p, by_t] = norms.map(|norm| 1.0 / norm.max(EPSILON));
        let cosine = match kernels::dot(p, t) {
            dot if dot.is_finite() => dot * by_p * by_t,
            _ => p.iter().zip(t).map(|(p, t)| (p * by_p) * (t * by_t)).sum(),
        };
        // A clipped norm is constant: its derivative is 0.
        let along = if norms[0] < EPSILON { 0.0 } else { cosine * by_p };
        kernels::zip3(&|_, p, t| by_p * (along * p - by_t * t), dp.values_mut(), p, t);
        -cosine
    }
}

impl Named for CosineSimilarity {
    const NAME: &'static str = "cosine_similarity";
    const MAXIMIZE: bool = true;
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for CosineSimilarity {
    type State = MeanLoss<Vector<N>>;
    fn add(&self, state: &mut Self::State, p: &Vector<N>, t: &Vector<N>, weight: f32) {
        state.add(self, p, t, weight);
    }
    fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, 0.0 - state.mean.value() as f32);
    }
}
