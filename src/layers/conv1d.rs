use crate::layers::bias::{Bias, UseBias};
use crate::layers::convolves::{ConvOptions, convolves};
use crate::layers::window_name::name;
use crate::shape::sample::Sequence;
use crate::shape::window::{Padding, Valid, Windows1d, convolution_1d};
use crate::text::Text;
use core::marker::PhantomData;
use nalgebra::SMatrix;

/// One-dimensional convolution of sequences: `y[t, o] = Σ x[t·stride + i, k] · kernel[i, k, o] + bias[o]`.
///
/// - `CI`, `CO`: channels of the input and of the output, Keras's filters. `K`: steps of the window. `P`: [`Valid`],
///   [`Same`](crate::Same) or [`Dilated`](crate::Dilated), with a stride.
/// - `B`: [`Bias`] by default; [`NoBias`](crate::NoBias) for a layer without a bias.
/// - Input: `Sequence<T, CI>`; output: a `Sequence` of `CO` channels, whose length the compiler computes. Parameters: a
///   kernel of `(K, CI, CO)`, Glorot uniform initially, and a bias of `CO`, zeros.
///
/// ```
/// use taut::{layers::{Conv1d, MaxPool1d}, prelude::*};
/// network! {
///     type Net: Sequence<100, 6> = (
///         Conv1d<6, 16, 5>,
///         Relu,
///         MaxPool1d<2>,
///         Conv1d<16, 16, 3, Same<2>>,
///         GlobalAvgPool,
///         Dense<16, 4>,
///     );
/// }
/// network! {
///     type NoBiases: Sequence<20, 3> = (Conv1d<3, 8, 3, Same, NoBias>, BatchNorm<8>, Relu, Flatten, Dense<160, 2>);
/// }
/// let kernel = [[[1.0]].into(), [[-1.0]].into()];
/// let difference = Conv1d::<1, 1, 2> { kernel, bias: [0.5].into(), padding: Default::default() };
/// let y = *difference.predict(&Sequence([[1.0], [4.0], [9.0]]), &mut Sequence::ZERO);
/// assert_eq!(y.0, [[-2.5], [-4.5]]); // 1 - 4 + 0.5, 4 - 9 + 0.5
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution1d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv1d<const CI: usize, const CO: usize, const K: usize, P = Valid, B: UseBias = Bias> {
    /// One matrix per step of the window, laid out like that of a [`Dense`](crate::Dense), in Keras's order.
    pub kernel: [SMatrix<f32, CO, CI>; K],
    /// One number per filter; [`NoBias`](crate::NoBias) in a layer without a bias.
    pub bias: B::Tensor<CO>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias]
    Conv1d<CI, CO, K, P, B> as Conv1d<1, 1, 1>,
    name(Text::new("Conv1d"), &[CI, CO], &[K], P::NAME, B::IN_NAME)
        => name(Text::new("Conv1d").push(B::WORD), &[CI, CO], &[K], P::NAME, [b""; 2]),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions<B>, custom fold
);
convolves! {
    [const T: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias]
    Conv1d<CI, CO, K, P, B>, B, Sequence<T, CI>, <Sequence<T, CI> as Windows1d<K, P, CO>>::Y,
    [Sequence<T, CI>: Windows1d<K, P, CO>], convolution_1d::<P>(T, K, [CI, CO, 1]), CO
}
crate::contract::fold::absorbs_batch_norm! {
    [const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias]
    Conv1d<CI, CO, K, P, B>, B, Conv1d<CI, CO, K, P, Bias>, 1
}
