use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// `min(max((x + 1) / 2, 0), 1)`: the derivative of [`SparsePlus`](crate::SparsePlus).
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(SparseSigmoid.predict(&Vector::new([-2.0, 0.0, 3.0]), &mut Vector::ZERO).values(), [0.0, 0.5, 1.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#sparse_sigmoid-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct SparseSigmoid;
activation!(SparseSigmoid);

impl Activation for SparseSigmoid {
    const OUTPUTS: OutputKind = OutputKind::Probabilities;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        (0.5 * (x + 1.0)).clamp(0.0, 1.0)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x > -1.0 && x < 1.0 { 0.5 } else { 0.0 }
    }
}
