use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// [`Relu`](crate::Relu) with all of Keras's options: `min(x, m)` where `x > t`, else `s · (x - t)`.
///
/// - Input and output: any sample. `s`, `m` and `t` are `SLOPE`, `MAX` and `THRESHOLD` hundredths; a `MAX` of 0 means
///   no maximum.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// let y = *ReluWith::<10, 600, 0>.predict(&Vector::new([-1.0, 2.0, 9.0]), &mut Vector::ZERO);
/// assert_eq!(y.values(), [-0.1, 2.0, 6.0]);
/// ```
///
/// See <https://keras.io/api/layers/activation_layers/relu/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
