//! Parameters and samples as plain memory: views without a copy, and values that are made in place, never on the stack.
//!
//! All of the crate's `unsafe` outside `embed.rs` and `kernels/` is here.

use crate::sample::{Image, Sequence, Vector};
use core::mem::MaybeUninit;
use nalgebra::{ArrayStorage, SMatrix};

/// A type whose all-zero bytes are a value.
///
/// # Safety
/// They are.
pub unsafe trait Zeroed: Sized {}
// SAFETY: it has no bytes.
unsafe impl Zeroed for () {}
// SAFETY: zero is a value.
unsafe impl Zeroed for f32 {}
// SAFETY: it has no bytes.
unsafe impl<A, B> Zeroed for crate::layers::Reshape<A, B> {}

macro_rules! zeroed_tuples {
    ($Z:ident) => {
        // SAFETY: a tuple of a value that may be zero.
        unsafe impl<$Z: Zeroed> Zeroed for ($Z,) {}
    };
    ($Z:ident $($L:ident)+) => {
        // SAFETY: a tuple of values that may be zero.
        unsafe impl<$Z: Zeroed, $($L: Zeroed),+> Zeroed for ($Z, $($L),+) {}
        zeroed_tuples!($($L)+);
    };
}
zeroed_tuples!(A B C D E F G H I J K L);

/// The value whose bytes are zero, as a constant.
pub const fn zeroed<T: Zeroed>() -> T {
    // SAFETY: the trait's contract.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Nothing but `f32`, one after another.
///
/// # Safety
/// The type has the size and the alignment of `[f32; LEN]`, no padding, and any bit pattern is a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is something else than a run of `f32`",
    label = "not a run of `f32`",
    note = "a layer's parameters are `nalgebra::SVector<f32, N>` and `nalgebra::SMatrix<f32, R, C>`"
)]
pub unsafe trait Plain: Zeroed + 'static {
    /// How many there are.
    const LEN: usize = size_of::<Self>() / size_of::<f32>();

    /// The values in the order of memory.
    fn values(&self) -> &[f32] {
        // SAFETY: the trait's contract.
        unsafe { core::slice::from_raw_parts((&raw const *self).cast(), Self::LEN) }
    }

    /// The values in the order of memory.
    fn values_mut(&mut self) -> &mut [f32] {
        // SAFETY: the trait's contract.
        unsafe { core::slice::from_raw_parts_mut((&raw mut *self).cast(), Self::LEN) }
    }
}

macro_rules! plain { ($([$($g:ident)*] $ty:ty, $why:literal;)*) => { $(
    // SAFETY: zero is a value of `f32`, and the row says what the type is of it.
    unsafe impl<$(const $g: usize),*> Zeroed for $ty {}
    #[doc = concat!("It is ", $why)]
    // SAFETY: the row says why.
    unsafe impl<$(const $g: usize),*> Plain for $ty {}
)* } }
plain! {
    [R C] SMatrix<f32, R, C>, "transparent over an array of arrays, as nalgebra's storage is.";
    [N] Vector<N>, "transparent over such a matrix.";
    [H W C] Image<H, W, C>, "transparent over an array of arrays.";
    [T C] Sequence<T, C>, "transparent over an array of arrays.";
    [N] [f32; N], "an array.";
}

/// That `params!` lists a struct's fields in the order in which they lie, and that nothing can lie between or behind them.
#[doc(hidden)]
#[track_caller]
pub const fn assert_dense(offsets: &[usize], align: usize) {
    let mut i = 1;
    while i < offsets.len() {
        assert!(
            offsets[i - 1] < offsets[i],
            "`params!` must list the fields in the struct's order, and the struct be `#[repr(C)]`"
        );
        i += 1;
    }
    assert!(align <= align_of::<f32>(), "a layer that `params!` describes must not be aligned beyond its fields");
}

/// A parameter's shape as Keras prints it: the axis that is contiguous in memory comes last.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a layer",
    label = "`{Self}` is not a tensor of `f32`",
    note = "a layer's parameters are `nalgebra::SVector<f32, N>` and `nalgebra::SMatrix<f32, R, C>`"
)]
pub trait Field: Plain {
    /// The sizes of its axes.
    const SHAPE: &'static [usize];
    /// The same parameter seen as one axis.
    const FLAT: &'static [usize] = &[Self::LEN];
}
impl<const R: usize, const C: usize> Field for SMatrix<f32, R, C> {
    const SHAPE: &'static [usize] = &[C, R];
}

/// The runs of a column-major matrix: what the kernels read.
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

/// The same memory as samples of another shape: what makes `Flatten` free.
pub fn view<A: Plain, B: Plain>(x: &[A]) -> &[B] {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len()) }
}

/// See [`view`].
pub fn view_mut<A: Plain, B: Plain>(x: &mut [A]) -> &mut [B] {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len()) }
}

/// See [`view`], for one sample.
pub fn view_one<A: Plain, B: Plain>(x: &A) -> &B {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { &*(&raw const *x).cast() }
}

/// See [`view`], for one sample.
pub fn view_one_mut<A: Plain, B: Plain>(x: &mut A) -> &mut B {
    const { assert!(A::LEN == B::LEN) };
    // SAFETY: both are `LEN` values of `f32`.
    unsafe { &mut *(&raw mut *x).cast() }
}

/// All values of a batch in one run.
pub fn flat<X: Plain>(x: &[X]) -> &[f32] {
    // SAFETY: the trait's contract, for each of the samples; a slice has no padding between them.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len() * X::LEN) }
}

/// See [`flat`].
pub fn flat_mut<X: Plain>(x: &mut [X]) -> &mut [f32] {
    // SAFETY: the trait's contract, for each of the samples; a slice has no padding between them.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len() * X::LEN) }
}

#[cfg(feature = "train")]
pub(crate) use heap::advise_huge_pages;
#[cfg(feature = "train")]
pub use heap::{Buffer, boxed, zeros};

#[cfg(feature = "train")]
mod heap {
    use super::{Plain, Zeroed};
    use std::mem::MaybeUninit;
    use std::ops::{Deref, DerefMut};

    /// A zero value made in place on the heap: a large network never touches the stack.
    pub fn boxed<T: Zeroed>() -> Box<T> {
        let mut room = Box::<T>::new_zeroed();
        advise_huge_pages(std::slice::from_mut(&mut *room));
        // SAFETY: the contract of `Zeroed`.
        unsafe { room.assume_init() }
    }

    /// `n` zero values made in place on the heap.
    pub fn zeros<T: Zeroed>(n: usize) -> Vec<T> {
        let mut room = Box::<[T]>::new_zeroed_slice(n);
        advise_huge_pages(&mut room);
        // SAFETY: the contract of `Zeroed`.
        unsafe { room.assume_init() }.into_vec()
    }

    /// Has the system lay that memory in large pages, where it can: samples picked here and there are then found in one look instead of
    /// several. Best before it is touched.
    pub(crate) fn advise_huge_pages<T>(room: &mut [MaybeUninit<T>]) {
        let (start, bytes) = (room.as_mut_ptr(), size_of_val(room));
        #[cfg(all(target_os = "linux", not(miri)))]
        {
            const HUGE: usize = 2 << 20;
            let first = start.map_addr(|address| address.next_multiple_of(HUGE));
            let end = (start.addr() + bytes) / HUGE * HUGE;
            if first.addr() < end {
                // SAFETY: these pages are inside of what was allocated, and what they hold stays as it is. To fail is to have small pages.
                unsafe { libc::madvise(first.cast(), end - first.addr(), libc::MADV_HUGEPAGE) };
            }
        }
        let _ = (start, bytes);
    }

    /// A batch that is written anew in every step: it allocates when it grows, and at no other time.
    #[derive(Debug)]
    pub struct Buffer<X> {
        room: Vec<X>,
        len: usize,
    }

    impl<X> Default for Buffer<X> {
        fn default() -> Self {
            Buffer { room: Vec::new(), len: 0 }
        }
    }

    impl<X: Plain> Buffer<X> {
        /// Room for `n` samples; what they hold is left over from before.
        pub fn resize(&mut self, n: usize) -> &mut [X] {
            if n > self.room.len() {
                self.room = zeros(n);
            }
            self.len = n;
            self
        }
    }

    impl<X> Deref for Buffer<X> {
        type Target = [X];
        fn deref(&self) -> &[X] {
            &self.room[..self.len]
        }
    }

    impl<X> DerefMut for Buffer<X> {
        fn deref_mut(&mut self) -> &mut [X] {
            &mut self.room[..self.len]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_share_memory() {
        let mut images = [Image([[[1.0], [2.0]], [[3.0], [4.0]]]); 3];
        let vectors: &[Vector<4>] = view(&images);
        assert_eq!(vectors[2].values(), [1.0, 2.0, 3.0, 4.0]);
        view_mut::<_, Vector<4>>(&mut images)[1].values_mut()[3] = 9.0;
        assert_eq!(images[1].0[1][1][0], 9.0);
        assert_eq!(flat(&images).len(), 12);
        assert_eq!(view_one::<_, Sequence<2, 2>>(&images[1]).0[1], [3.0, 9.0]);
        flat_mut(&mut images)[4] = -1.0;
        assert_eq!(images[1].0[0][0], [-1.0]);
    }

    #[test]
    fn zero_values() {
        const ZERO: Vector<3> = zeroed();
        assert_eq!(ZERO.values(), [0.0; 3]);
        #[cfg(feature = "train")]
        {
            let mut buffer = Buffer::<Vector<2>>::default();
            assert_eq!(buffer.resize(3).len(), 3);
            let before = buffer.as_ptr();
            assert_eq!(buffer.resize(2).len(), 2);
            assert_eq!(buffer.as_ptr(), before);
            assert_eq!(boxed::<Vector<2>>().values(), [0.0; 2]);
        }
    }
}
