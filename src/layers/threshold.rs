use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};

/// `x` where `x > t`, else `d`, with a `t` of `PERCENT` hundredths and a `d` of `ELSE_PERCENT`, 0 by default.
///
/// In contrast to Keras, both numbers cannot be negative.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Threshold, prelude::*};
/// assert_eq!(Threshold::<50, 200>.predict(&Vector::new([0.5, 0.7]), &mut Vector::ZERO).values(), [2.0, 0.7]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#threshold-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Threshold<const PERCENT: usize, const ELSE_PERCENT: usize = 0>;
activation!(Threshold<PERCENT, ELSE_PERCENT>);

impl<const PERCENT: usize, const ELSE_PERCENT: usize> Activation for Threshold<PERCENT, ELSE_PERCENT> {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x <= PERCENT as f32 / 100.0 { ELSE_PERCENT as f32 / 100.0 } else { x }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x <= PERCENT as f32 / 100.0 { 0.0 } else { 1.0 }
    }
}
