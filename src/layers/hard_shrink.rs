use crate::layers::activation::{Activation, activation};

/// `x` where `|x| > t`, else 0, with a `t` of `PERCENT` hundredths, 50 by default.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(HardShrink::<50>.predict(&Vector::new([-0.7, 0.5]), &mut Vector::ZERO).values(), [-0.7, 0.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_shrink-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct HardShrink<const PERCENT: usize = 50>;
activation!(HardShrink<PERCENT>);

impl<const PERCENT: usize> Activation for HardShrink<PERCENT> {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x.abs() <= PERCENT as f32 / 100.0 { 0.0 } else { x }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x.abs() <= PERCENT as f32 / 100.0 { 0.0 } else { 1.0 }
    }
}
