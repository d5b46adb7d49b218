use crate::layers::copies::copying;
use crate::shape::resize::Padded2d;
use crate::shape::sample::Image;

/// Surrounds an image with zeros.
///
/// - `T`, `L`, `B`, `R`: the rows at the top, the columns on the left, the rows at the bottom and the columns on the
///   right. By default `L` and `B` equal `T`, and `R` equals `L`.
/// - Input: `Image<H, W, C>`; output: `Image<T + H + B, L + W + R, C>`.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! {
///     type Net: Image<28, 28, 1> = (ZeroPadding2d<2>, Conv2d<1, 6, 5>, MaxPool2d<2>, Flatten, Dense<1176, 10>);
/// }
/// let pad = Model::<Image<1, 1, 1>, ZeroPadding2d<1, 0>>::new(1); // a row above, a row below
/// assert_eq!(pad.predict(&Image([[[7.0]]])).0, [[[0.0]], [[7.0]], [[0.0]]]);
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/zero_padding2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct ZeroPadding2d<const T: usize, const L: usize = T, const B: usize = T, const R: usize = L>;
crate::params!(ZeroPadding2d < T, L, B, R > {} as crate::contract::tensor::NoParameters);

copying! {
    [const H: usize, const W: usize, const C: usize, const T: usize, const L: usize, const B: usize, const R: usize]
    ZeroPadding2d<T, L, B, R>, Image<H, W, C>, <Image<H, W, C> as Padded2d<T, L, B, R>>::Y,
    [Image<H, W, C>: Padded2d<T, L, B, R>], C, true,
    |copy| (0..H).for_each(|r| (0..W).for_each(|c| copy(r * W + c, (r + T) * (L + W + R) + c + L)));
}
