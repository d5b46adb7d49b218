use crate::kernels;
use crate::layers::{Activation, activation};

/// `σ(x) = 1 / (1 + exp(-x))`
///
/// Followed by [`BinaryCrossentropy`](crate::BinaryCrossentropy) it is computed together with it, from the logits.
///
/// See <https://keras.io/api/layers/activations/#sigmoid-function>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Sigmoid;
activation!(Sigmoid, Sigmoid);

impl Activation for Sigmoid {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        kernels::sigmoid(x)
    }
    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        y * (1.0 - y)
    }
}
