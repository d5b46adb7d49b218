use crate::layers::activation::{Activation, activation};

/// `x / (1 + |x|)`
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Softsign, prelude::*};
/// assert_eq!(Softsign.predict(&Vector::new([-1.0, 3.0]), &mut Vector::ZERO).values(), [-0.5, 0.75]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#softsign-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Softsign;
activation!(Softsign);

impl Activation for Softsign {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        x / (1.0 + x.abs())
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        let scale = 1.0 / (1.0 + x.abs());
        scale * scale
    }
}
