use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::vector_activation::{VectorActivation, vector_activation};

/// `exp(x) / Σ exp(x)`: converts scores to probabilities.
///
/// - Input and output: `Vector<N>`, or `Sequence<T, N>`, each step by itself.
///
/// Before a categorical cross-entropy, layer and loss are computed together, from the logits.
///
/// ```
/// use taut::prelude::*;
/// let mut y = Vector::ZERO;
/// assert_eq!(Softmax.predict(&Vector::new([1e4, 1e4]), &mut y).values(), [0.5, 0.5]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#softmax-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Softmax;
vector_activation!(Softmax, Softmax);

impl VectorActivation for Softmax {
    const OUTPUTS: OutputKind = OutputKind::ClassProbabilities;
    #[inline]
    fn apply<const N: usize>(&self, x: &[f32; N], y: &mut [f32; N]) {
        kernels::softmax(x, y);
    }
    #[cfg(feature = "train")]
    fn apply_rows<const N: usize>(&self, x: &[[f32; N]], y: &mut [[f32; N]]) {
        kernels::softmax_rows(x, y);
    }
    fn gradient<const N: usize>(&self, y: &[f32; N], dy: &mut [f32; N]) {
        let dot = kernels::dot(y, dy);
        kernels::zip(&|dy, y| y * (dy - dot), dy, y);
    }
}
