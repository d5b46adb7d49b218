//! Layers that apply a function to each element.

use crate::contract::outputs::OutputKind;

/// An element-wise function, which a layer applies to a sample.
///
/// The layers of this crate that are such functions implement it, so that one can be called for a number:
///
/// ```
/// use taut::{Softplus, layers::Activation, prelude::*};
/// let y = Softplus.apply(0.0);
/// assert!((y - 2.0_f32.ln()).abs() < 1e-6);
/// assert!((Softplus.derivative(0.0, y) - 0.5).abs() < 1e-6);
/// assert_eq!(<Softplus as Activation>::OUTPUTS, taut::OutputKind::NonNegative);
/// ```
pub trait Activation {
    /// The numbers that the function returns; any by default.
    const OUTPUTS: OutputKind = OutputKind::AnyNumbers;
    /// `f(x)`
    fn apply(&self, x: f32) -> f32;
    /// `f'(x)`, where `y = f(x)`.
    fn derivative(&self, x: f32, y: f32) -> f32;
}

/// An [`Activation`] in the form that the kernels' loops take. (The compiler does not inline a closure around a long
/// function, and then does not vectorize the loop.)
pub(crate) struct Each<'a, A>(pub &'a A);

impl<A: Activation> crate::kernels::Map for Each<'_, A> {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        self.0.apply(x)
    }
}

impl<A: Activation> crate::kernels::Zip3 for Each<'_, A> {
    #[inline(always)]
    fn apply(&self, dy: f32, x: f32, y: f32) -> f32 {
        dy * self.0.derivative(x, y)
    }
}

/// Implements a layer, for any sample, from an [`Activation`]. `$head` is its [`Head`](crate::Head), if losses can be
/// fused with it.
macro_rules! activation {
    ($name:ident $(<$($g:ident),+>)? $(, $head:ident)?) => {
        crate::params!($name $(<$($g),+>)? {} as crate::contract::tensor::NoParameters);

        impl<X: crate::shape::sample::Sample $($(, const $g: usize)+)?> crate::contract::layer::Layer<X> for $name $(<$($g),+>)? {
            type Y = X;
            type Scratch = X;
            type Place = crate::contract::layer::InPlace;
            const MASK: crate::contract::mask::MaskRule = crate::contract::mask::MaskRule::Keeps;
            const OUTPUTS: crate::contract::outputs::OutputKind = <Self as crate::layers::activation::Activation>::OUTPUTS;
            #[inline]
            fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
                crate::kernels::map(&crate::layers::activation::Each(self), x.values(), y.values_mut());
                y
            }
            #[inline]
            fn infer_in_place(&self, x: &mut X) {
                crate::kernels::map_in_place(&crate::layers::activation::Each(self), x.values_mut());
            }
        }

        #[cfg(feature = "train")]
        impl<X: crate::shape::sample::Sample $($(, const $g: usize)+)?> crate::contract::train::Train<X> for $name $(<$($g),+>)? {
            type Cache = crate::memory::heap::Buffer<X>;
            $(const HEAD: Option<crate::contract::train::Head> = Some(crate::contract::train::Head::$head);)?
            fn forward<'a>(
                &self,
                options: &crate::contract::tensor::NoParameters,
                x: &'a [X],
                y: &'a mut Self::Cache,
                context: &mut crate::contract::train::Context,
            ) -> &'a [X] {
                use crate::memory::view::{flat, flat_mut};
                if context.fuses_head(options) {
                    return x;
                }
                y.resize(x.len());
                crate::kernels::map_batch(&crate::layers::activation::Each(self), flat(x), flat_mut(y));
                y
            }
            fn output<'a>(_: &'a [X], y: &'a Self::Cache) -> &'a [X] {
                y
            }
            fn backward<'a>(
                &mut self,
                _: &crate::contract::tensor::NoParameters,
                x: &[X],
                dy: &'a mut [X],
                y: &'a mut Self::Cache,
                _: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                context: &mut crate::contract::train::Context,
            ) -> &'a mut [X] {
                use crate::memory::view::{flat, flat_mut};
                if !context.fuse_head {
                    crate::kernels::zip3_batch(&crate::layers::activation::Each(self), flat_mut(dy), flat(x), flat(y));
                }
                dy
            }
        }
    };
}
pub(crate) use activation;
