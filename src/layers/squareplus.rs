use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::activation::{Activation, activation};

/// `(x + √(x² + b)) / 2` with a `b` of `PERCENT` hundredths, 400 by default.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::Squareplus, prelude::*};
/// let y = *Squareplus::<400>.predict(&Vector::new([-1.0, 1.0]), &mut Vector::ZERO);
/// assert!((y.0[0] - 0.618).abs() < 1e-3 && (y.0[1] - 1.618).abs() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/activations/#squareplus-function>.
/// J. T. Barron, *Squareplus: A Softplus-Like Algebraic Rectifier*, 2021.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Squareplus<const PERCENT: usize = 400>;
activation!(Squareplus<PERCENT>);

impl<const PERCENT: usize> Activation for Squareplus<PERCENT> {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        0.5 * (x + kernels::sqrt(x * x + PERCENT as f32 / 100.0))
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        0.5 + 0.5 * x / kernels::sqrt(x * x + PERCENT as f32 / 100.0)
    }
}
