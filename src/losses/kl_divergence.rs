use crate::contract::outputs::ClassProbabilities;
use crate::kernels;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::{EPSILON, sum};
use crate::shape::sample::Vector;

/// `Σ t · ln(t / p)`, with both clipped to `[1e-7, 1]`: the Kullback-Leibler divergence of the output from the target
/// distribution.
///
/// - Output and target: `Vector<N>`, probabilities. Also a metric.
///
/// ```
/// use taut::{losses::KlDivergence, prelude::*};
/// let loss = KlDivergence.loss(&Vector::new([0.5, 0.5]), &Vector::new([1.0, 0.0]), &mut Vector::ZERO);
/// assert!((loss - 2f32.ln()).abs() < 1e-5);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#kldivergence-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct KlDivergence;
loss_as_metric!(KlDivergence, "kl_divergence");

impl<const N: usize> Loss<Vector<N>> for KlDivergence {
    type Target = Vector<N>;
    type Takes = ClassProbabilities;
    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        sum(p, t, dp, |p, t| {
            let (q, t) = (p.clamp(EPSILON, 1.0), t.clamp(EPSILON, 1.0));
            (t * kernels::ln(t / q), if p == q || p.is_nan() { -t / q } else { 0.0 })
        })
    }
}
