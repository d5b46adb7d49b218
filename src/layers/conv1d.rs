use crate::layers::conv2d::{convolves, name};
use crate::shape::sample::Sequence;
use crate::shape::window::{Padding, Valid, Windows1d, convolution_1d};
use core::marker::PhantomData;
use nalgebra::{SMatrix, SVector};

use crate::layers::conv2d::{ConvNoBiasOptions, ConvOptions};

/// One-dimensional convolution of sequences: `y[t, o] = Σ x[t·stride + i, k] · kernel[i, k, o] + bias[o]`.
///
/// - `CI`, `CO`: channels of the input and of the output, Keras's filters. `K`: steps of the window. `P`: [`Valid`],
///   [`Same`](crate::Same) or [`Dilated`](crate::Dilated), with a stride.
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
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution1d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv1d<const CI: usize, const CO: usize, const K: usize, P = Valid> {
    /// One matrix per step of the window, laid out like that of a [`Dense`](crate::Dense), in Keras's order.
    pub kernel: [SMatrix<f32, CO, CI>; K],
    /// One number per filter.
    pub bias: SVector<f32, CO>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding] Conv1d<CI, CO, K, P> as Conv1d<1, 1, 1>,
    name("Conv1d", &[CI, CO], &[K], P::NAME),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions, custom fold
);
convolves! {
    [const T: usize, const CI: usize, const CO: usize, const K: usize, P: Padding]
    Conv1d<CI, CO, K, P>, Sequence<T, CI>, <Sequence<T, CI> as Windows1d<K, P, CO>>::Y,
    [Sequence<T, CI>: Windows1d<K, P, CO>],
    convolution_1d::<P>(T, K, [CI, CO, 1]), CO, bias, ConvOptions
}

crate::contract::fold::absorbs_batch_norm!([const CI: usize, const CO: usize, const K: usize, P: Padding] Conv1d<CI, CO, K, P>, 1, Conv1dNoBias<CI, CO, K, P>);

/// One-dimensional convolution without a bias. Otherwise equal to [`Conv1d`].
///
/// ```
/// use taut::{layers::Conv1dNoBias, prelude::*};
/// network! { type Net: Sequence<20, 3> = (Conv1dNoBias<3, 8, 3, Same>, BatchNorm<8>, Relu, Flatten, Dense<160, 2>); }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Conv1dNoBias<const CI: usize, const CO: usize, const K: usize, P = Valid> {
    /// The kernel, in the layout of [`Conv1d`].
    pub kernel: [SMatrix<f32, CO, CI>; K],
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const CI: usize, const CO: usize, const K: usize, P: Padding] Conv1dNoBias<CI, CO, K, P> as Conv1dNoBias<1, 1, 1>,
    name("Conv1dNoBias", &[CI, CO], &[K], P::NAME),
    { kernel: Kernel; padding } as ConvNoBiasOptions, custom fold
);
convolves! {
    [const T: usize, const CI: usize, const CO: usize, const K: usize, P: Padding]
    Conv1dNoBias<CI, CO, K, P>, Sequence<T, CI>, <Sequence<T, CI> as Windows1d<K, P, CO>>::Y,
    [Sequence<T, CI>: Windows1d<K, P, CO>],
    convolution_1d::<P>(T, K, [CI, CO, 1]), CO, , ConvNoBiasOptions
}
