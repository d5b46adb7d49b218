use crate::layers::bias::{Bias, NoBias};
use crate::layers::conv2d::Conv2d;
use crate::layers::depthwise_conv2d::DepthwiseConv2d;
use crate::shape::window::Valid;

/// A depthwise convolution, followed by a pointwise convolution that mixes the channels: Keras's `SeparableConv2D`.
///
/// - `CI`, `CO`: channels of the input and of the output. `K`, `P`, `B`, `KW`: as in [`Conv2d`]. Parameters: the
///   depthwise kernel, the pointwise one, and a bias, in Keras's order.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Image<8, 8, 4> = (SeparableConv2d<4, 16, 3, Same>, Relu, Flatten, Dense<1024, 2>); }
/// const _: () = assert!(Budget::<Image<8, 8, 4>, SeparableConv2d<4, 16, 3, Same>>::PARAMS == 3 * 3 * 4 + 4 * 16 + 16);
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/separable_convolution2d/>.
pub type SeparableConv2d<const CI: usize, const CO: usize, const K: usize, P = Valid, B = Bias, const KW: usize = K> =
    (DepthwiseConv2d<CI, K, P, NoBias, KW>, Conv2d<CI, CO, 1, Valid, B>);
