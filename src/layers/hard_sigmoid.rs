use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// `min(max(x / 6 + 1 / 2, 0), 1)`: a [`Sigmoid`](crate::Sigmoid) of three straight lines.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(HardSigmoid.predict(&Vector::new([-3.0, 0.0, 9.0]), &mut Vector::ZERO).values(), [0.0, 0.5, 1.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_sigmoid-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct HardSigmoid;
activation!(HardSigmoid);

impl Activation for HardSigmoid {
    const OUTPUTS: OutputKind = OutputKind::Probabilities;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        (x + 3.0).clamp(0.0, 6.0) / 6.0
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x > -3.0 && x < 3.0 { 1.0 / 6.0 } else { 0.0 }
    }
}
