use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `x` where `x > 0`, else `α · (exp(x) - 1)` with an `α` of `PERCENT` hundredths, 100 by default.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Elu, prelude::*};
/// let y = *Elu::<100>.predict(&Vector::new([-1.0, 2.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.632).abs() < 1e-3 && y.0[1] == 2.0);
/// ```
///
/// See <https://keras.io/api/layers/activations/#elu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Elu<const PERCENT: usize = 100>;
activation!(Elu<PERCENT>);

impl<const PERCENT: usize> Activation for Elu<PERCENT> {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x > 0.0 { x } else { PERCENT as f32 / 100.0 * kernels::exp_m1(x) }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, y: f32) -> f32 {
        if x > 0.0 { 1.0 } else { y + PERCENT as f32 / 100.0 }
    }
}
