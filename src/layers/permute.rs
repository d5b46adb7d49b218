use crate::layers::copies::copying;
use crate::shape::sample::{Image, Sequence};

/// Reorders the axes of an image or a sequence: `Permute<3, 1, 2>` puts the input's third axis first.
///
/// - `A`, `B`, `C`: the number of the input's axis that becomes the output's first, second and third axis; axes are
///   counted from 1.
/// - Input: `Image`, or with `Permute<2, 1>` a `Sequence`; output: the same with its sizes in that order.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Image<4, 6, 3> = (Permute<3, 1, 2>, Flatten, Dense<72, 10>); } // Image<3, 4, 6>
/// network! { type Steps: Sequence<9, 2> = (Permute<2, 1>, Conv1d<9, 4, 1>, Flatten, Dense<8, 2>); } // Sequence<2, 9>
/// let transpose = Model::<Sequence<3, 2>, Permute<2, 1>>::new(1);
/// let y = transpose.predict(&Sequence([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]));
/// assert_eq!(y.0, [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/permute/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Permute<const A: usize, const B: usize, const C: usize = 3>;
crate::params!(Permute < A, B, C > {} as crate::contract::tensor::NoParameters);

copying! {
    [const T: usize, const C: usize] Permute<2, 1, 3>, Sequence<T, C>, Sequence<C, T>, [], ONE, false,
    |copy| (0..T).for_each(|t| (0..C).for_each(|c| copy(t * C + c, c * T + t)));
    [const T: usize, const C: usize] Permute<1, 2, 3>, Sequence<T, C>, Sequence<T, C>, [], C, false,
    |copy| (0..T).for_each(|t| copy(t, t));
    [const H: usize, const W: usize, const C: usize] Permute<1, 2, 3>, Image<H, W, C>, Image<H, W, C>, [], C, false,
    |copy| (0..H * W).for_each(|p| copy(p, p));
    [const H: usize, const W: usize, const C: usize] Permute<1, 3, 2>, Image<H, W, C>, Image<H, C, W>, [], ONE, false,
    |copy| permuted([H, W, C], |h, w, c| (h * C + c) * W + w, copy);
    [const H: usize, const W: usize, const C: usize] Permute<2, 1, 3>, Image<H, W, C>, Image<W, H, C>, [], C, false,
    |copy| (0..H).for_each(|h| (0..W).for_each(|w| copy(h * W + w, w * H + h)));
    [const H: usize, const W: usize, const C: usize] Permute<2, 3, 1>, Image<H, W, C>, Image<W, C, H>, [], ONE, false,
    |copy| permuted([H, W, C], |h, w, c| (w * C + c) * H + h, copy);
    [const H: usize, const W: usize, const C: usize] Permute<3, 1, 2>, Image<H, W, C>, Image<C, H, W>, [], ONE, false,
    |copy| permuted([H, W, C], |h, w, c| (c * H + h) * W + w, copy);
    [const H: usize, const W: usize, const C: usize] Permute<3, 2, 1>, Image<H, W, C>, Image<C, W, H>, [], ONE, false,
    |copy| permuted([H, W, C], |h, w, c| (c * W + w) * H + h, copy);
}

/// The numbers of a pixel where each number moves by itself.
const ONE: usize = 1;

/// Calls `copy` for each number of an image, with its place in the input and its place `to(row, column, channel)`.
#[inline]
fn permuted([h, w, c]: [usize; 3], to: impl Fn(usize, usize, usize) -> usize, copy: &mut dyn FnMut(usize, usize)) {
    for i in 0..h {
        for j in 0..w {
            (0..c).for_each(|k| copy((i * w + j) * c + k, to(i, j, k)));
        }
    }
}
