use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `σ(x) = 1 / (1 + exp(-x))`
///
/// Before [`BinaryCrossentropy`](struct@crate::BinaryCrossentropy), layer and loss are computed together, from the
/// logits.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::prelude::*;
/// assert_eq!(Sigmoid.predict(&Vector::new([-1e4, 0.0]), &mut Vector::ZERO).values(), [0.0, 0.5]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#sigmoid-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Sigmoid;
activation!(Sigmoid, Sigmoid);

impl Activation for Sigmoid {
    const OUTPUTS: OutputKind = OutputKind::Probabilities;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        kernels::sigmoid(x)
    }
    #[inline(always)]
    fn derivative(&self, _: f32, y: f32) -> f32 {
        y * (1.0 - y)
    }
}
