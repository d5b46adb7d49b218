use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `x · tanh(ln(1 + exp(x)))`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Mish, prelude::*};
/// let y = *Mish.predict(&Vector::new([-1.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 0.303).abs() < 1e-3 && (y.0[1] - 0.865).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#mish-function>.
/// D. Misra, *Mish: A Self Regularized Non-Monotonic Activation Function*, 2019.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Mish;
activation!(Mish);

/// `n` of `tanh(ln(1 + exp(x))) = n / (n + 2)`; the quotient is 1 long before `n` overflows.
#[inline(always)]
fn numerator(x: f32) -> f32 {
    let e = kernels::exp(if x > 20.0 { 20.0 } else { x });
    e * (e + 2.0)
}

impl Activation for Mish {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        let n = numerator(x);
        x * (n / (n + 2.0))
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let n = numerator(x);
        // 1 - tanh² = 4 · (n + 1) / (n + 2)²
        n / (n + 2.0) + x * kernels::sigmoid(x) * (4.0 * (n + 1.0) / (n + 2.0) / (n + 2.0))
    }
}
