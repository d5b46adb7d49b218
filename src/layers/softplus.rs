use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `ln(1 + exp(x))`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Softplus, prelude::*};
/// let y = *Softplus.predict(&Vector::new([0.0, 100.0]), &mut Vector::ZERO);
/// assert!((y.0[0] - 0.693).abs() < 1e-3 && y.0[1] == 100.0);
/// ```
///
/// See <https://keras.io/api/layers/activations/#softplus-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Softplus;
activation!(Softplus);

impl Activation for Softplus {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        kernels::softplus(x)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        kernels::sigmoid(x)
    }
}
