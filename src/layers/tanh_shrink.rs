use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `x - tanh(x)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// let y = *TanhShrink.predict(&Vector::new([-1.0, 10.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.238).abs() < 1e-3 && (y.0[1] - 9.0).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#tanh_shrink-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct TanhShrink;
activation!(TanhShrink);

impl Activation for TanhShrink {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x - kernels::tanh(x)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let tanh = kernels::tanh(x);
        tanh * tanh
    }
}
