use crate::layers::activation::{Activation, activation};

/// `x` where `x > 0`, else `s · x` with a slope `s` of `PERCENT` hundredths.
///
/// The default of 30 is that of Keras's layer; the default of Keras's function is 0.2.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::LeakyRelu, prelude::*};
/// assert_eq!(LeakyRelu::<20>.predict(&Vector::new([-1.0, 2.0]), &mut Vector::ZERO).values(), [-0.2, 2.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#leaky_relu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct LeakyRelu<const PERCENT: usize = 30>;
activation!(LeakyRelu<PERCENT>);

impl<const PERCENT: usize> Activation for LeakyRelu<PERCENT> {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        if x > 0.0 { x } else { PERCENT as f32 / 100.0 * x }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        if x > 0.0 { 1.0 } else { PERCENT as f32 / 100.0 }
    }
}
