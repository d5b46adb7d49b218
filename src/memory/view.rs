//! The same memory seen as another type.

use crate::memory::plain::{Bytes, Floats};
use nalgebra::{ArrayStorage, SMatrix};

/// The columns of a matrix, which is how the kernels read it.
pub(crate) fn columns<const R: usize, const C: usize>(matrix: &SMatrix<f32, R, C>) -> &[[f32; R]; C] {
    let ArrayStorage(columns) = &matrix.data;
    columns
}

/// See [`columns`].
#[cfg(feature = "train")]
pub(crate) fn columns_mut<const R: usize, const C: usize>(matrix: &mut SMatrix<f32, R, C>) -> &mut [[f32; R]; C] {
    let ArrayStorage(columns) = &mut matrix.data;
    columns
}

/// The same memory as samples of another shape; `Flatten` is free by it.
pub fn view<A: Floats, B: Floats>(x: &[A]) -> &[B] {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len()) }
}

/// See [`view`].
pub fn view_mut<A: Floats, B: Floats>(x: &mut [A]) -> &mut [B] {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len()) }
}

/// See [`view`], for one sample.
pub fn view_one<A: Floats, B: Floats>(x: &A) -> &B {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { &*(&raw const *x).cast() }
}

/// See [`view`], for one sample.
pub fn view_one_mut<A: Floats, B: Floats>(x: &mut A) -> &mut B {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { &mut *(&raw mut *x).cast() }
}

/// The same memory as samples of another length: the steps of sequences, or sequences of these steps.
pub fn regroup<A: Floats, B: Floats>(x: &[A]) -> &[B] {
    let n = (x.len() * A::LEN).checked_div(B::LEN).unwrap_or(0);
    // SAFETY: no more values of `f32` than there are.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), n) }
}

/// See [`regroup`].
pub fn regroup_mut<A: Floats, B: Floats>(x: &mut [A]) -> &mut [B] {
    let n = (x.len() * A::LEN).checked_div(B::LEN).unwrap_or(0);
    // SAFETY: no more values of `f32` than there are.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), n) }
}

/// All values of a batch in one run.
pub fn flat<X: Floats>(x: &[X]) -> &[f32] {
    // SAFETY: the trait's contract, for each of the samples; a slice has no padding between them.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len() * X::LEN) }
}

/// See [`flat`].
pub fn flat_mut<X: Floats>(x: &mut [X]) -> &mut [f32] {
    // SAFETY: the trait's contract, for each of the samples; a slice has no padding between them.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len() * X::LEN) }
}

/// Bytes at an address of whole words, with padding behind them up to a whole word. [`word_bytes!`](crate::word_bytes!) implements it.
///
/// # Safety
/// The type must be `#[repr(C, align(4))]` with one field of type `Bytes`.
pub unsafe trait WordBytes {
    /// The bytes without the padding.
    type Bytes: Bytes;
}

/// Implements [`WordBytes`] for a struct of one field.
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

/// A sample of bytes in another shape.
pub(crate) fn view_words<A: WordBytes, B: WordBytes>(x: &A) -> &B {
    const {
        assert!(size_of::<A::Bytes>() == size_of::<B::Bytes>());
        assert!(size_of::<A>() == size_of::<A::Bytes>().next_multiple_of(4) && size_of::<A>() == size_of::<B>());
        assert!(align_of::<A>() == 4 && align_of::<B>() == 4);
    };
    // SAFETY: both are as many bytes at the address of a word, and padding stays padding.
    unsafe { &*(&raw const *x).cast() }
}
