use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `s · x` where `x > 0`, else `s · α · (exp(x) - 1)`, which preserves mean and variance through many layers.
///
/// Initialize the kernel of the layer before with [`LecunNormal`](crate::LecunNormal).
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Selu, prelude::*};
/// let y = *Selu.predict(&Vector::new([-1.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] + 1.111).abs() < 1e-3 && (y.0[1] - 1.051).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#selu-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Selu;
activation!(Selu);

const ALPHA: f32 = 1.673_263_2;
const SCALE: f32 = 1.050_701;
/// The limit for very negative numbers.
#[cfg(feature = "train")]
pub(super) const LOWEST: f32 = -SCALE * ALPHA;

impl Activation for Selu {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        SCALE * if x > 0.0 { x } else { ALPHA * kernels::exp_m1(x) }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, y: f32) -> f32 {
        if x > 0.0 { SCALE } else { y + SCALE * ALPHA }
    }
}
