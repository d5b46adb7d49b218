//! Views of the same memory as another type.

use crate::memory::plain::{Bytes, Floats};
use nalgebra::{ArrayStorage, SMatrix};

/// The columns of a matrix as arrays, the form that the kernels take.
pub(crate) fn columns<const R: usize, const C: usize>(matrix: &SMatrix<f32, R, C>) -> &[[f32; R]; C] {
    let ArrayStorage(columns) = &matrix.data;
    columns
}

/// The columns of a matrix as mutable arrays.
#[cfg(feature = "train")]
pub(crate) fn columns_mut<const R: usize, const C: usize>(matrix: &mut SMatrix<f32, R, C>) -> &mut [[f32; R]; C] {
    let ArrayStorage(columns) = &mut matrix.data;
    columns
}

/// Samples seen in another shape, without a copy: `Flatten` costs nothing.
///
/// ```
/// use taut::{memory::view, prelude::*};
/// let sequences = [Sequence([[1.0, 2.0], [3.0, 4.0]])];
/// assert_eq!(view::<_, Vector<4>>(&sequences), [Vector::new([1.0, 2.0, 3.0, 4.0])]);
/// ```
///
/// Shapes of unequal sizes do not compile:
///
/// ```compile_fail,E0080
/// use taut::{memory::view, prelude::*};
/// let vectors: &[Vector<3>] = view(&[Sequence([[1.0, 2.0], [3.0, 4.0]])]);
/// ```
pub fn view<A: Floats, B: Floats>(x: &[A]) -> &[B] {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len()) }
}

/// Mutable samples seen in another shape.
///
/// ```
/// use taut::{memory::view_mut, prelude::*};
/// let mut images = [Image([[[1.0], [2.0]]])];
/// view_mut::<_, Vector<2>>(&mut images)[0] = Vector::new([3.0, 4.0]);
/// assert_eq!(images, [Image([[[3.0], [4.0]]])]);
/// ```
pub fn view_mut<A: Floats, B: Floats>(x: &mut [A]) -> &mut [B] {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len()) }
}

/// One sample seen in another shape.
///
/// ```
/// use taut::{memory::view_one, prelude::*};
/// let image = Image([[[1.0], [2.0]], [[3.0], [4.0]]]);
/// assert_eq!(view_one::<_, Sequence<2, 2>>(&image), &Sequence([[1.0, 2.0], [3.0, 4.0]])); // row by row
/// ```
pub fn view_one<A: Floats, B: Floats>(x: &A) -> &B {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { &*(&raw const *x).cast() }
}

/// One mutable sample seen in another shape.
///
/// ```
/// use taut::{memory::view_one_mut, prelude::*};
/// let mut x = Vector::new([1.0, 2.0, 3.0, 4.0]);
/// view_one_mut::<_, Image<2, 2, 1>>(&mut x).0[1][0] = [9.0];
/// assert_eq!(x.values(), [1.0, 2.0, 9.0, 4.0]);
/// ```
pub fn view_one_mut<A: Floats, B: Floats>(x: &mut A) -> &mut B {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { &mut *(&raw mut *x).cast() }
}

/// Samples seen with another length: the steps of sequences, or the sequences of these steps.
///
/// ```
/// use taut::{memory::regroup, prelude::*};
/// let sequences = [Sequence([[1.0, 2.0], [3.0, 4.0]]), Sequence([[5.0, 6.0], [7.0, 8.0]])];
/// let steps: &[Vector<2>] = regroup(&sequences);
/// assert_eq!((steps.len(), steps[3].values()), (4, &[7.0, 8.0][..]));
/// ```
pub fn regroup<A: Floats, B: Floats>(x: &[A]) -> &[B] {
    let n = (x.len() * A::LEN).checked_div(B::LEN).unwrap_or(0);
    // SAFETY: the view has no more values of `f32` than the samples.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), n) }
}

/// Mutable samples seen with another length.
///
/// ```
/// use taut::{memory::regroup_mut, prelude::*};
/// let mut sequences = [Sequence([[1.0], [2.0]]), Sequence([[3.0], [4.0]])];
/// regroup_mut::<_, Vector<1>>(&mut sequences).reverse();
/// assert_eq!(sequences, [Sequence([[4.0], [3.0]]), Sequence([[2.0], [1.0]])]);
/// ```
pub fn regroup_mut<A: Floats, B: Floats>(x: &mut [A]) -> &mut [B] {
    let n = (x.len() * A::LEN).checked_div(B::LEN).unwrap_or(0);
    // SAFETY: the view has no more values of `f32` than the samples.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), n) }
}

/// All values of a batch as one slice.
///
/// ```
/// use taut::{memory::flat, prelude::*};
/// assert_eq!(flat(&[Vector::new([1.0, 2.0]), Vector::new([3.0, 4.0])]), [1.0, 2.0, 3.0, 4.0]);
/// ```
pub fn flat<X: Floats>(x: &[X]) -> &[f32] {
    // SAFETY: the trait's contract, for each of the samples; a slice has no padding between them.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len() * X::LEN) }
}

/// All values of a batch as one mutable slice.
///
/// ```
/// use taut::{memory::flat_mut, prelude::*};
/// let mut batch = [Vector::new([1.0, 2.0]), Vector::new([3.0, 4.0])];
/// flat_mut(&mut batch).iter_mut().for_each(|x| *x *= 10.0);
/// assert_eq!(batch[1].values(), [30.0, 40.0]);
/// ```
pub fn flat_mut<X: Floats>(x: &mut [X]) -> &mut [f32] {
    // SAFETY: the trait's contract, for each of the samples; a slice has no padding between them.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len() * X::LEN) }
}

/// A type of one field, which is bytes. [`one_of_bytes!`](crate::one_of_bytes!) implements the trait.
///
/// # Safety
/// The type must be `#[repr(transparent)]` with one field of type `Bytes`.
pub unsafe trait OneOfBytes {
    /// The type of the field.
    type Bytes: Bytes;
}

/// Implements [`OneOfBytes`] for a struct with one field.
macro_rules! one_of_bytes {
    ([$($generic:tt)*] $name:ident <$($arg:ident),*> { $field:tt: $bytes:ty }) => {
        $crate::any_bit_pattern!([$($generic)*] $name<$($arg),*> { $field });
        // SAFETY: it has one field; `bytes` checks the size.
        unsafe impl<$($generic)*> $crate::memory::view::OneOfBytes for $name<$($arg),*> {
            type Bytes = $bytes;
        }
    };
}
pub(crate) use one_of_bytes;

/// The bytes of all samples as one slice.
pub(crate) const fn bytes<B: OneOfBytes>(x: &[B]) -> &[u8] {
    const { assert!(size_of::<B>() == size_of::<B::Bytes>() && align_of::<B>() == 1) };
    // SAFETY: the traits' contracts: each sample is bytes without padding, and any byte is a `u8`.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), size_of_val(x)) }
}

/// The bytes of all samples as one mutable slice.
pub(crate) const fn bytes_mut<B: OneOfBytes>(x: &mut [B]) -> &mut [u8] {
    const { assert!(size_of::<B>() == size_of::<B::Bytes>() && align_of::<B>() == 1) };
    // SAFETY: the traits' contracts: each sample is bytes without padding, and any byte is an `i8`.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), size_of_val(x)) }
}

/// Bytes that are aligned to words of 4 bytes and padded to a multiple of 4. [`word_bytes!`](crate::word_bytes!)
/// implements the trait.
///
/// # Safety
/// The type must be `#[repr(C, align(4))]` with one field of type `Bytes`.
pub unsafe trait WordBytes {
    /// The bytes without the padding.
    type Bytes: Bytes;
}

/// Implements [`WordBytes`] for a struct with one field.
macro_rules! word_bytes {
    ([$($generic:tt)*] $name:ident <$($arg:ident),*> { $field:tt: $bytes:ty }) => {
        $crate::any_bit_pattern!([$($generic)*] $name<$($arg),*> { $field });
        // SAFETY: it has one field; `view_words` checks alignment and size.
        unsafe impl<$($generic)*> $crate::memory::view::WordBytes for $name<$($arg),*> {
            type Bytes = $bytes;
        }
    };
}
pub(crate) use word_bytes;

/// A sample of bytes seen in another shape.
pub(crate) fn view_words<A: WordBytes, B: WordBytes>(x: &A) -> &B {
    const {
        assert!(size_of::<A::Bytes>() == size_of::<B::Bytes>());
        assert!(size_of::<A>() == size_of::<A::Bytes>().next_multiple_of(4) && size_of::<A>() == size_of::<B>());
        assert!(align_of::<A>() == 4 && align_of::<B>() == 4);
    };
    // SAFETY: both have the same number of bytes and the alignment of a word, and padding stays padding.
    unsafe { &*(&raw const *x).cast() }
}
