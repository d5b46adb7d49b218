use crate::kernels;
use crate::layers::vector_activation::{VectorActivation, vector_activation};

/// `x - ln Σ exp(x)`: the logarithm of a [`Softmax`](crate::Softmax), exact if the softmax is near 0.
///
/// - Input and output: `Vector<N>`, or `Sequence<T, N>`, each step by itself.
///
/// ```
/// use taut::{layers::LogSoftmax, prelude::*};
/// let y = *LogSoftmax.predict(&Vector::new([0.0, 100.0]), &mut Vector::ZERO);
/// assert_eq!(y.values(), [-100.0, 0.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#log_softmax-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct LogSoftmax;
vector_activation!(LogSoftmax);

impl VectorActivation for LogSoftmax {
    #[inline]
    fn apply<const N: usize>(&self, x: &[f32; N], y: &mut [f32; N]) {
        let largest = |x: &[f32]| x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        kernels::softmax(x, y);
        // Relative to the largest element, whose exponential is 1, so that large elements do not overflow.
        let (origin, log_sum) = (largest(x), -kernels::ln(largest(y)));
        kernels::map(&|x| x - origin - log_sum, x, y);
    }
    fn gradient<const N: usize>(&self, y: &[f32; N], dy: &mut [f32; N]) {
        let sum = kernels::sum(dy);
        kernels::zip(&|dy, y| dy - kernels::exp(y) * sum, dy, y);
    }
}
