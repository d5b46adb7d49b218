use crate::layers::activation::{Activation, activation};

/// `x - t` where `x > t`, `x + t` where `x < -t`, else 0, with a `t` of `PERCENT` hundredths, 50 by default.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(SoftShrink::<50>.predict(&Vector::new([-2.0, 0.5]), &mut Vector::ZERO).values(), [-1.5, 0.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#soft_shrink-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct SoftShrink<const PERCENT: usize = 50>;
activation!(SoftShrink<PERCENT>);

impl<const PERCENT: usize> Activation for SoftShrink<PERCENT> {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        let t = PERCENT as f32 / 100.0;
        if x.abs() <= t { 0.0 } else { x - t.copysign(x) }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x.abs() <= PERCENT as f32 / 100.0 { 0.0 } else { 1.0 }
    }
}
