use crate::layers::bias::{Bias, UseBias};
use crate::layers::convolves::{ConvOptions, convolves};
use crate::layers::window_name::name;
use crate::shape::sample::Image;
use crate::shape::window::{Padding, Transposed2d, Valid, transposed};
use crate::text::Text;
use core::marker::PhantomData;
use nalgebra::SMatrix;

/// Transposed convolution of images, also called deconvolution:
/// `y[r·stride + i, c·stride + j, o] += x[r, c, k] · kernel[i, j, o, k]`, the gradient of a [`Conv2d`](crate::Conv2d)
/// by its input, plus a bias.
///
/// - `CI`, `CO`: channels of the input and of the output, Keras's filters. `K`: rows of the window, `KW`: its columns,
///   equal to `K` by default. `P`: [`Valid`] or [`Same`](crate::Same), whose strides are the distances between the
///   output windows of neighbouring pixels.
/// - `B`: [`Bias`] by default; [`NoBias`](crate::NoBias) for a layer without a bias.
/// - Input: `Image<H, W, CI>`; output: with `Same<S>` an `Image<H·S, W·S, CO>`, with `Valid<S>` one of
///   `H·S + max(K - S, 0)` rows. Parameters: a kernel of `(K, KW, CO, CI)`, Glorot uniform initially, and a bias of
///   `CO`, zeros.
///
/// ```
/// use taut::{layers::Conv2dTranspose, prelude::*};
/// network! {
///     type Decoder: Vector<49> = (
///         Reshape<Vector<49>, Image<7, 7, 1>>,
///         Conv2dTranspose<1, 8, 3, Same<2>>,
///         Relu,
///         Conv2dTranspose<8, 1, 3, Same<2>>,
///     );
/// }
/// const _: () = assert!(size_of::<<Decoder as Layer<Vector<49>>>::Y>() == 4 * 28 * 28);
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution2d_transpose/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv2dTranspose<
    const CI: usize,
    const CO: usize,
    const K: usize,
    P = Valid,
    B: UseBias = Bias,
    const KW: usize = K,
> {
    /// One matrix per row and column of the window, with one contiguous column per output channel, in Keras's order.
    pub kernel: [[SMatrix<f32, CI, CO>; KW]; K],
    /// One number per filter; [`NoBias`](crate::NoBias) in a layer without a bias.
    pub bias: B::Tensor<CO>,
    /// The padding and strides, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    Conv2dTranspose<CI, CO, K, P, B, KW> as Conv2dTranspose<1, 1, 1>,
    name(Text::new("Conv2dTranspose"), &[CI, CO], &[K, KW], P::NAME, B::IN_NAME)
        => name(Text::new("Conv2dTranspose").push(B::WORD), &[CI, CO], &[K, KW], P::NAME, [b""; 2]),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions<B>, custom fold
);
convolves! {
    [const H: usize, const W: usize, const CI: usize, const CO: usize, const K: usize,
     P: Padding, B: UseBias, const KW: usize]
    Conv2dTranspose<CI, CO, K, P, B, KW>, B, Image<H, W, CI>, <Image<H, W, CI> as Transposed2d<K, KW, P, CO>>::Y,
    [Image<H, W, CI>: Transposed2d<K, KW, P, CO>], transposed::<P>([H, W], [K, KW], [CO, CI]), CO, transposed true
}
// The weights of one output channel at one position of the kernel are contiguous.
crate::contract::fold::absorbs_batch_norm! {
    [const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    Conv2dTranspose<CI, CO, K, P, B, KW>, B, Conv2dTranspose<CI, CO, K, P, Bias, KW>, CI
}
