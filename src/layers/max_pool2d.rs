use crate::layers::pools::pools;
use crate::layers::window_name::name;
use crate::shape::sample::Image;
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use crate::text::Text;
use core::marker::PhantomData;

/// The largest number of each channel in a window: `y[r, c, k] = max x[r·stride + i, c·stride + j, k]`.
///
/// - `K`: rows of the window, `KW`: its columns, equal to `K` by default. `P`: [`Valid`] or [`Same`](crate::Same),
///   with strides; windows that do not overlap by default.
/// - Input: `Image<H, W, C>`; output: an `Image` of `C` channels, whose other sizes the compiler computes.
///
/// NaN counts as the largest number. If several numbers of a window are the largest, the first gets the gradient.
///
/// ```
/// use taut::prelude::*;
/// network! {
///     type Net: Image<28, 28, 1> = (
///         Conv2d<1, 8, 3>,
///         Relu,
///         MaxPool2d<2>,
///         MaxPool2d<3, Same<2>>,
///         Flatten,
///         Dense<392, 10>,
///         Softmax,
///     );
/// }
/// let pool = Model::<Image<2, 4, 1>, MaxPool2d<2>>::new(1);
/// assert_eq!(pool.predict(&Image([[[1.0], [3.0], [5.0], [9.0]], [[4.0]; 4]])).0, [[[4.0], [9.0]]]);
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/max_pooling2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct MaxPool2d<const K: usize, P = Valid<K>, const KW: usize = K>(
    /// The padding, strides and dilation, as a type.
    pub PhantomData<P>,
);
crate::params!(
    [const K: usize, P: Padding, const KW: usize] MaxPool2d<K, P, KW> as MaxPool2d<1>,
    name(Text::new("MaxPool2d"), &[], &[K, KW], P::NAME, [b""; 2]),
    { ; 0 } as crate::contract::tensor::NoParameters
);
pools! {
    [const H: usize, const W: usize, const C: usize, const K: usize, P: Padding, const KW: usize]
    MaxPool2d<K, P, KW>, Image<H, W, C>, <Image<H, W, C> as Windows2d<K, KW, P, C>>::Y,
    [Image<H, W, C>: Windows2d<K, KW, P, C>],
    convolution::<P>([H, W], [K, KW], [C, C, C]), EachAsInput, max_pool, max_pool_gradient;
}
