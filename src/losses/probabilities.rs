//! The sum and the clipping that categorical cross-entropies apply to probabilities.

use crate::kernels;
use crate::losses::score::EPSILON;
use crate::memory::plain::Floats;
use crate::shape::sample::Vector;

/// The loss of probabilities, and its gradient. `term` returns a class's term of the sum for a clipped probability, and
/// the derivative.
pub(super) fn of_probabilities<const N: usize>(
    p: &Vector<N>,
    term: impl Fn(usize, f32) -> (f32, f32),
    dp: &mut Vector<N>,
) -> f32 {
    let sum: f32 = p.values().iter().sum();
    let (mut loss, mut dot) = (0.0, 0.0);
    for (class, (p, dp)) in p.values().iter().zip(dp.values_mut()).enumerate() {
        let q = p / sum;
        let clipped = q.clamp(EPSILON, 1.0 - EPSILON);
        let (part, derivative) = term(class, clipped);
        loss += part;
        *dp = if q == clipped || q.is_nan() { derivative } else { 0.0 };
        dot += *dp * q;
    }
    // The derivative of the division by the sum.
    dp.values_mut().iter_mut().for_each(|dp| *dp = (*dp - dot) / sum);
    loss
}

/// A class's term of a cross-entropy, and its derivative.
pub(super) fn term(t: f32, p: f32) -> (f32, f32) {
    if t == 0.0 { (0.0, 0.0) } else { (-t * kernels::ln(p), -t / p) }
}
