use crate::layers::activation::{Activation, activation};
use crate::layers::hard_sigmoid::HardSigmoid;

/// `x · min(max(x / 6 + 1 / 2, 0), 1)`, also called hard swish: a [`Silu`](crate::Silu) without an exponential.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(HardSilu.predict(&Vector::new([-3.0, 0.0, 9.0]), &mut Vector::ZERO).values(), [0.0, 0.0, 9.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_silu-function>.
/// A. Howard et al., *Searching for MobileNetV3*, 2019.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct HardSilu;
activation!(HardSilu);

impl Activation for HardSilu {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x * HardSigmoid.apply(x)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        HardSigmoid.apply(x) + x * HardSigmoid.derivative(x, 0.0)
    }
}
