use crate::kernels;
use crate::layers::{Activation, activation};

/// `x · σ(x) = x / (1 + exp(-x))`, also called swish.
///
/// See <https://keras.io/api/layers/activations/#silu-function>.
#[derive(Clone, Copy, Debug, Default)]
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
