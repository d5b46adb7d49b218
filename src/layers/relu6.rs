use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// `min(max(0, x), 6)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(Relu6.predict(&Vector::new([-1.0, 2.0, 9.0]), &mut Vector::ZERO).values(), [0.0, 2.0, 6.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#relu6-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Relu6;
activation!(Relu6);

impl Activation for Relu6 {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x.clamp(0.0, 6.0)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x > 0.0 && x < 6.0 { 1.0 } else { 0.0 }
    }
}
