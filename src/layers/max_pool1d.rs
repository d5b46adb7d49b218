use crate::layers::pools::pools;
use crate::layers::window_name::name;
use crate::shape::sample::Sequence;
use crate::shape::window::{Padding, Valid, Windows1d, convolution_1d};
use crate::text::Text;
use core::marker::PhantomData;

/// The largest number of each channel in a window of `K` steps. Otherwise equal to
/// [`MaxPool2d`](crate::MaxPool2d).
///
/// - Input: `Sequence<T, C>`; output: a `Sequence` of `C` channels, whose length the compiler computes.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Sequence<100, 6> = (Conv1d<6, 16, 5>, Relu, MaxPool1d<2>, Flatten, Dense<768, 4>); }
/// let pool = Model::<Sequence<4, 1>, MaxPool1d<2>>::new(1);
/// assert_eq!(pool.predict(&Sequence([[1.0], [3.0], [9.0], [5.0]])).0, [[3.0], [9.0]]);
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/max_pooling1d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct MaxPool1d<const K: usize, P = Valid<K>>(
    /// The padding, strides and dilation, as a type.
    pub PhantomData<P>,
);
crate::params!(
    [const K: usize, P: Padding] MaxPool1d<K, P> as MaxPool1d<1>,
    name(Text::new("MaxPool1d"), &[], &[K], P::NAME, [b""; 2]),
    { ; 0 } as crate::contract::tensor::NoParameters
);
pools! {
    [const T: usize, const C: usize, const K: usize, P: Padding]
    MaxPool1d<K, P>, Sequence<T, C>, <Sequence<T, C> as Windows1d<K, P, C>>::Y, [Sequence<T, C>: Windows1d<K, P, C>],
    convolution_1d::<P>(T, K, [C, C, C]), EachAsInput, max_pool, max_pool_gradient;
}
