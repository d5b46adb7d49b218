use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `x` where `x > 0`, else `α · (exp(x / α) - 1)` with an `α` of `PERCENT` hundredths, 100 by default: an
/// [`Elu`](crate::Elu) whose slope at 0 is 1 for any `α`.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Celu, prelude::*};
/// let y = *Celu::<100>.predict(&Vector::new([-1.0, 2.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.632).abs() < 1e-3 && (y.0[1] - 2.0).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#celu-function>.
/// J. T. Barron, *Continuously Differentiable Exponential Linear Units*, 2017.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Celu<const PERCENT: usize = 100>;
activation!(Celu<PERCENT>);

impl<const PERCENT: usize> Activation for Celu<PERCENT> {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        let alpha = PERCENT as f32 / 100.0;
        if x > 0.0 { x } else { alpha * kernels::exp_m1(x / alpha) }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x > 0.0 { 1.0 } else { kernels::exp(x / (PERCENT as f32 / 100.0)) }
    }
}
