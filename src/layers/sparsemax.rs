use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::vector_activation::{VectorActivation, vector_activation};

/// `max(x - τ, 0)`, with the `τ` for which the outputs sum to 1: sparse probabilities, in contrast to those of a
/// [`Softmax`](crate::Softmax).
///
/// - Input and output: `Vector<N>`, or `Sequence<T, N>`, each step by itself.
///
/// Keras 3.15's outputs do not sum to 1, on any back end: its `τ` is that of the paper only where a single output is
/// above 0.
///
/// ```
/// use taut::{layers::Sparsemax, prelude::*};
/// let y = *Sparsemax.predict(&Vector::new([0.5, 1.0, -1.0]), &mut Vector::ZERO);
/// assert_eq!(y.values(), [0.25, 0.75, 0.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#sparsemax-function> and A. F. T. Martins and R. F. Astudillo, *From
/// Softmax to Sparsemax*, 2016.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Sparsemax;
vector_activation!(Sparsemax);

impl VectorActivation for Sparsemax {
    const OUTPUTS: OutputKind = OutputKind::ClassProbabilities;
    #[inline]
    fn apply<const N: usize>(&self, x: &[f32; N], y: &mut [f32; N]) {
        // Relative to the largest element, so that large elements lose no precision.
        let largest = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut tau = f32::NEG_INFINITY;
        // τ of the elements above τ, repeated until no element falls below the growing τ.
        for _ in 0..N {
            let (mut sum, mut count) = (0.0, 0.0);
            for x in x.iter().map(|x| x - largest).filter(|x| *x > tau) {
                sum += x;
                count += 1.0;
            }
            let next = (sum - 1.0) / count;
            if next <= tau {
                break;
            }
            tau = next;
        }
        kernels::map(&|x| if x - largest <= tau { 0.0 } else { x - largest - tau }, x, y);
    }
    fn gradient<const N: usize>(&self, y: &[f32; N], dy: &mut [f32; N]) {
        let (mut sum, mut count) = (0.0, 0.0);
        for (_, dy) in y.iter().zip(&*dy).filter(|(y, _)| **y > 0.0) {
            sum += dy;
            count += 1.0;
        }
        let mean = sum / count;
        kernels::zip(&|dy, y| if y > 0.0 { dy - mean } else { 0.0 }, dy, y);
    }
}
