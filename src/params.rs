//! Parameters and samples as plain memory: views without a copy, and values that are made in place, never on the stack.
//!
//! All of the crate's `unsafe` outside `embed.rs` and `kernels/` is here.

use crate::quantize::{Int8, Int8Clamp, Int8Dense, Int8Nothing, Int8Softmax, Int8Table, Quantize, Quantized, Scale};
use crate::sample::{Image, Sample, Sequence, Tokens, Vector};
use core::mem::MaybeUninit;
use nalgebra::{ArrayStorage, SMatrix};

/// A type whose all-zero bytes are a value.
///
/// # Safety
/// They are.
pub unsafe trait Zeroed: Sized {}
// SAFETY: it has no bytes.
unsafe impl Zeroed for () {}
macro_rules! numbers { ($($ty:ty)*) => { $(
    // SAFETY: zero is a number.
    unsafe impl Zeroed for $ty {}
    // SAFETY: any bits are one.
    unsafe impl Pod for $ty {}
)* } }
numbers!(f32 i8 u8 u16 u32);
// SAFETY: each of its values may be.
unsafe impl<T: Zeroed, const N: usize> Zeroed for [T; N] {}
// SAFETY: any bytes are a value of each.
unsafe impl<T: Pod, const N: usize> Pod for [T; N] {}
// SAFETY: it has no bytes.
unsafe impl<A, B> Zeroed for crate::layers::Reshape<A, B> {}
// SAFETY: both of its fields may be.
unsafe impl<F: Zeroed, P: Zeroed> Zeroed for crate::layers::Residual<F, P> {}
// SAFETY: both of its fields may be.
unsafe impl<A: Zeroed, B: Zeroed> Zeroed for crate::layers::Parallel<A, B> {}
// SAFETY: its only field may be.
unsafe impl<L: Zeroed> Zeroed for crate::layers::TimeDistributed<L> {}
// SAFETY: both of its fields may be.
unsafe impl<L: Zeroed> Zeroed for crate::layers::Bidirectional<L> {}

// SAFETY: it holds nothing but floats.
unsafe impl<const T: usize, const C: usize, const HEADS: usize, const KEY: usize> Zeroed
    for crate::layers::Attending<T, C, HEADS, KEY>
{
}

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

/// A type of which any bytes are a value; it may have bytes that only fill up words.
///
/// # Safety
/// They are.
pub unsafe trait Pod: Zeroed + Copy + 'static {}

/// A value at an offset, or zeros past the end.
pub(crate) const fn read<T: Pod>(bytes: &[u8], offset: usize) -> T {
    match offset.checked_add(size_of::<T>()) {
        // SAFETY: in bounds, and any bytes are a `T`.
        Some(end) if end <= bytes.len() => unsafe { bytes.as_ptr().add(offset).cast::<T>().read_unaligned() },
        _ => zeroed(),
    }
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
pub unsafe trait Plain: Pod {
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
    // SAFETY: any bytes are an `f32`.
    unsafe impl<$(const $g: usize),*> Pod for $ty {}
    #[doc = concat!("It is ", $why)]
    // SAFETY: the row says why.
    unsafe impl<$(const $g: usize),*> Plain for $ty {}
)* } }
plain! {
    [R C] SMatrix<f32, R, C>, "transparent over an array of arrays, as nalgebra's storage is.";
    [N] Vector<N>, "transparent over such a matrix.";
    [H W C] Image<H, W, C>, "transparent over an array of arrays.";
    [T C] Sequence<T, C>, "transparent over an array of arrays.";
}
// SAFETY: it holds nothing but integers.
unsafe impl<const T: usize> Zeroed for Tokens<T> {}
// SAFETY: as above.
unsafe impl<const T: usize> Pod for Tokens<T> {}
#[diagnostic::do_not_recommend]
// SAFETY: it is an `f32`.
unsafe impl Plain for f32 {}
// SAFETY: an array has nothing between its elements.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {}

/// Arrays of signed bytes, and nothing that fills up words.
///
/// # Safety
/// It is nothing else.
pub unsafe trait Bytes: Pod {}

/// A sample of bytes in another shape.
pub(crate) fn view_bytes<A: Sample, B: Sample>(x: &Int8<A>) -> &Int8<B> {
    const { assert!(size_of::<A::Bytes>() == size_of::<B::Bytes>()) };
    // SAFETY: both are as many bytes, at addresses of words.
    unsafe { &*(&raw const *x).cast() }
}

/// The bytes of arrays of them.
pub(crate) fn bytes<B: Bytes>(x: &B) -> &[i8] {
    // SAFETY: the trait's contract.
    unsafe { core::slice::from_raw_parts((&raw const *x).cast(), size_of::<B>()) }
}

/// See [`bytes`].
pub(crate) fn bytes_mut<B: Bytes>(x: &mut B) -> &mut [i8] {
    // SAFETY: the trait's contract.
    unsafe { core::slice::from_raw_parts_mut((&raw mut *x).cast(), size_of::<B>()) }
}

/// Reads a value from the first of some bytes, of which there are enough, and goes on behind them.
#[cfg(feature = "train")]
pub(crate) fn load<T: Pod>(to: &mut T, from: &mut &[u8]) {
    let (now, later) = from.split_at(size_of::<T>());
    // SAFETY: as many bytes, and any are a `T`.
    unsafe { core::ptr::copy_nonoverlapping(now.as_ptr(), (&raw mut *to).cast(), now.len()) };
    *from = later;
}

macro_rules! pod { ($([$($g:tt)*] $ty:ty;)*) => { $(
    // SAFETY: it holds nothing but integers and floats.
    unsafe impl<$($g)*> Zeroed for $ty {}
    // SAFETY: as above.
    unsafe impl<$($g)*> Pod for $ty {}
)* } }
pod! {
    [X: Sample] Int8<X>;
    [] Scale;
    [const I: usize, const O: usize] Int8Dense<I, O>;
    [] Int8Clamp;
    [] Int8Table;
    [] Int8Softmax;
    [] Int8Nothing;
}
macro_rules! bytes { ($([$($g:ident)*] $ty:ty;)*) => { $(
    // SAFETY: it is arrays of bytes.
    unsafe impl<$(const $g: usize),*> Bytes for $ty {}
)* } }
bytes! {
    [N] [i8; N];
    [N M] [[i8; N]; M];
    [N M L] [[[i8; N]; M]; L];
}
// SAFETY: they have no bytes.
unsafe impl Pod for crate::layers::Flatten {}
// SAFETY: as above.
unsafe impl<A: Sample, B: Sample> Pod for crate::layers::Reshape<A, B> {}
// SAFETY: a scale for each end, and a network, which is `Zeroed` as well.
unsafe impl<X: Sample, N: Quantize<X>> Zeroed for Quantized<X, N> {}

/// The size of the fields of a layer that `params!` lists. Panics, while compiling, where they do not lie in that
/// order, with nothing between.
#[doc(hidden)]
#[track_caller]
pub const fn assert_dense<L>(offsets: &[usize], sizes: &[usize]) -> usize {
    assert!(
        align_of::<L>() <= align_of::<f32>(),
        "a layer that `params!` describes must not be aligned beyond its fields"
    );
    let (mut i, mut end) = (0, 0);
    while i < offsets.len() {
        assert!(
            offsets[i] == end,
            "`params!` must list the fields in the struct's order, and the struct be `#[repr(C)]`"
        );
        end += sizes[i];
        i += 1;
    }
    end
}

/// The size of a field, by a function that returns it.
#[doc(hidden)]
pub const fn size_of_field<L, T>(_: fn(&L) -> &T) -> usize {
    size_of::<T>()
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
// One matrix for each place in a convolution's kernel, or row of them.
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, const W: usize> Field for [SMatrix<f32, R, C>; W] {
    const SHAPE: &'static [usize] = &[W, C, R];
}
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, const W: usize, const H: usize> Field for [[SMatrix<f32, R, C>; W]; H] {
    const SHAPE: &'static [usize] = &[H, W, C, R];
}
// The gates of a recurrent layer, which lie behind each other.
#[diagnostic::do_not_recommend]
impl<const U: usize, const G: usize> Field for [[f32; U]; G] {
    const SHAPE: &'static [usize] = &[G * U];
}
#[diagnostic::do_not_recommend]
impl<const U: usize, const G: usize, const I: usize> Field for [[[f32; U]; G]; I] {
    const SHAPE: &'static [usize] = &[I, G * U];
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

/// The same memory as samples of another length: the steps of sequences, or sequences of these steps.
pub fn regroup<A: Plain, B: Plain>(x: &[A]) -> &[B] {
    let n = (x.len() * A::LEN).checked_div(B::LEN).unwrap_or(0);
    // SAFETY: no more values of `f32` than there are.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), n) }
}

/// See [`regroup`].
pub fn regroup_mut<A: Plain, B: Plain>(x: &mut [A]) -> &mut [B] {
    let n = (x.len() * A::LEN).checked_div(B::LEN).unwrap_or(0);
    // SAFETY: no more values of `f32` than there are.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), n) }
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

pub mod place {
    //! Where the outputs of a network's layers lie, so that it works in as little memory as its type allows.
    //!
    //! A network has two areas of memory. A layer reads from one and writes to the other, and the next layer the other way round; one
    //! that looks at each number once writes over what it reads. How large both must be follows from the types alone.

    use super::{Pod, Zeroed};
    use crate::layer::Layer;
    use core::marker::PhantomData;

    /// Two values, of which one at a time is there.
    // Not `ManuallyDrop`, which would nest thrice as deep: the compiler gives up at 128.
    #[doc(hidden)]
    #[derive(Clone, Copy)]
    #[repr(C)]
    pub union Either<A: Copy, B: Copy> {
        a: A,
        b: B,
    }
    // SAFETY: its bytes are those of one of them.
    unsafe impl<A: Zeroed + Copy, B: Zeroed + Copy> Zeroed for Either<A, B> {}
    /// What layers ask of the area that their input lies in, and of the other one.
    #[doc(hidden)]
    pub trait Room: sealed::Sealed {
        type Here: Zeroed + Copy + 'static;
        type There: Zeroed + Copy + 'static;
    }
    impl<H: Zeroed + Copy + 'static, T: Zeroed + Copy + 'static> Room for (H, T) {
        type Here = H;
        type There = T;
    }

    /// A network's memory: see the [module](self).
    #[repr(C)]
    pub struct Areas<R: Room> {
        here: R::Here,
        there: R::There,
    }
    impl<R: Room> Clone for Areas<R> {
        fn clone(&self) -> Self {
            *self
        }
    }
    impl<R: Room> Copy for Areas<R> {}
    // SAFETY: both are.
    unsafe impl<R: Room> Zeroed for Areas<R> {}

    /// Whether a layer's input may be written over.
    #[doc(hidden)]
    pub trait State: sealed::Sealed {
        const INSIDE: bool;
        /// What is asked by a layer that writes over its input if it may, and else as one that does not.
        type Over<W: Zeroed + Copy + 'static, R: Room + 'static>: Room + 'static;
    }
    /// It lies in an area of the network's.
    #[doc(hidden)]
    pub struct Inside;
    impl State for Inside {
        const INSIDE: bool = true;
        type Over<W: Zeroed + Copy + 'static, R: Room + 'static> = R;
    }
    /// It may not.
    #[doc(hidden)]
    pub struct Outside;
    impl State for Outside {
        const INSIDE: bool = false;
        type Over<W: Zeroed + Copy + 'static, R: Room + 'static> = Other<W, R>;
    }
    /// What is asked by a layer that writes `W` to the other area, where those after it ask for `R`.
    #[doc(hidden)]
    pub type Other<W, R> = (<R as Room>::There, Either<W, <R as Room>::Here>);

    /// Where the output of a layer `L` lies: [`Same`], [`Over`], [`Fresh`] or [`Own`].
    pub trait Place<L: Layer<X> + ?Sized, X>: sealed::Sealed {
        #[doc(hidden)]
        type After<S: State>: State;
        #[doc(hidden)]
        type Room<S: State, R: Room + 'static>: Room + 'static;
        #[doc(hidden)]
        fn pass<'a, S: State>(layer: &L, at: At<'a, X, S>) -> At<'a, L::Y, Self::After<S>>;
    }

    /// The output is the input, in another shape: `infer` returns its `x`, and the layer needs no `Work`.
    pub struct Same;
    /// The output may lie over the input: `Work` is `Y`, and `X` as well.
    pub struct Over;
    /// The output is what the layer writes to its `Work`, which is a `Y`; what was in it before does not matter.
    pub struct Fresh;
    /// The output lies somewhere in the layer's `Work`, which in a network is zeros at first, each time.
    pub struct Own;
    /// A tuple of layers, each of which has a place.
    #[doc(hidden)]
    pub struct InTurn;

    /// Nobody else may say how much room a layer needs.
    mod sealed {
        pub trait Sealed {}
        impl Sealed for super::Same {}
        impl Sealed for super::Over {}
        impl Sealed for super::Fresh {}
        impl Sealed for super::Own {}
        impl Sealed for super::InTurn {}
        impl Sealed for super::Inside {}
        impl Sealed for super::Outside {}
        impl<A, B> Sealed for (A, B) {}
    }

    /// How far a network has got with a sample.
    #[doc(hidden)]
    pub struct At<'a, X, S> {
        x: *const X,
        here: *mut u8,
        there: *mut u8,
        state: PhantomData<(&'a X, S)>,
    }

    impl<'a, X> At<'a, X, Outside> {
        /// Before the first layer. (The areas are those that `Place::Room` counts up, layer after layer, as `through` goes.)
        #[inline(always)]
        pub(crate) fn new<R: Room>(x: &'a X, work: &'a mut Areas<R>) -> Self {
            At { x, here: (&raw mut work.here).cast(), there: (&raw mut work.there).cast(), state: PhantomData }
        }
    }

    impl<'a, X, S: State> At<'a, X, S> {
        /// Behind one layer more.
        #[inline(always)]
        pub(crate) fn through<L: Layer<X>>(self, layer: &L) -> At<'a, L::Y, <L::Place as Place<L, X>>::After<S>> {
            L::Place::pass(layer, self)
        }

        /// The last layer's output.
        #[inline(always)]
        pub(crate) fn output(self) -> &'a X {
            // SAFETY: it is what the last layer wrote or the input itself, and nobody writes there while the areas are borrowed.
            unsafe { &*self.x }
        }

        #[inline(always)]
        fn moved<Y, T>(self, x: *const Y) -> At<'a, Y, T> {
            At { x, here: self.there, there: self.here, state: PhantomData }
        }
    }

    impl<X: Pod, L: Layer<X, Work = ()>> Place<L, X> for Same {
        type After<S: State> = S;
        type Room<S: State, R: Room + 'static> = R;
        #[inline(always)]
        fn pass<'a, S: State>(layer: &L, at: At<'a, X, S>) -> At<'a, L::Y, S> {
            const { assert!(size_of::<X>() == size_of::<L::Y>() && align_of::<X>() >= align_of::<L::Y>()) };
            let (x, mut nothing) = (at.x.cast::<L::Y>(), ());
            // SAFETY: it is the sample.
            let mut y: *const L::Y = layer.infer(unsafe { &*at.x }, &mut nothing);
            if S::INSIDE {
                if y.addr() != x.addr() {
                    // Against the rules, but no reason to let it be written over where it is.
                    // SAFETY: the input lies in an area, and is as large.
                    unsafe { core::ptr::copy(y, x.cast_mut(), 1) };
                }
                y = x;
            }
            At { x: y, here: at.here, there: at.there, state: PhantomData }
        }
    }

    impl<X: Pod, L: Layer<X, Y = X, Work = X>> Place<L, X> for Over {
        type After<S: State> = Inside;
        type Room<S: State, R: Room + 'static> = S::Over<X, R>;
        #[inline(always)]
        fn pass<'a, S: State>(layer: &L, at: At<'a, X, S>) -> At<'a, X, Inside> {
            if S::INSIDE {
                // SAFETY: the input lies in an area, whose pointer it was made of, and nobody else refers to it.
                layer.infer_in_place(unsafe { &mut *at.x.cast_mut() });
                At { x: at.x, here: at.here, there: at.there, state: PhantomData }
            } else {
                <Fresh as Place<L, X>>::pass(layer, at)
            }
        }
    }

    impl<X, L: Layer<X, Work = <L as Layer<X>>::Y>> Place<L, X> for Fresh {
        type After<S: State> = Inside;
        type Room<S: State, R: Room + 'static> = Other<L::Y, R>;
        #[inline(always)]
        fn pass<'a, S: State>(layer: &L, at: At<'a, X, S>) -> At<'a, L::Y, Inside> {
            let y = at.there.cast::<L::Y>();
            // SAFETY: the input does not lie in the other area, which has room for the output, and whose bytes are one whatever they are.
            // (A layer that filled up words of its own may have left bytes there that nobody wrote.)
            unsafe {
                y.write_bytes(0, 1);
                layer.infer(&*at.x, &mut *y);
            }
            at.moved(y)
        }
    }

    impl<X, L: Layer<X>> Place<L, X> for Own {
        type After<S: State> = Outside;
        type Room<S: State, R: Room + 'static> = Other<Either<L::Work, L::Y>, R>;
        #[inline(always)]
        fn pass<'a, S: State>(layer: &L, at: At<'a, X, S>) -> At<'a, L::Y, Outside> {
            let work = at.there.cast::<L::Work>();
            // SAFETY: the input does not lie in the other area, which has room for the work, and whose bytes may be zero.
            let mut y: *const L::Y = unsafe {
                work.write_bytes(0, 1);
                layer.infer(&*at.x, &mut *work)
            };
            // What a layer returns from elsewhere, its input, say, would be written over by the next one.
            let inside = y.addr().wrapping_sub(work.addr());
            if inside >= size_of::<L::Work>() || inside + size_of::<L::Y>() > size_of::<L::Work>() {
                let copy = at.there.cast::<L::Y>();
                // SAFETY: there is room for it as well.
                unsafe { core::ptr::copy(y, copy, 1) };
                y = copy;
            }
            at.moved(y)
        }
    }
}

#[cfg(feature = "train")]
pub(crate) use heap::advise_huge_pages;
#[cfg(feature = "train")]
pub use heap::{Buffer, boxed, zeros};

#[cfg(feature = "train")]
mod heap {
    use super::Zeroed;
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

    impl<X: Zeroed> Buffer<X> {
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

    /// Fields that the compiler has laid otherwise than they are listed, with something between them, or in a layer
    /// with a larger alignment.
    #[test]
    fn fields_lie_as_they_are_listed() {
        assert_eq!(assert_dense::<[f32; 15]>(&[0, 12], &[12, 48]), 60);
        assert_eq!(assert_dense::<()>(&[], &[]), 0);
        for (offsets, sizes) in [([48, 0], [12, 48]), ([0, 16], [12, 48]), ([0, 12], [16, 44]), ([4, 16], [12, 48])] {
            let checked = std::panic::catch_unwind(|| assert_dense::<[f32; 16]>(&offsets, &sizes));
            assert!(checked.is_err(), "{offsets:?}, {sizes:?}");
        }
        assert!(std::panic::catch_unwind(|| assert_dense::<f64>(&[0, 4], &[4, 4])).is_err());
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
