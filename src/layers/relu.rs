use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// `max(0, x)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(Relu.predict(&Vector::new([-1.0, 2.0]), &mut Vector::ZERO).values(), [0.0, 2.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#relu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Relu;
activation!(Relu);

impl Activation for Relu {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x < 0.0 { 0.0 } else { x }
    }
    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { 0.0 }
    }
}
