use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `x · σ(x) = x / (1 + exp(-x))`, also called swish.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Silu, prelude::*};
/// let y = *Silu.predict(&Vector::new([-1.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.269).abs() < 1e-3 && (y.0[1] - 0.731).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#silu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Silu;
activation!(Silu);

impl Activation for Silu {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * kernels::sigmoid(x)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, y: f32) -> f32 {
        let s = kernels::sigmoid(x);
        s + y * (1.0 - s)
    }
}
