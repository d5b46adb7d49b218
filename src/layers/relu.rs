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
#[derive(Clone, Copy, Debug, Default)]
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

/// `min(max(0, x), 6)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Relu6, prelude::*};
/// assert_eq!(Relu6.predict(&Vector::new([-1.0, 2.0, 9.0]), &mut Vector::ZERO).values(), [0.0, 2.0, 6.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#relu6-function>.
#[derive(Clone, Copy, Debug, Default)]
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

/// [`Relu`] with all of Keras's options: `min(x, m)` where `x > t`, else `s · (x - t)`.
///
/// - Input and output: any sample. `s`, `m` and `t` are `SLOPE`, `MAX` and `THRESHOLD` hundredths; a `MAX` of 0 means
///   no maximum.
///
/// ```
/// use taut::{layers::ReluWith, prelude::*};
/// let y = *ReluWith::<10, 600, 0>.predict(&Vector::new([-1.0, 2.0, 9.0]), &mut Vector::ZERO);
/// assert_eq!(y.values(), [-0.1, 2.0, 6.0]);
/// ```
///
/// See <https://keras.io/api/layers/activation_layers/relu/>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct ReluWith<const SLOPE: usize, const MAX: usize = 0, const THRESHOLD: usize = 0>;
activation!(ReluWith<SLOPE, MAX, THRESHOLD>);

impl<const SLOPE: usize, const MAX: usize, const THRESHOLD: usize> ReluWith<SLOPE, MAX, THRESHOLD> {
    const M: f32 = if MAX == 0 { f32::INFINITY } else { MAX as f32 / 100.0 };
    const T: f32 = THRESHOLD as f32 / 100.0;
    const S: f32 = SLOPE as f32 / 100.0;
}

impl<const SLOPE: usize, const MAX: usize, const THRESHOLD: usize> Activation for ReluWith<SLOPE, MAX, THRESHOLD> {
    const OUTPUTS: OutputKind = if SLOPE == 0 { OutputKind::NonNegative } else { OutputKind::AnyNumbers };
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        let above = if x > Self::M { Self::M } else { x };
        if x <= Self::T { Self::S * (x - Self::T) } else { above }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let above = if x < Self::M { 1.0 } else { 0.0 };
        if x <= Self::T { Self::S } else { above }
    }
}
