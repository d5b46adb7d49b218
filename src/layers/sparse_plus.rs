use crate::contract::outputs::OutputKind;
use crate::layers::activation::{Activation, activation};
use crate::layers::sparse_sigmoid::SparseSigmoid;

/// 0 up to -1, `(x + 1)² / 4` between -1 and 1, `x` from 1 on: a [`Softplus`](crate::Softplus) that reaches 0.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::SparsePlus, prelude::*};
/// assert_eq!(SparsePlus.predict(&Vector::new([-2.0, 0.0, 3.0]), &mut Vector::ZERO).values(), [0.0, 0.25, 3.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#sparse_plus-function>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct SparsePlus;
activation!(SparsePlus);

impl Activation for SparsePlus {
    const OUTPUTS: OutputKind = OutputKind::NonNegative;
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        let between = 0.25 * (x + 1.0) * (x + 1.0);
        if x <= -1.0 {
            0.0
        } else if x >= 1.0 {
            x
        } else {
            between
        }
    }
    #[inline(always)]
    fn derivative(&self, x: f32, _: f32) -> f32 {
        SparseSigmoid.apply(x)
    }
}
