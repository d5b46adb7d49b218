use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// `min(max(x / 6 + 1 / 2, 0), 1)`: a [`Sigmoid`](crate::Sigmoid) of three lines.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::HardSigmoid, prelude::*};
/// assert_eq!(HardSigmoid.predict(&Vector::new([-3.0, 0.0, 9.0]), &mut Vector::ZERO).values(), [0.0, 0.5, 1.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_sigmoid-function>.
#[derive(Clone, Copy, Debug, Default)]
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

/// `x · min(max(x / 6 + 1 / 2, 0), 1)`, also called hard swish: a [`Silu`](crate::Silu) without an exponential.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::HardSilu, prelude::*};
/// assert_eq!(HardSilu.predict(&Vector::new([-3.0, 0.0, 9.0]), &mut Vector::ZERO).values(), [0.0, 0.0, 9.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_silu-function>.
/// A. Howard et al., *Searching for MobileNetV3*, 2019.
#[derive(Clone, Copy, Debug, Default)]
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

/// `min(max(x, -1), 1)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::HardTanh, prelude::*};
/// assert_eq!(HardTanh.predict(&Vector::new([-3.0, 0.5, 9.0]), &mut Vector::ZERO).values(), [-1.0, 0.5, 1.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_tanh-function>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct HardTanh;
activation!(HardTanh);

impl Activation for HardTanh {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x.clamp(-1.0, 1.0)
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x.abs() <= 1.0 { 1.0 } else { 0.0 }
    }
}
