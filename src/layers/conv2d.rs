use crate::contract::train::TensorOptions;
use crate::kernels;
use crate::kernels::Convolution;
use crate::regularizers::Regularizer;
use crate::shape::sample::{Image, Sample};
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use crate::text::Text;
use core::marker::PhantomData;
use nalgebra::{SMatrix, SVector};

/// Two-dimensional convolution of images:
/// `y[r, c, o] = Σ x[r·stride + i, c·stride + j, k] · kernel[i, j, k, o] + bias[o]`.
///
/// - `CI`, `CO`: channels of the input and of the output, Keras's filters. `K`: rows of the window, `KW`: its columns,
///   equal to `K` by default. `P`: [`Valid`], [`Same`](crate::Same) or [`Dilated`](crate::Dilated), with strides.
/// - Input: `Image<H, W, CI>`; output: an `Image` of `CO` channels, whose other sizes the compiler computes.
///   Parameters: a kernel of `(K, KW, CI, CO)`, Glorot uniform initially, and a bias of `CO`, zeros.
///
/// ```
/// use taut::prelude::*;
/// network! {
///     type Net: Image<28, 28, 1> = (
///         Conv2d<1, 8, 3>,
///         Relu,
///         Conv2d<8, 16, 3, Same<2>>,
///         Relu,
///         Flatten,
///         Dense<2704, 10>,
///         Softmax,
///     );
/// }
/// type Wide = Conv2d<1, 4, 10, Same<2>, 4>; // 10 rows, 4 columns
/// const _: () = assert!(Budget::<Image<49, 10, 1>, Wide>::PARAMS == 10 * 4 * 4 + 4);
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution2d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv2d<const CI: usize, const CO: usize, const K: usize, P = Valid, const KW: usize = K> {
    /// One matrix per row and column of the window, laid out like that of a [`Dense`](crate::Dense), in Keras's order.
    pub kernel: [[SMatrix<f32, CO, CI>; KW]; K],
    /// One number per filter.
    pub bias: SVector<f32, CO>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize]
    Conv2d<CI, CO, K, P, KW> as Conv2d<1, 1, 1>,
    name("Conv2d", &[CI, CO], &[K, KW], P::NAME),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions, custom fold
);
convolves! {
    [const H: usize, const W: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize]
    Conv2d<CI, CO, K, P, KW>, Image<H, W, CI>, <Image<H, W, CI> as Windows2d<K, KW, P, CO>>::Y,
    [Image<H, W, CI>: Windows2d<K, KW, P, CO>],
    convolution::<P>([H, W], [K, KW], [CI, CO, 1]), CO, bias, ConvOptions
}

/// Two-dimensional convolution without a bias. Otherwise equal to [`Conv2d`].
///
/// ```
/// use taut::{layers::Conv2dNoBias, prelude::*};
/// network! {
///     type Net: Image<8, 8, 3> = (Conv2dNoBias<3, 16, 3, Same>, BatchNorm<16>, Relu, Flatten, Dense<1024, 2>);
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv2dNoBias<const CI: usize, const CO: usize, const K: usize, P = Valid, const KW: usize = K> {
    /// The kernel, in the layout of [`Conv2d`].
    pub kernel: [[SMatrix<f32, CO, CI>; KW]; K],
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize]
    Conv2dNoBias<CI, CO, K, P, KW> as Conv2dNoBias<1, 1, 1>,
    name("Conv2dNoBias", &[CI, CO], &[K, KW], P::NAME),
    { kernel: Kernel; padding } as ConvNoBiasOptions, custom fold
);
convolves! {
    [const H: usize, const W: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize]
    Conv2dNoBias<CI, CO, K, P, KW>, Image<H, W, CI>, <Image<H, W, CI> as Windows2d<K, KW, P, CO>>::Y,
    [Image<H, W, CI>: Windows2d<K, KW, P, CO>],
    convolution::<P>([H, W], [K, KW], [CI, CO, 1]), CO, , ConvNoBiasOptions
}

crate::contract::fold::absorbs_batch_norm!([const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize] Conv2d<CI, CO, K, P, KW>, 1, Conv2dNoBias<CI, CO, K, P, KW>);

/// The name of a layer, with the columns of its window unless they equal the rows.
pub(crate) const fn name(layer: &str, channels: &[usize], window: &[usize], padding: Text<64>) -> Text {
    let text = Text::new(layer).push(b"<");
    let (mut text, mut i) = (text, 0);
    while i < channels.len() {
        text = text.number(channels[i]).push(b", ");
        i += 1;
    }
    text = text.number(window[0]).push(b", ").push(padding.bytes());
    if window.len() > 1 && window[1] != window[0] {
        text = text.push(b", ").number(window[1]);
    }
    text.push(b">")
}

/// A layer that convolves samples `X`.
pub(crate) trait Convolves<X> {
    /// The sizes of the convolution; for a transposed one, those of the convolution whose input gradient it computes.
    const OF: Convolution;
    /// Whether the convolution is transposed.
    const TRANSPOSED: bool;
    /// The weights.
    fn weights(&self) -> &[f32];
    /// The bias, or `None`.
    fn start(&self) -> Option<&[f32]>;
}

/// The output for one sample.
#[inline]
pub(crate) fn infer<X: Sample, Y: Sample, L: Convolves<X>>(layer: &L, x: &X, y: &mut Y) {
    if L::TRANSPOSED {
        kernels::infer_transposed(&L::OF, layer.weights(), layer.start(), x.values(), y.values_mut());
    } else {
        kernels::infer_convolution(&L::OF, layer.weights(), layer.start(), x.values(), y.values_mut());
    }
}

/// Implements a layer that [`Convolves`] from its generics, input, output, bounds, sizes, filters, bias field and
/// options.
macro_rules! convolves {
    (
        [$($generic:tt)*] $layer:ty, $x:ty, $y:ty, [$($bound:tt)*], $of:expr, $filters:ident, $($bias:ident)?, $options:ty
        $(, transposed $transposed:literal)?
    ) => {
        impl<$($generic)*> crate::layers::conv2d::Convolves<$x> for $layer
        where
            $($bound)*
        {
            const OF: crate::kernels::Convolution = $of;
            const TRANSPOSED: bool = false $(|| $transposed)?;
            #[inline]
            fn weights(&self) -> &[f32] {
                crate::memory::plain::Floats::values(&self.kernel)
            }
            #[inline]
            fn start(&self) -> Option<&[f32]> {
                None$(.or(Some(crate::memory::plain::Floats::values(&self.$bias))))?
            }
        }

        impl<$($generic)*> crate::contract::layer::Layer<$x> for $layer
        where
            $($bound)*
        {
            type Y = $y;
            type Scratch = $y;
            type Place = crate::contract::layer::Other;
            const MACS: usize = <Self as crate::layers::conv2d::Convolves<$x>>::OF.macs();
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut $y) -> &'a $y {
                crate::layers::conv2d::infer(self, x, y);
                y
            }
        }

        #[cfg(feature = "train")]
        impl<$($generic)*> crate::contract::train::Train<$x> for $layer
        where
            $($bound)*
        {
            type Cache = crate::layers::cache::LayerCache<$x, $y>;
            const CACHE: usize = size_of::<$x>() + size_of::<$y>();
            fn forward<'a>(
                &self,
                _: &$options,
                x: &'a [$x],
                c: &'a mut Self::Cache,
                _: &mut crate::contract::train::Context,
            ) -> &'a [$y] {
                c.forward(self, x)
            }
            fn output<'a>(_: &'a [$x], c: &'a Self::Cache) -> &'a [$y] {
                c.output()
            }
            fn backward<'a>(
                &mut self,
                _: &$options,
                x: &[$x],
                dy: &'a mut [$y],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                _: &mut crate::contract::train::Step<'_, Self>,
                context: &mut crate::contract::train::Context,
            ) -> &'a mut [$x] {
                $(
                    let rows = crate::layers::channels::rows::<$filters>(crate::memory::view::flat(dy));
                    crate::kernels::bias_gradient::<$filters>(rows, crate::memory::view::view_one_mut(&mut grad.$bias));
                )?
                c.backward(self, x, dy, crate::memory::plain::Floats::values_mut(&mut grad.kernel), context.needs_input_grad)
            }
        }
    };
}
pub(crate) use convolves;

/// The training options of a convolution.
#[derive(Clone, Debug, Default)]
pub struct ConvOptions {
    /// The options of the kernel.
    pub kernel: TensorOptions,
    /// The options of the bias.
    pub bias: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

/// The training options of a convolution without a bias.
#[derive(Clone, Debug, Default)]
pub struct ConvNoBiasOptions {
    /// The options of the kernel.
    pub kernel: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::layers::cache::LayerCache;
    use crate::memory::view::{flat, flat_mut};

    impl<X: Sample, Y: Sample> LayerCache<X, Y> {
        pub(crate) fn output(&self) -> &[Y] {
            &self.y
        }

        pub(crate) fn forward<L: Convolves<X>>(&mut self, layer: &L, x: &[X]) -> &[Y] {
            let y = flat_mut(self.y.resize(x.len()));
            if L::TRANSPOSED {
                kernels::convolve_input_gradient(&L::OF, layer.weights(), layer.start(), flat(x), y);
            } else {
                kernels::convolve(&L::OF, layer.weights(), layer.start(), flat(x), y);
            }
            &self.y
        }

        pub(crate) fn backward<L: Convolves<X>>(
            &mut self,
            layer: &L,
            x: &[X],
            dy: &[Y],
            dw: &mut [f32],
            needs_input_grad: bool,
        ) -> &mut [X] {
            let (x, dy, dx) = (flat(x), flat(dy), flat_mut(self.dx.resize(if needs_input_grad { x.len() } else { 0 })));
            if L::TRANSPOSED {
                kernels::convolve_weight_gradient(&L::OF, dy, x, dw, &mut self.room);
            } else {
                kernels::convolve_weight_gradient(&L::OF, x, dy, dw, &mut self.room);
            }
            match (needs_input_grad, L::TRANSPOSED) {
                (true, true) => kernels::convolve(&L::OF, layer.weights(), None, dy, dx),
                (true, false) => kernels::convolve_input_gradient(&L::OF, layer.weights(), None, dy, dx),
                _ => {}
            }
            &mut self.dx
        }
    }
}
