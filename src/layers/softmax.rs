use crate::kernels;
use crate::layer::Layer;
use crate::params::place::Over;
use crate::sample::Vector;

/// `exp(x) / Σ exp(x)`: scores to probabilities.
///
/// - Input and output: `Vector<N>`.
///
/// Followed by a categorical cross-entropy it is computed together with it, from the logits.
///
/// ```
/// use taut::prelude::*;
/// let mut y = Vector::ZERO;
/// assert_eq!(Softmax.predict(&Vector::new([1e4, 1e4]), &mut y).values(), [0.5, 0.5]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#softmax-function>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softmax;
crate::params!(Softmax {} as crate::train::NoParameters);

impl<const N: usize> Layer<Vector<N>> for Softmax {
    type Y = Vector<N>;
    type Work = Vector<N>;
    type Place = Over;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
        kernels::softmax(x.as_array(), y.as_array_mut());
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::params::{Buffer, Plain};
    use crate::train::{Head, NoParameters, Pass, Train};

    impl<const N: usize> Train<Vector<N>> for Softmax {
        type Cache = Buffer<Vector<N>>;
        const HEAD: Option<Head> = Some(Head::Softmax);
        fn forward<'a>(
            &self,
            plan: &NoParameters,
            x: &'a [Vector<N>],
            y: &'a mut Self::Cache,
            pass: &mut Pass,
        ) -> &'a [Vector<N>] {
            if pass.take_logits(plan) {
                return x;
            }
            for (x, y) in x.iter().zip(y.resize(x.len())) {
                kernels::softmax(x.as_array(), y.as_array_mut());
            }
            y
        }
        fn output<'a>(_: &'a [Vector<N>], y: &'a Self::Cache) -> &'a [Vector<N>] {
            y
        }
        fn backward<'a>(
            &self,
            _: &NoParameters,
            _: &[Vector<N>],
            dy: &'a mut [Vector<N>],
            y: &'a mut Self::Cache,
            _: &mut Self,
            pass: &mut Pass,
        ) -> &'a mut [Vector<N>] {
            if !pass.logits {
                for (y, dy) in y.iter().zip(&mut *dy) {
                    let dot = kernels::dot(y.values(), dy.values());
                    kernels::zip(&|dy, y| y * (dy - dot), dy.values_mut(), y.values());
                }
            }
            dy
        }
    }
}
