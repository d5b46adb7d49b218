use crate::layers::copies::copying;
use crate::shape::resize::Upsampled2d;
use crate::shape::sample::Image;

/// Repeats the rows and columns of an image: `y[r, c, k] = x[⌊r / H⌋, ⌊c / W⌋, k]`.
///
/// - `H`: how often each row is repeated. `W`: the same of each column, equal to `H` by default.
/// - Input: `Image<R, S, C>`; output: `Image<R·H, S·W, C>`.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Image<4, 4, 1> = (UpSampling2d<2>, Flatten, Dense<64, 10>); }
/// let twice = Model::<Image<1, 2, 1>, UpSampling2d<2>>::new(1);
/// assert_eq!(twice.predict(&Image([[[1.0], [2.0]]])).0, [[[1.0], [1.0], [2.0], [2.0]]; 2]);
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/up_sampling2d/>, with `interpolation="nearest"`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct UpSampling2d<const H: usize, const W: usize = H>;
crate::params!(UpSampling2d < H, W > {} as crate::contract::tensor::NoParameters);

copying! {
    [const R: usize, const S: usize, const C: usize, const H: usize, const W: usize]
    UpSampling2d<H, W>, Image<R, S, C>, <Image<R, S, C> as Upsampled2d<H, W>>::Y,
    [Image<R, S, C>: Upsampled2d<H, W>], C, false,
    |copy| (0..R * H).for_each(|r| (0..S * W).for_each(|c| copy(r / H * S + c / W, r * S * W + c)));
}
