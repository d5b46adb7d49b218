use crate::kernels;
use crate::layers::{Activation, activation};

/// `ln(1 + exp(x))`
///
/// See <https://keras.io/api/layers/activations/#softplus-function>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Softplus;
activation!(Softplus);

impl Activation for Softplus {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        kernels::softplus(x)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        kernels::sigmoid(x)
    }
}
