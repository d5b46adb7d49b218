use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::kernels;
use crate::layers::channels::{Channels, rows_mut};
use crate::layers::in_place::infer_by_copy;

/// Divides each position by the norm of its `C` channels: `y = x / max(‖x‖, 1e-12)`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`.
///
/// (The constraint [`UnitNorm`](crate::UnitNorm) normalizes weights.)
///
/// ```
/// use taut::{layers::UnitNormalization, prelude::*};
/// let y = *UnitNormalization::<2>.predict(&Vector::new([3.0, 4.0]), &mut Vector::ZERO);
/// assert!((y.0[0] - 0.6).abs() < 1e-6 && (y.0[1] - 0.8).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/layers/normalization_layers/unit_normalization/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct UnitNormalization<const C: usize>;
crate::params!(UnitNormalization<C> {} as crate::contract::tensor::NoParameters);

/// The inverse of the norm, at most 1e12.
fn factor(x: &[f32]) -> f32 {
    let (scale, norm) = kernels::scaled_norm(x);
    if norm < 1e-12 * scale { 1e12 } else { scale / norm }
}

#[diagnostic::do_not_recommend]
impl<X: Channels<C>, const C: usize> Layer<X> for UnitNormalization<C> {
    type Y = X;
    type Scratch = X;
    type Place = InPlace;
    const MASK: MaskRule = MaskRule::Keeps;
    const MACS: usize = X::LEN;
    #[inline]
    fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
        infer_by_copy(self, x, y)
    }
    #[inline]
    fn infer_in_place(&self, x: &mut X) {
        for x in rows_mut::<C>(x.values_mut()) {
            let factor = factor(x);
            kernels::map_in_place(&|x| x * factor, x);
        }
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::layers::cache::forward_by_infer;
    use crate::layers::channels::rows;
    use crate::memory::view::{flat, flat_mut};

    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Train<X> for UnitNormalization<C> {
        forward_by_infer!(NoParameters);
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            x: &[X],
            dy: &'a mut [X],
            y: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            let rows_of = rows_mut::<C>(flat_mut(dy)).iter_mut().zip(rows::<C>(flat(x))).zip(rows::<C>(flat(y)));
            for ((dy, x), y) in rows_of {
                let (factor, along) = (factor(x), kernels::dot(dy, y));
                kernels::zip(&|dy, y| factor * (dy - y * along), dy, y);
            }
            dy
        }
    }
}
