use crate::layers::pools::{pools, whole};
use crate::shape::sample::{Image, Sequence, Vector};

/// The largest number of each channel over all positions. Positions that are equally large share the gradient.
///
/// - Input: `Image<H, W, C>` or `Sequence<T, C>`; output: `Vector<C>`.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Sequence<100, 6> = (Conv1d<6, 16, 5>, Relu, GlobalMaxPool, Dense<16, 4>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/global_max_pooling1d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GlobalMaxPool;
crate::params!(GlobalMaxPool {} as crate::contract::tensor::NoParameters);
pools! {
    [const H: usize, const W: usize, const C: usize]
    GlobalMaxPool, Image<H, W, C>, Vector<C>, [],
    whole::<C>(H * W), EachAsInput, max_pool, global_max_gradient;

    [const T: usize, const C: usize]
    GlobalMaxPool, Sequence<T, C>, Vector<C>, [],
    whole::<C>(T), EachAsInput, max_pool, global_max_gradient;
}
