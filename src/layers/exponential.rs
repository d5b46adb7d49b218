use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `exp(x)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Exponential, prelude::*};
/// let y = *Exponential.predict(&Vector::new([0.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] - 1.0).abs() < 1e-3 && (y.0[1] - 2.718).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#exponential-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Exponential;
activation!(Exponential);

impl Activation for Exponential {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        kernels::exp(x)
    }
    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        y
    }
}
