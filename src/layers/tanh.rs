use crate::kernels;
use crate::layers::{Activation, activation};

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
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Tanh;
activation!(Tanh as crate::quantize::Int8Table, |_layer| {
    let scale = crate::quantize::Scale { scale: 1.0 / 128.0, zero_point: 0 };
    crate::quantize::Operation::Map(Box::new(crate::kernels::tanh), Some(scale))
});

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
