use crate::layers::bias::{Bias, UseBias};
use crate::layers::convolves::{ConvOptions, convolves};
use crate::layers::window_name::name;
use crate::shape::sample::Image;
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use crate::text::Text;
use core::marker::PhantomData;
use nalgebra::SMatrix;

/// Two-dimensional convolution of images:
/// `y[r, c, o] = Σ x[r·stride + i, c·stride + j, k] · kernel[i, j, k, o] + bias[o]`.
///
/// - `CI`, `CO`: channels of the input and of the output, Keras's filters. `K`: rows of the window, `KW`: its columns,
///   equal to `K` by default. `P`: [`Valid`], [`Same`](crate::Same) or [`Dilated`](crate::Dilated), with strides.
/// - `B`: [`Bias`] by default; [`NoBias`](crate::NoBias) for a layer without a bias.
/// - Input: `Image<H, W, CI>`; output: an `Image` of `CO` channels, whose other sizes the compiler computes.
///   Parameters: a kernel of `(K, KW, CI, CO)`, Glorot uniform initially, and a bias of `CO`, zeros.
///
/// ```
/// use taut::{layers::*, prelude::*};
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
/// type Wide = Conv2d<1, 4, 10, Same<2>, Bias, 4>; // 10 rows, 4 columns
/// const _: () = assert!(Budget::<Image<49, 10, 1>, Wide>::PARAMS == 10 * 4 * 4 + 4);
/// network! {
///     type NoBiases: Image<8, 8, 3> = (Conv2d<3, 16, 3, Same, NoBias>, BatchNorm<16>, Relu, Flatten, Dense<1024, 2>);
/// }
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution2d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv2d<const CI: usize, const CO: usize, const K: usize, P = Valid, B: UseBias = Bias, const KW: usize = K> {
    /// One matrix per row and column of the window, laid out like that of a [`Dense`](crate::Dense), in Keras's order.
    pub kernel: [[SMatrix<f32, CO, CI>; KW]; K],
    /// One number per filter; [`NoBias`](crate::NoBias) in a layer without a bias.
    pub bias: B::Tensor<CO>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    Conv2d<CI, CO, K, P, B, KW> as Conv2d<1, 1, 1>,
    name(Text::new("Conv2d"), &[CI, CO], &[K, KW], P::NAME, B::IN_NAME)
        => name(Text::new("Conv2d").push(B::WORD), &[CI, CO], &[K, KW], P::NAME, [b""; 2]),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions<B>, custom fold
);
convolves! {
    [const H: usize, const W: usize, const CI: usize, const CO: usize, const K: usize,
     P: Padding, B: UseBias, const KW: usize]
    Conv2d<CI, CO, K, P, B, KW>, B, Image<H, W, CI>, <Image<H, W, CI> as Windows2d<K, KW, P, CO>>::Y,
    [Image<H, W, CI>: Windows2d<K, KW, P, CO>], convolution::<P>([H, W], [K, KW], [CI, CO, 1]), CO
}
crate::contract::fold::absorbs_batch_norm! {
    [const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    Conv2d<CI, CO, K, P, B, KW>, B, Conv2d<CI, CO, K, P, Bias, KW>, 1
}
