use crate::layers::pools::pools;
use crate::layers::window_name::name;
use crate::shape::sample::Image;
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use crate::text::Text;
use core::marker::PhantomData;

/// The mean of each channel in a window: `y[r, c, k] = mean x[r·stride + i, c·stride + j, k]`.
///
/// - `K`: rows of the window, `KW`: its columns, equal to `K` by default. `P`: [`Valid`] or [`Same`](crate::Same),
///   with strides; windows that do not overlap by default.
/// - Input: `Image<H, W, C>`; output: an `Image` of `C` channels, whose other sizes the compiler computes.
///
/// Padding does not count: at an edge, the mean is that of the numbers within the image.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<8, 8, 1> = (AvgPool2d<2>, Flatten, Dense<16, 10>, Softmax); }
/// let pool = Model::<Image<2, 4, 1>, AvgPool2d<2>>::new(1);
/// assert_eq!(pool.predict(&Image([[[1.0], [3.0], [5.0], [9.0]], [[0.0]; 4]])).0, [[[1.0], [3.5]]]);
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/average_pooling2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct AvgPool2d<const K: usize, P = Valid<K>, const KW: usize = K>(
    /// The padding, strides and dilation, as a type.
    pub PhantomData<P>,
);
crate::params!(
    [const K: usize, P: Padding, const KW: usize] AvgPool2d<K, P, KW> as AvgPool2d<1>,
    name(Text::new("AvgPool2d"), &[], &[K, KW], P::NAME, [b""; 2]),
    { ; 0 } as crate::contract::tensor::NoParameters
);
pools! {
    [const H: usize, const W: usize, const C: usize, const K: usize, P: Padding, const KW: usize]
    AvgPool2d<K, P, KW>, Image<H, W, C>, <Image<H, W, C> as Windows2d<K, KW, P, C>>::Y,
    [Image<H, W, C>: Windows2d<K, KW, P, C>],
    convolution::<P>([H, W], [K, KW], [C, C, C]), EachAsInput, avg_pool, avg_pool_gradient;
}
