//! The layers: one file each, inference and training side by side.

mod batch_norm;
mod bidirectional;
mod celu;
mod conv1d;
mod conv2d;
mod conv2d_transpose;
mod dense;
mod depthwise_conv2d;
mod dropout;
mod elu;
mod embedding;
mod exponential;
mod flatten;
mod gelu;
mod glu;
mod group_norm;
mod gru;
mod hard;
mod layer_norm;
mod leaky_relu;
mod linear;
mod log_sigmoid;
mod log_softmax;
mod lstm;
mod mish;
mod multi_head_attention;
mod noise;
mod normalization;
mod parallel;
mod pooling;
mod position_embedding;
mod prelu;
mod recurrent;
mod relu;
mod rescaling;
mod reshape;
mod residual;
mod resize;
mod selu;
mod shrink;
mod sigmoid;
mod silu;
mod simple_rnn;
mod softmax;
mod softplus;
mod softsign;
mod sparse;
mod sparsemax;
mod spatial_dropout;
mod squareplus;
mod tanh;
mod threshold;
mod time_distributed;
mod unit_normalization;

pub use batch_norm::*;
pub use bidirectional::*;
pub use celu::*;
pub use conv1d::*;
pub use conv2d::*;
pub use conv2d_transpose::*;
pub use dense::*;
pub use depthwise_conv2d::*;
pub use dropout::*;
pub use elu::*;
pub use embedding::*;
pub use exponential::*;
pub use flatten::*;
pub use gelu::*;
pub use glu::*;
pub use group_norm::*;
pub use gru::*;
pub use hard::*;
pub use layer_norm::*;
pub use leaky_relu::*;
pub use linear::*;
pub use log_sigmoid::*;
pub use log_softmax::*;
pub use lstm::*;
pub use mish::*;
pub use multi_head_attention::*;
pub use noise::*;
pub use normalization::*;
pub use parallel::*;
pub use pooling::*;
pub use position_embedding::*;
pub use prelu::*;
pub use recurrent::*;
pub use relu::*;
pub use rescaling::*;
pub use reshape::*;
pub use residual::*;
pub use resize::*;
pub use selu::*;
pub use shrink::*;
pub use sigmoid::*;
pub use silu::*;
pub use simple_rnn::*;
pub use softmax::*;
pub use softplus::*;
pub use softsign::*;
pub use sparse::*;
pub use sparsemax::*;
pub use spatial_dropout::*;
pub use squareplus::*;
pub use tanh::*;
pub use threshold::*;
pub use time_distributed::*;
pub use unit_normalization::*;

/// A function of single numbers, as a layer applies it to each of a sample's.
pub trait Activation {
    /// `f(x)`
    fn apply(&self, x: f32) -> f32;
    /// `f'(x)`, where `y = f(x)`.
    fn derivative(&self, x: f32, y: f32) -> f32;
}

/// An [`Activation`] as the kernels' loops take it. (The compiler leaves a closure around a long one out of the loop, which is then of single
/// numbers.)
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

/// Makes a layer, for any sample, of an [`Activation`].
///
/// In signed bytes it is a table, or what is said behind `as`: its type and what it computes.
macro_rules! activation {
    ($name:ident $(<$($g:ident),+>)? $(, $head:ident)?) => {
        crate::layers::activation!($name $(<$($g),+>)? $(, $head)? as crate::quantize::Int8Table, |layer| {
            let layer = *layer;
            crate::quantize::Operation::map(move |x| crate::layers::Activation::apply(&layer, x))
        });
    };
    ($name:ident $(<$($g:ident),+>)? $(, $head:ident)? as $int8:ty, |$layer:ident| $operation:expr) => {
        crate::quantize::in_bytes!([X: crate::Sample $($(, const $g: usize)+)?] $name $(<$($g),+>)?, X, $int8; |$layer| $operation);
        crate::params!($name $(<$($g),+>)? {} as crate::train::NoParameters);

        impl<X: crate::Sample $($(, const $g: usize)+)?> crate::Layer<X> for $name $(<$($g),+>)? {
            type Y = X;
            type Work = X;
            type Place = crate::place::Over;
            #[inline]
            fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
                crate::kernels::map(&crate::layers::Each(self), x.values(), y.values_mut());
                y
            }
            #[inline]
            fn infer_in_place(&self, x: &mut X) {
                crate::kernels::map_in_place(&crate::layers::Each(self), x.values_mut());
            }
        }

        #[cfg(feature = "train")]
        impl<X: crate::Sample $($(, const $g: usize)+)?> crate::train::Train<X> for $name $(<$($g),+>)? {
            type Cache = crate::params::Buffer<X>;
            $(const HEAD: Option<crate::train::Head> = Some(crate::train::Head::$head);)?
            fn forward<'a>(
                &self,
                plan: &crate::train::NoParameters,
                x: &'a [X],
                y: &'a mut Self::Cache,
                pass: &mut crate::train::Pass,
            ) -> &'a [X] {
                use crate::params::{flat, flat_mut};
                if pass.take_logits(plan) {
                    return x;
                }
                y.resize(x.len());
                crate::kernels::map(&crate::layers::Each(self), flat(x), flat_mut(y));
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
                use crate::params::{flat, flat_mut};
                if !pass.logits {
                    crate::kernels::zip3(&crate::layers::Each(self), flat_mut(dy), flat(x), flat(y));
                }
                dy
            }
        }
    };
}
use activation;

/// A function of a whole vector, as a layer applies it to each sample.
pub trait VectorActivation {
    /// `y = f(x)`
    fn apply<const N: usize>(&self, x: &[f32; N], y: &mut [f32; N]);
    /// Turns the gradient of `y = f(x)` into that of `x`.
    fn gradient<const N: usize>(&self, y: &[f32; N], dy: &mut [f32; N]);
}

/// Makes a layer of a [`VectorActivation`], for vectors and for each step of a sequence.
macro_rules! vector_activation {
    ($name:ident $(, $head:ident)?) => {
        crate::params!($name {} as crate::train::NoParameters);
        crate::layers::vector_activation!(@of $name, [const N: usize] crate::Vector<N>, N $(, $head)?);
        crate::layers::vector_activation!(@of $name, [const T: usize, const N: usize] crate::Sequence<T, N>, N);
    };
    (@of $name:ident, [$($g:tt)*] $x:ty, $n:ident $(, $head:ident)?) => {
        impl<$($g)*> crate::Layer<$x> for $name {
            type Y = $x;
            type Work = $x;
            type Place = crate::place::Over;
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut $x) -> &'a $x {
                use crate::{Plain, layers::{VectorActivation, rows, rows_mut}};
                for (x, y) in rows::<$n>(x.values()).iter().zip(rows_mut::<$n>(y.values_mut())) {
                    self.apply(x, y);
                }
                y
            }
            #[inline]
            fn infer_in_place(&self, x: &mut $x) {
                use crate::{Plain, layers::{VectorActivation, rows_mut}};
                for x in rows_mut::<$n>(x.values_mut()) {
                    let copy = *x;
                    self.apply(&copy, x);
                }
            }
        }

        #[cfg(feature = "train")]
        impl<$($g)*> crate::train::Train<$x> for $name {
            type Cache = crate::params::Buffer<$x>;
            $(const HEAD: Option<crate::train::Head> = Some(crate::train::Head::$head);)?
            fn forward<'a>(
                &self,
                plan: &crate::train::NoParameters,
                x: &'a [$x],
                y: &'a mut Self::Cache,
                pass: &mut crate::train::Pass,
            ) -> &'a [$x] {
                use crate::layers::VectorActivation;
                use crate::{layers::{rows, rows_mut}, params::{flat, flat_mut}};
                if pass.take_logits(plan) {
                    return x;
                }
                for (x, y) in rows::<$n>(flat(x)).iter().zip(rows_mut::<$n>(flat_mut(y.resize(x.len())))) {
                    self.apply(x, y);
                }
                y
            }
            fn output<'a>(_: &'a [$x], y: &'a Self::Cache) -> &'a [$x] {
                y
            }
            fn backward<'a>(
                &self,
                _: &crate::train::NoParameters,
                _: &[$x],
                dy: &'a mut [$x],
                y: &'a mut Self::Cache,
                _: &mut Self,
                pass: &mut crate::train::Pass,
            ) -> &'a mut [$x] {
                use crate::layers::VectorActivation;
                use crate::{layers::{rows, rows_mut}, params::{flat, flat_mut}};
                if !pass.logits {
                    for (y, dy) in rows::<$n>(flat(y)).iter().zip(rows_mut::<$n>(flat_mut(dy))) {
                        self.gradient(y, dy);
                    }
                }
                dy
            }
        }
    };
}
use vector_activation;

/// Samples whose last axis has `C` numbers, which are called channels.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have {C} channels",
    label = "this layer takes samples of {C} channels",
    note = "each layer's input must equal the output of the layer before it"
)]
pub trait Channels<const C: usize>: crate::Sample {}
impl<const C: usize> Channels<C> for crate::Vector<C> {}
impl<const T: usize, const C: usize> Channels<C> for crate::Sequence<T, C> {}
impl<const H: usize, const W: usize, const C: usize> Channels<C> for crate::Image<H, W, C> {}

/// The values of all channels at one position after another.
#[inline]
fn rows<const C: usize>(x: &[f32]) -> &[[f32; C]] {
    if C == 0 { &[] } else { x.as_chunks().0 }
}

/// See [`rows`].
#[inline]
fn rows_mut<const C: usize>(x: &mut [f32]) -> &mut [[f32; C]] {
    if C == 0 { &mut [] } else { x.as_chunks_mut().0 }
}

/// Writes the cache and the forward pass, for any `X`, of a layer that infers each sample by itself.
#[cfg(feature = "train")]
macro_rules! forward_by_infer {
    ($plan:ty) => {
        type Cache = crate::params::Buffer<X>;
        fn forward<'a>(&self, _: &$plan, x: &'a [X], y: &'a mut Self::Cache, _: &mut crate::train::Pass) -> &'a [X] {
            for (x, y) in x.iter().zip(y.resize(x.len())) {
                self.infer(x, y);
            }
            y
        }
        fn output<'a>(_: &'a [X], y: &'a Self::Cache) -> &'a [X] {
            y
        }
    };
}
#[cfg(feature = "train")]
use forward_by_infer;

/// Makes a layer trainable that gives its input another shape, in the same memory.
#[cfg(feature = "train")]
macro_rules! reshaping {
    ([$($g:tt)*] $x:ty, $layer:ty) => {
        impl<$($g)*> crate::train::Train<$x> for $layer {
            type Cache = ();
            const CACHE: usize = 0;
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

/// A layer without parameters that makes a sample of another, each by itself.
pub trait Transform<X> {
    /// What it makes.
    type Y: crate::Sample;
    /// Writes all of `y`.
    fn apply(&self, x: &X, y: &mut Self::Y);
    /// Writes all of `dx`, the gradient of `x`, where that of `y` is `dy`.
    #[cfg(feature = "train")]
    fn gradient(&self, x: &X, y: &Self::Y, dy: &Self::Y, dx: &mut X);
}

/// Samples that are worth a thread of their own.
#[cfg(feature = "train")]
const fn worth<X: crate::Sample>() -> usize {
    8192_usize.div_ceil(if X::LEN > 0 { X::LEN } else { 1 })
}

/// Makes a layer of a [`Transform`]: its generics, the input, and the bounds.
macro_rules! transforms {
    ([$($generic:tt)*] $layer:ty, $x:ty, [$($bound:tt)*]) => {
        impl<$($generic)*> crate::Layer<$x> for $layer
        where
            $($bound)*
        {
            type Y = <Self as crate::layers::Transform<$x>>::Y;
            type Work = Self::Y;
            type Place = crate::place::Fresh;
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut Self::Y) -> &'a Self::Y {
                crate::layers::Transform::apply(self, x, y);
                y
            }
        }

        #[cfg(feature = "train")]
        impl<$($generic)*> crate::train::Train<$x> for $layer
        where
            $($bound)*
        {
            type Cache = crate::layers::LayerCache<$x, Self::Y>;
            const CACHE: usize = size_of::<$x>() + size_of::<Self::Y>();
            fn forward<'a>(
                &self,
                _: &crate::train::NoParameters,
                x: &'a [$x],
                c: &'a mut Self::Cache,
                _: &mut crate::train::Pass,
            ) -> &'a [Self::Y] {
                crate::kernels::in_parts(c.y.resize(x.len()), crate::layers::worth::<$x>(), |at, y| {
                    x[at..].iter().zip(y).for_each(|(x, y)| crate::layers::Transform::apply(self, x, y));
                });
                &c.y
            }
            fn output<'a>(_: &'a [$x], c: &'a Self::Cache) -> &'a [Self::Y] {
                &c.y
            }
            fn backward<'a>(
                &self,
                _: &crate::train::NoParameters,
                x: &[$x],
                dy: &'a mut [Self::Y],
                c: &'a mut Self::Cache,
                _: &mut Self,
                pass: &mut crate::train::Pass,
            ) -> &'a mut [$x] {
                let (y, dy) = (&c.y, &*dy);
                let n = if pass.wanted { x.len() } else { 0 };
                crate::kernels::in_parts(c.dx.resize(n), crate::layers::worth::<$x>(), |at, dx| {
                    for (i, dx) in dx.iter_mut().enumerate() {
                        crate::layers::Transform::gradient(self, &x[at + i], &y[at + i], &dy[at + i], dx);
                    }
                });
                &mut c.dx
            }
        }
    };
}
use transforms;

/// The outputs of a layer, the gradients of its inputs, and room for copies.
#[cfg(feature = "train")]
#[derive(Debug)]
pub struct LayerCache<X, Y> {
    y: crate::params::Buffer<Y>,
    dx: crate::params::Buffer<X>,
    room: Vec<f32>,
}

#[cfg(feature = "train")]
impl<X, Y> Default for LayerCache<X, Y> {
    fn default() -> Self {
        LayerCache { y: Default::default(), dx: Default::default(), room: Vec::new() }
    }
}

/// The methods of `Params` for a layer of two others, which are fields of that name of the layer and of its plan.
#[cfg(feature = "train")]
macro_rules! params_of_two {
    ($first:tt: $First:ident, $second:tt: $Second:ident) => {
        fn visit<const K: usize>(plan: &Self::Plan, mut values: [&mut Self; K], f: &mut crate::train::Visitor<K>) {
            $First::visit(&plan.$first, values.each_mut().map(|value| &mut value.$first), f);
            $Second::visit(&plan.$second, values.each_mut().map(|value| &mut value.$second), f);
        }
        fn read(&self, plan: &Self::Plan, f: &mut dyn FnMut(&crate::train::Tensor, &crate::train::Slot, &[f32])) {
            self.$first.read(&plan.$first, f);
            self.$second.read(&plan.$second, f);
        }
        // Those of the plans are applied inside.
        fn activity_regularizer(_: &Self::Plan) -> &crate::Regularizer {
            crate::Regularizer::NONE
        }
    };
}
#[cfg(feature = "train")]
use params_of_two;

/// The methods of `Train` for a layer of two others, whose caches are the `inner` ones of its own. `$back!` is both backward passes: it is given a macro that
/// calls the one of a field, by its number in the cache, with inputs and the gradient of outputs.
#[cfg(feature = "train")]
macro_rules! train_of_two {
    ($sample:ty, $back:ident, $first:tt: $First:ident, $second:tt: $Second:ident) => {
        fn backward<'a>(
            &self,
            plan: &Self::Plan,
            x: &[$sample],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            pass: &mut crate::train::Pass,
        ) -> &'a mut [$sample] {
            macro_rules! call {
                ($field:tt, $i:tt, $x:expr, $dy:expr) => {
                    self.$field.backward(&plan.$field, $x, $dy, &mut c.inner.$i, &mut grad.$field, pass)
                };
            }
            $back!(call plan x dy c pass)
        }
        fn backward_and_step<'a>(
            &mut self,
            plan: &Self::Plan,
            x: &[$sample],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut crate::train::Step<'_, Self>,
            pass: &mut crate::train::Pass,
        ) -> &'a mut [$sample] {
            macro_rules! call {
                ($field:tt, $i:tt, $x:expr, $dy:expr) => {
                    self.$field.backward_and_step(
                        &plan.$field,
                        $x,
                        $dy,
                        &mut c.inner.$i,
                        &mut grad.$field,
                        &mut step.of(|layer| &mut layer.$field),
                        pass,
                    )
                };
            }
            $back!(call plan x dy c pass)
        }
        fn validate(plan: &Self::Plan) -> crate::Result<()> {
            $First::validate(&plan.$first)?;
            $Second::validate(&plan.$second)
        }
        fn describe(plan: &Self::Plan, place: &str, rows: &mut Vec<crate::train::Row>) {
            $First::describe(&plan.$first, &format!("{place}.{}", stringify!($first)), rows);
            $Second::describe(&plan.$second, &format!("{place}.{}", stringify!($second)), rows);
        }
    };
}
#[cfg(feature = "train")]
use train_of_two;
