use crate::layers::conv2d::Conv2d;
use crate::layers::conv2d::{convolves, name};
use crate::shape::sample::Image;
use crate::shape::size::{Divides, GroupsOf, Sizes};
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use core::marker::PhantomData;
use nalgebra::{SMatrix, SVector};

use crate::layers::conv2d::{ConvNoBiasOptions, ConvOptions};

/// Depthwise convolution, of each channel by itself:
/// `y[r, c, k] = Σ x[r·stride + i, c·stride + j, k] · kernel[i, j, k] + bias[k]`.
///
/// - `C`: channels. `K`: rows of the window, `KW`: its columns, equal to `K` by default. `P`: [`Valid`],
///   [`Same`](crate::Same) or [`Dilated`](crate::Dilated), with strides.
/// - Input: `Image<H, W, C>`; output: an `Image` of `C` channels, whose other sizes the compiler computes. Parameters:
///   a kernel of `(K, KW, C, 1)`, Glorot uniform initially, and a bias of `C`, zeros.
///
/// For Keras's `depth_multiplier`, with several outputs per channel, use [`GroupedConv2d`] with groups of one channel.
///
/// ```
/// use taut::{layers::DepthwiseConv2d, prelude::*};
/// network! {
///     type Net: Image<8, 8, 16> = (DepthwiseConv2d<16, 3, Same<2>>, Relu, Conv2d<16, 32, 1>, Flatten, Dense<512, 2>);
/// }
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct DepthwiseConv2d<const C: usize, const K: usize, P = Valid, const KW: usize = K> {
    /// One number per row, column and channel of the window, in Keras's order.
    pub kernel: [[SMatrix<f32, 1, C>; KW]; K],
    /// One number per channel.
    pub bias: SVector<f32, C>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const C: usize, const K: usize, P: Padding, const KW: usize] DepthwiseConv2d<C, K, P, KW> as DepthwiseConv2d<1, 1>,
    name("DepthwiseConv2d", &[C], &[K, KW], P::NAME),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions, custom fold
);
convolves! {
    [const H: usize, const W: usize, const C: usize, const K: usize, P: Padding, const KW: usize]
    DepthwiseConv2d<C, K, P, KW>, Image<H, W, C>, <Image<H, W, C> as Windows2d<K, KW, P, C>>::Y,
    [Image<H, W, C>: Windows2d<K, KW, P, C>],
    convolution::<P>([H, W], [K, KW], [C, C, C]), C, bias, ConvOptions
}

/// Depthwise convolution without a bias. Otherwise equal to [`DepthwiseConv2d`].
///
/// ```
/// use taut::{layers::DepthwiseConv2dNoBias, prelude::*};
/// network! {
///     type Net: Image<8, 8, 16> = (DepthwiseConv2dNoBias<16, 3>, BatchNorm<16>, Relu, Flatten, Dense<576, 2>);
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct DepthwiseConv2dNoBias<const C: usize, const K: usize, P = Valid, const KW: usize = K> {
    /// The kernel, in the layout of [`DepthwiseConv2d`].
    pub kernel: [[SMatrix<f32, 1, C>; KW]; K],
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const C: usize, const K: usize, P: Padding, const KW: usize]
    DepthwiseConv2dNoBias<C, K, P, KW> as DepthwiseConv2dNoBias<1, 1>,
    name("DepthwiseConv2dNoBias", &[C], &[K, KW], P::NAME),
    { kernel: Kernel; padding } as ConvNoBiasOptions, custom fold
);
convolves! {
    [const H: usize, const W: usize, const C: usize, const K: usize, P: Padding, const KW: usize]
    DepthwiseConv2dNoBias<C, K, P, KW>, Image<H, W, C>, <Image<H, W, C> as Windows2d<K, KW, P, C>>::Y,
    [Image<H, W, C>: Windows2d<K, KW, P, C>],
    convolution::<P>([H, W], [K, KW], [C, C, C]), C, , ConvNoBiasOptions
}

crate::contract::fold::absorbs_batch_norm!([const C: usize, const K: usize, P: Padding, const KW: usize] DepthwiseConv2d<C, K, P, KW>, 1, DepthwiseConv2dNoBias<C, K, P, KW>);

/// Grouped convolution, of each group of channels by itself: Keras's `groups`.
///
/// - `G`: groups. `CI`: channels of the input in *each group*; `CO`: channels of the output, a multiple of `G`. `K`,
///   `P`, `KW`: as in [`Conv2d`].
/// - Input: `Image<H, W, G·CI>`; output: an `Image` of `CO` channels. Parameters: a kernel of `(K, KW, CI, CO)`, Glorot
///   uniform initially, and a bias of `CO`, zeros.
///
/// ```
/// use taut::{layers::GroupedConv2d, prelude::*};
/// network! { type Net: Image<8, 8, 6> = (GroupedConv2d<3, 2, 12, 3>, Relu, Flatten, Dense<432, 2>); }
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution2d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct GroupedConv2d<
    const G: usize,
    const CI: usize,
    const CO: usize,
    const K: usize,
    P = Valid,
    const KW: usize = K,
> {
    /// The kernel, in the layout of [`Conv2d`], for the channels of one group.
    pub kernel: [[SMatrix<f32, CO, CI>; KW]; K],
    /// One number per filter.
    pub bias: SVector<f32, CO>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const G: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize]
    GroupedConv2d<G, CI, CO, K, P, KW> as GroupedConv2d<1, 1, 1, 1>,
    name("GroupedConv2d", &[G, CI, CO], &[K, KW], P::NAME),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions, custom fold
);
convolves! {
    [const H: usize, const W: usize, const C: usize, const G: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize]
    GroupedConv2d<G, CI, CO, K, P, KW>, Image<H, W, C>, <Image<H, W, C> as Windows2d<K, KW, P, CO>>::Y,
    [Image<H, W, C>: Windows2d<K, KW, P, CO>, Sizes: GroupsOf<C, G, CI> + Divides<CO, G>],
    convolution::<P>([H, W], [K, KW], [C, CO, G]), CO, bias, ConvOptions
}

crate::contract::fold::absorbs_batch_norm!(
    [const G: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, const KW: usize] GroupedConv2d<G, CI, CO, K, P, KW>, 1
);

/// A depthwise convolution, followed by a pointwise convolution that mixes the channels: Keras's `SeparableConv2D`.
///
/// - `CI`, `CO`: channels of the input and of the output. `K`, `P`, `KW`: as in [`Conv2d`]. Parameters: the depthwise
///   kernel, the pointwise one, and a bias, in Keras's order.
///
/// ```
/// use taut::{layers::SeparableConv2d, prelude::*};
/// network! { type Net: Image<8, 8, 4> = (SeparableConv2d<4, 16, 3, Same>, Relu, Flatten, Dense<1024, 2>); }
/// const _: () = assert!(Budget::<Image<8, 8, 4>, SeparableConv2d<4, 16, 3, Same>>::PARAMS == 3 * 3 * 4 + 4 * 16 + 16);
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/separable_convolution2d/>.
pub type SeparableConv2d<const CI: usize, const CO: usize, const K: usize, P = Valid, const KW: usize = K> =
    (DepthwiseConv2dNoBias<CI, K, P, KW>, Conv2d<CI, CO, 1>);
