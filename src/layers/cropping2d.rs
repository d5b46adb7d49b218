use crate::layers::copies::copying;
use crate::shape::resize::Cropped2d;
use crate::shape::sample::Image;

/// Removes rows and columns at the edges of an image.
///
/// - `T`, `L`, `B`, `R`: the rows at the top, the columns on the left, the rows at the bottom and the columns on the
///   right. By default `L` and `B` equal `T`, and `R` equals `L`.
/// - Input: `Image<H, W, C>`; output: `Image<H - T - B, W - L - R, C>`.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Image<28, 28, 1> = (Cropping2d<4>, Flatten, Dense<400, 10>); }
/// let crop = Model::<Image<3, 3, 1>, Cropping2d<1, 1, 0, 0>>::new(1); // the first row and the first column
/// let image = Image([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]], [[7.0], [8.0], [9.0]]]);
/// assert_eq!(crop.predict(&image).0, [[[5.0], [6.0]], [[8.0], [9.0]]]);
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/cropping2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Cropping2d<const T: usize, const L: usize = T, const B: usize = T, const R: usize = L>;
crate::params!(Cropping2d < T, L, B, R > {} as crate::contract::tensor::NoParameters);

copying! {
    [const H: usize, const W: usize, const C: usize, const T: usize, const L: usize, const B: usize, const R: usize]
    Cropping2d<T, L, B, R>, Image<H, W, C>, <Image<H, W, C> as Cropped2d<T, L, B, R>>::Y,
    [Image<H, W, C>: Cropped2d<T, L, B, R>], C, false,
    |copy| (T..H - B).for_each(|r| (L..W - R).for_each(|c| copy(r * W + c, (r - T) * (W - L - R) + c - L)));
}
