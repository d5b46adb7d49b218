use crate::layers::activation::{Activation, activation};

/// `min(max(x, -1), 1)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// assert_eq!(HardTanh.predict(&Vector::new([-3.0, 0.5, 9.0]), &mut Vector::ZERO).values(), [-1.0, 0.5, 1.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#hard_tanh-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
