use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `tanh(x)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(Tanh.predict(&Vector::new([-1e4, 0.0]), &mut Vector::ZERO).values(), [-1.0, 0.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#tanh-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Tanh;
activation!(Tanh);

impl Activation for Tanh {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        kernels::tanh(x)
    }
    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        1.0 - y * y
    }
}
