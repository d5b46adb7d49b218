use crate::kernels;
use crate::layers::activation::{Activation, activation};
use core::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// `x · Φ(x) = x / 2 · (1 + erf(x / √2))`
///
/// The exact form, Keras's default; [`GeluTanh`](crate::GeluTanh) is the approximation.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::prelude::*;
/// let y = *Gelu.predict(&Vector::new([-1.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.159).abs() < 1e-3 && (y.0[1] - 0.841).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#gelu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Gelu;
activation!(Gelu);

impl Activation for Gelu {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        0.5 * x * (1.0 + kernels::erf(x * FRAC_1_SQRT_2))
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let density = FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * 0.5 * kernels::exp(-0.5 * x * x);
        0.5 * (1.0 + kernels::erf(x * FRAC_1_SQRT_2)) + x * density
    }
}
