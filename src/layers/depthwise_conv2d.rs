use crate::layers::bias::{Bias, UseBias};
use crate::layers::convolves::{ConvOptions, convolves};
use crate::layers::window_name::name;
use crate::shape::sample::Image;
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use crate::text::Text;
use core::marker::PhantomData;
use nalgebra::SMatrix;

/// Depthwise convolution, of each channel by itself:
/// `y[r, c, k] = Σ x[r·stride + i, c·stride + j, k] · kernel[i, j, k] + bias[k]`.
///
/// - `C`: channels. `K`: rows of the window, `KW`: its columns, equal to `K` by default. `P`: [`Valid`],
///   [`Same`](crate::Same) or [`Dilated`](crate::Dilated), with strides.
/// - `B`: [`Bias`] by default; [`NoBias`](crate::NoBias) for a layer without a bias.
/// - Input: `Image<H, W, C>`; output: an `Image` of `C` channels, whose other sizes the compiler computes. Parameters:
///   a kernel of `(K, KW, C, 1)`, Glorot uniform initially, and a bias of `C`, zeros.
///
/// For Keras's `depth_multiplier`, with several outputs per channel, use [`GroupedConv2d`](crate::GroupedConv2d) with
/// groups of one channel.
///
/// ```
/// use taut::{layers::DepthwiseConv2d, prelude::*};
/// network! {
///     type Net: Image<8, 8, 16> = (DepthwiseConv2d<16, 3, Same<2>>, Relu, Conv2d<16, 32, 1>, Flatten, Dense<512, 2>);
/// }
/// network! {
///     type NoBiases: Image<8, 8, 4> = (DepthwiseConv2d<4, 3, Valid, NoBias>, BatchNorm<4>, Flatten, Dense<144, 2>);
/// }
/// let kernel = [[[[10.0], [100.0]].into()]];
/// let layer = DepthwiseConv2d::<2, 1> { kernel, bias: [0.5, 0.0].into(), padding: Default::default() };
/// assert_eq!(layer.predict(&Image([[[1.0, 2.0]]]), &mut Image::ZERO).0, [[[10.5, 200.0]]]);
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct DepthwiseConv2d<const C: usize, const K: usize, P = Valid, B: UseBias = Bias, const KW: usize = K> {
    /// One number per row, column and channel of the window, in Keras's order.
    pub kernel: [[SMatrix<f32, 1, C>; KW]; K],
    /// One number per channel; [`NoBias`](crate::NoBias) in a layer without a bias.
    pub bias: B::Tensor<C>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const C: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    DepthwiseConv2d<C, K, P, B, KW> as DepthwiseConv2d<1, 1>,
    name(Text::new("DepthwiseConv2d"), &[C], &[K, KW], P::NAME, B::IN_NAME)
        => name(Text::new("DepthwiseConv2d").push(B::WORD), &[C], &[K, KW], P::NAME, [b""; 2]),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions<B>, custom fold
);
convolves! {
    [const H: usize, const W: usize, const C: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    DepthwiseConv2d<C, K, P, B, KW>, B, Image<H, W, C>, <Image<H, W, C> as Windows2d<K, KW, P, C>>::Y,
    [Image<H, W, C>: Windows2d<K, KW, P, C>], convolution::<P>([H, W], [K, KW], [C, C, C]), C
}
crate::contract::fold::absorbs_batch_norm! {
    [const C: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    DepthwiseConv2d<C, K, P, B, KW>, B, DepthwiseConv2d<C, K, P, Bias, KW>, 1
}
