use crate::kernels;
use crate::layers::activation::{Activation, activation};
use core::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// `x / 2 · (1 + tanh(u))` with `u = √(2 / π) · (x + 0.044715 · x³)`: an approximation of [`Gelu`](crate::Gelu).
///
/// Keras's `approximate=True`, used by many published language models.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// let y = *GeluTanh.predict(&Vector::new([-1.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.159).abs() < 1e-3 && (y.0[1] - 0.841).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#gelu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GeluTanh;
activation!(GeluTanh);

impl GeluTanh {
    /// `2 · u` of the formula, since `(1 + tanh(u)) / 2 = σ(2 · u)`, and its derivative.
    #[inline(always)]
    fn argument(x: f32) -> (f32, f32) {
        const SCALE: f32 = 2.0 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
        const CUBIC: f32 = 0.044_715;
        (SCALE * (x + CUBIC * x * x * x), SCALE * (1.0 + 3.0 * CUBIC * x * x))
    }
}

impl Activation for GeluTanh {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * kernels::sigmoid(Self::argument(x).0)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, y: f32) -> f32 {
        let (argument, derivative) = Self::argument(x);
        let s = kernels::sigmoid(argument);
        s + y * (1.0 - s) * derivative
    }
}
