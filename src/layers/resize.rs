use crate::contract::outputs::OutputKind;
use crate::layers::transform::{Transform, transforms};
use crate::shape::resize::{Cropped2d, Padded2d, Upsampled2d};
use crate::shape::sample::{Image, Sequence};

#[cfg(feature = "train")]
use crate::memory::plain::Floats;

/// Each pixel as often as asked: `y[r, c, k] = x[⌊r / H⌋, ⌊c / W⌋, k]`.
///
/// - `H`, `W`: how often each row and each column is repeated; as often by default.
/// - Input: `Image<R, S, C>`; output: `Image<R·H, S·W, C>`.
///
/// ```
/// use taut::{layers::UpSampling2d, prelude::*};
/// network! { type Net: Image<4, 4, 1> = (UpSampling2d<2>, Flatten, Dense<64, 10>); }
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/up_sampling2d/>, with `interpolation="nearest"`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct UpSampling2d<const H: usize, const W: usize = H>;
crate::params!(UpSampling2d < H, W > {} as crate::contract::train::NoParameters);

/// Zeros around an image.
///
/// - `T`, `L`, `B`, `R`: rows above, columns on the left, rows below and columns on the right; by default as many
///   columns as rows above, and as many on both sides.
/// - Input: `Image<H, W, C>`; output: `Image<T + H + B, L + W + R, C>`.
///
/// ```
/// use taut::{layers::ZeroPadding2d, prelude::*};
/// network! {
///     type Net: Image<28, 28, 1> = (ZeroPadding2d<2>, Conv2d<1, 6, 5>, MaxPool2d<2>, Flatten, Dense<1176, 10>);
/// }
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/zero_padding2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct ZeroPadding2d<const T: usize, const L: usize = T, const B: usize = T, const R: usize = L>;
crate::params!(ZeroPadding2d < T, L, B, R > {} as crate::contract::train::NoParameters);

/// An image without some of its rows and columns.
///
/// - `T`, `L`, `B`, `R`: rows above, columns on the left, rows below and columns on the right; by default as many
///   columns as rows above, and as many on both sides.
/// - Input: `Image<H, W, C>`; output: `Image<H - T - B, W - L - R, C>`.
///
/// ```
/// use taut::{layers::Cropping2d, prelude::*};
/// network! { type Net: Image<28, 28, 1> = (Cropping2d<4>, Flatten, Dense<400, 10>); }
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/cropping2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Cropping2d<const T: usize, const L: usize = T, const B: usize = T, const R: usize = L>;
crate::params!(Cropping2d < T, L, B, R > {} as crate::contract::train::NoParameters);

/// The axes in another order: axis `i` of the output is that axis of the input which is named in place `i`; they are
/// counted from 1.
///
/// - Input: `Image`, or with `Permute<2, 1>` a `Sequence`; output: the same with its sizes in that order.
///
/// ```
/// use taut::{layers::{Conv1d, Permute}, prelude::*};
/// network! { type Net: Image<4, 6, 3> = (Permute<3, 1, 2>, Flatten, Dense<72, 10>); } // Image<3, 4, 6>
/// network! { type Steps: Sequence<9, 2> = (Permute<2, 1>, Conv1d<9, 4, 1>, Flatten, Dense<8, 2>); } // Sequence<2, 9>
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/permute/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Permute<const A: usize, const B: usize, const C: usize = 3>;
crate::params!(Permute < A, B, C > {} as crate::contract::train::NoParameters);

/// Copies pixels: `each` is called with a pixel of the input and one of the output.
#[inline]
fn copies<const C: usize>(x: &[[f32; C]], y: &mut [[f32; C]], each: impl Fn(&mut dyn FnMut(usize, usize))) {
    each(&mut |from, to| {
        if let (Some(x), Some(y)) = (x.get(from), y.get_mut(to)) {
            *y = *x;
        }
    });
}

/// Adds the gradients of copies to what they are copies of.
#[cfg(feature = "train")]
fn adds<const C: usize>(dy: &[[f32; C]], dx: &mut [[f32; C]], each: impl Fn(&mut dyn FnMut(usize, usize))) {
    dx.as_flattened_mut().fill(0.0);
    each(&mut |from, to| {
        if let (Some(dx), Some(dy)) = (dx.get_mut(from), dy.get(to)) {
            dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy);
        }
    });
}

macro_rules! copying { ($(
    [$($generic:tt)*] $layer:ty, $x:ty, $y:ty, [$($bound:tt)*], $pixel:ident, $zeros:literal, |$copy:ident| $each:expr;
)*) => { $(
    impl<$($generic)*> Transform<$x> for $layer
    where
        $($bound)*
    {
        type Y = $y;
        const OUTPUTS: OutputKind = OutputKind::EachAsInput;
        #[inline]
        fn apply(&self, x: &$x, y: &mut $y) {
            use crate::layers::channels::{rows, rows_mut};
            use crate::memory::plain::Floats;
            if $zeros {
                y.values_mut().fill(0.0);
            }
            copies::<$pixel>(rows(x.values()), rows_mut(y.values_mut()), |$copy| $each);
        }
        #[cfg(feature = "train")]
        fn gradient(&self, _: &$x, _: &$y, dy: &$y, dx: &mut $x) {
            use crate::layers::channels::{rows, rows_mut};
            adds::<$pixel>(rows(dy.values()), rows_mut(dx.values_mut()), |$copy| $each);
        }
    }
    transforms!([$($generic)*] $layer, $x, [$($bound)*]);
)* } }
copying! {
    [const R: usize, const S: usize, const C: usize, const H: usize, const W: usize]
    UpSampling2d<H, W>, Image<R, S, C>, <Image<R, S, C> as Upsampled2d<H, W>>::Y, [Image<R, S, C>: Upsampled2d<H, W>], C, false,
    |copy| (0..R * H).for_each(|r| (0..S * W).for_each(|c| copy(r / H * S + c / W, r * S * W + c)));

    [const H: usize, const W: usize, const C: usize, const T: usize, const L: usize, const B: usize, const R: usize]
    ZeroPadding2d<T, L, B, R>, Image<H, W, C>, <Image<H, W, C> as Padded2d<T, L, B, R>>::Y, [Image<H, W, C>: Padded2d<T, L, B, R>], C, true,
    |copy| (0..H).for_each(|r| (0..W).for_each(|c| copy(r * W + c, (r + T) * (L + W + R) + c + L)));

    [const H: usize, const W: usize, const C: usize, const T: usize, const L: usize, const B: usize, const R: usize]
    Cropping2d<T, L, B, R>, Image<H, W, C>, <Image<H, W, C> as Cropped2d<T, L, B, R>>::Y, [Image<H, W, C>: Cropped2d<T, L, B, R>], C, false,
    |copy| (T..H - B).for_each(|r| (L..W - R).for_each(|c| copy(r * W + c, (r - T) * (W - L - R) + c - L)));

    [const T: usize, const C: usize] Permute<2, 1, 3>, Sequence<T, C>, Sequence<C, T>, [], ONE, false,
    |copy| (0..T).for_each(|t| (0..C).for_each(|c| copy(t * C + c, c * T + t)));
    [const T: usize, const C: usize] Permute<1, 2, 3>, Sequence<T, C>, Sequence<T, C>, [], C, false, |copy| (0..T).for_each(|t| copy(t, t));

    [const H: usize, const W: usize, const C: usize] Permute<1, 2, 3>, Image<H, W, C>, Image<H, W, C>, [], C, false,
    |copy| (0..H * W).for_each(|p| copy(p, p));
    [const H: usize, const W: usize, const C: usize] Permute<1, 3, 2>, Image<H, W, C>, Image<H, C, W>, [], ONE, false,
    |copy| turned([H, W, C], |h, w, c| (h * C + c) * W + w, copy);
    [const H: usize, const W: usize, const C: usize] Permute<2, 1, 3>, Image<H, W, C>, Image<W, H, C>, [], C, false,
    |copy| (0..H).for_each(|h| (0..W).for_each(|w| copy(h * W + w, w * H + h)));
    [const H: usize, const W: usize, const C: usize] Permute<2, 3, 1>, Image<H, W, C>, Image<W, C, H>, [], ONE, false,
    |copy| turned([H, W, C], |h, w, c| (w * C + c) * H + h, copy);
    [const H: usize, const W: usize, const C: usize] Permute<3, 1, 2>, Image<H, W, C>, Image<C, H, W>, [], ONE, false,
    |copy| turned([H, W, C], |h, w, c| (c * H + h) * W + w, copy);
    [const H: usize, const W: usize, const C: usize] Permute<3, 2, 1>, Image<H, W, C>, Image<C, W, H>, [], ONE, false,
    |copy| turned([H, W, C], |h, w, c| (c * W + w) * H + h, copy);
}

/// Numbers that are copied one by one.
const ONE: usize = 1;

/// Copies each number to where `to` says.
#[inline]
fn turned([h, w, c]: [usize; 3], to: impl Fn(usize, usize, usize) -> usize, copy: &mut dyn FnMut(usize, usize)) {
    for i in 0..h {
        for j in 0..w {
            (0..c).for_each(|k| copy((i * w + j) * c + k, to(i, j, k)));
        }
    }
}
