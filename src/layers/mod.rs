//! The layers: one file each, inference and training side by side.

mod batch_norm;
mod dense;
mod dropout;
mod elu;
mod flatten;
mod gelu;
mod leaky_relu;
mod relu;
mod reshape;
mod selu;
mod sigmoid;
mod silu;
mod softmax;
mod softplus;
mod tanh;

pub use batch_norm::*;
pub use dense::*;
pub use dropout::*;
pub use elu::*;
pub use flatten::*;
pub use gelu::*;
pub use leaky_relu::*;
pub use relu::*;
pub use reshape::*;
pub use selu::*;
pub use sigmoid::*;
pub use silu::*;
pub use softmax::*;
pub use softplus::*;
pub use tanh::*;

/// A function of single numbers, as a layer applies it to each of a sample's.
pub trait Activation {
    /// `f(x)`
    fn apply(&self, x: f32) -> f32;
    /// `f'(x)`, where `y = f(x)`.
    fn derivative(&self, x: f32, y: f32) -> f32;
}

/// Makes a layer, for any sample, of an [`Activation`].
///
/// In signed bytes it is a table, or what is said behind `as`: its type and what it computes.
macro_rules! activation {
    ($name:ident $(<$g:ident>)? $(, $head:ident)?) => {
        crate::layers::activation!($name $(<$g>)? $(, $head)? as crate::quantize::Int8Table, |layer| {
            let layer = *layer;
            crate::quantize::Operation::map(move |x| crate::layers::Activation::apply(&layer, x))
        });
    };
    ($name:ident $(<$g:ident>)? $(, $head:ident)? as $int8:ty, |$layer:ident| $operation:expr) => {
        crate::quantize::in_bytes!([X: crate::Sample $(, const $g: usize)?] $name $(<$g>)?, X, $int8; |$layer| $operation);
        crate::params!($name $(<$g>)? {} as crate::train::NoParameters);

        impl<X: crate::Sample $(, const $g: usize)?> crate::Layer<X> for $name $(<$g>)? {
            type Y = X;
            type Work = X;
            type Place = crate::place::Over;
            #[inline]
            fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
                use crate::layers::Activation;
                crate::kernels::map(&|x| self.apply(x), x.values(), y.values_mut());
                y
            }
            #[inline]
            fn infer_in_place(&self, x: &mut X) {
                use crate::layers::Activation;
                crate::kernels::map_in_place(&|x| self.apply(x), x.values_mut());
            }
        }

        #[cfg(feature = "train")]
        impl<X: crate::Sample $(, const $g: usize)?> crate::train::Train<X> for $name $(<$g>)? {
            type Cache = crate::params::Buffer<X>;
            $(const HEAD: Option<crate::train::Head> = Some(crate::train::Head::$head);)?
            fn forward<'a>(
                &self,
                plan: &crate::train::NoParameters,
                x: &'a [X],
                y: &'a mut Self::Cache,
                pass: &mut crate::train::Pass,
            ) -> &'a [X] {
                use crate::{layers::Activation, params::{flat, flat_mut}};
                if pass.take_logits(plan) {
                    return x;
                }
                y.resize(x.len());
                crate::kernels::map(&|x| self.apply(x), flat(x), flat_mut(y));
                y
            }
            fn output<'a>(_: &'a [X], y: &'a Self::Cache) -> &'a [X] {
                y
            }
            fn backward<'a>(
                &self,
                _: &crate::train::NoParameters,
                x: &[X],
                dy: &'a mut [X],
                y: &'a mut Self::Cache,
                _: &mut Self,
                pass: &mut crate::train::Pass,
            ) -> &'a mut [X] {
                use crate::{layers::Activation, params::{flat, flat_mut}};
                if !pass.logits {
                    crate::kernels::zip3(
                        &|dy, x, y| dy * self.derivative(x, y),
                        flat_mut(dy),
                        flat(x),
                        flat(y),
                    );
                }
                dy
            }
        }
    };
}
use activation;

/// Makes a layer trainable that gives its input another shape, in the same memory.
#[cfg(feature = "train")]
macro_rules! reshaping {
    ([$($g:tt)*] $x:ty, $layer:ty) => {
        impl<$($g)*> crate::train::Train<$x> for $layer {
            type Cache = ();
            fn forward<'a>(
                &self,
                _: &crate::train::NoParameters,
                x: &'a [$x],
                _: &'a mut (),
                _: &mut crate::train::Pass,
            ) -> &'a [Self::Y] {
                crate::params::view(x)
            }
            fn output<'a>(x: &'a [$x], _: &'a ()) -> &'a [Self::Y] {
                crate::params::view(x)
            }
            fn backward<'a>(
                &self,
                _: &crate::train::NoParameters,
                _: &[$x],
                dy: &'a mut [Self::Y],
                _: &'a mut (),
                _: &mut Self,
                _: &mut crate::train::Pass,
            ) -> &'a mut [$x] {
                crate::params::view_mut(dy)
            }
        }
    };
}
#[cfg(feature = "train")]
use reshaping;
