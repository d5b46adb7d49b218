use crate::layers::pools::{pools, whole};
use crate::shape::sample::{Image, Sequence, Vector};

/// The mean of each channel over all positions.
///
/// - Input: `Image<H, W, C>` or `Sequence<T, C>`; output: `Vector<C>`.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3>, Relu, GlobalAvgPool, Dense<8, 10>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/global_average_pooling2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GlobalAvgPool;
crate::params!(GlobalAvgPool {} as crate::contract::tensor::NoParameters);
pools! {
    [const H: usize, const W: usize, const C: usize]
    GlobalAvgPool, Image<H, W, C>, Vector<C>, [],
    whole::<C>(H * W), AsInput, avg_pool, avg_pool_gradient;

    [const T: usize, const C: usize]
    GlobalAvgPool, Sequence<T, C>, Vector<C>, [],
    whole::<C>(T), AsInput, avg_pool, avg_pool_gradient;
}
