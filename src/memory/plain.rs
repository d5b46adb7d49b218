//! Traits of types that are plain memory, and macros that implement these traits for structs of other modules.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use nalgebra::SMatrix;

/// A type whose all-zero bytes are a valid value. [`zeroed!`](crate::zeroed!) implements it for a struct.
///
/// # Safety
/// All-zero bytes must be a valid value of `Self`.
///
/// ```
/// use taut::{memory::{Zeroed, zeroed}, prelude::*};
/// fn first<T: Zeroed>(part: fn(&T) -> f32) -> f32 {
///     part(&zeroed::<T>())
/// }
/// assert_eq!(first::<Dense<2, 3>>(|dense| dense.bias[0]), 0.0);
/// ```
pub unsafe trait Zeroed: Sized {}

/// A type for which any bytes are a valid value; it may have padding.
///
/// # Safety
/// Any initialized bytes must be a valid value of `Self`.
///
/// A [`Tokens`](crate::Tokens) is one, and so is each [`Sample`](crate::Sample), but a [`Class`](crate::Class) is not,
/// whose number has a limit:
///
/// ```
/// use taut::{AnyBitPattern, prelude::*};
/// fn bytes<T: AnyBitPattern>() -> usize {
///     size_of::<T>()
/// }
/// assert_eq!([bytes::<Tokens<20>>(), bytes::<Vector<20>>()], [40, 80]);
/// ```
pub unsafe trait AnyBitPattern: Zeroed + Copy + 'static {}

/// A type that consists of `f32` values alone, without padding.
///
/// # Safety
/// The type must have the layout of `[f32; LEN]`, and any bytes must be a valid value of it.
///
/// ```
/// use taut::prelude::*;
/// let mut image = Image([[[1.0], [2.0]], [[3.0], [4.0]]]);
/// image.values_mut()[3] = 9.0;
/// assert_eq!((image.0[1][1], image.values()), ([9.0], &[1.0, 2.0, 3.0, 9.0][..]));
/// const _: () = assert!(<Image<2, 2, 1> as taut::Floats>::LEN == 4);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is something else than a run of `f32`",
    label = "not a run of `f32`",
    note = "a layer's parameters are `nalgebra::SVector<f32, N>` and `nalgebra::SMatrix<f32, R, C>`"
)]
pub unsafe trait Floats: AnyBitPattern {
    /// The number of `f32` values.
    const LEN: usize = {
        assert!(align_of::<Self>() == align_of::<f32>() && size_of::<Self>().is_multiple_of(size_of::<f32>()));
        size_of::<Self>() / size_of::<f32>()
    };

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

/// Arrays of signed bytes, without padding.
///
/// # Safety
/// The type must have the layout of `[i8; size_of::<Self>()]`.
///
/// ```
/// use taut::Bytes;
/// let mut pixels = [[[-128_i8], [0]], [[1], [127]]];
/// pixels.bytes_mut()[1] = 7;
/// assert_eq!(pixels.bytes(), [-128, 7, 1, 127]);
/// ```
pub unsafe trait Bytes: AnyBitPattern {
    /// The bytes in the order of memory.
    fn bytes(&self) -> &[i8] {
        // SAFETY: the trait's contract.
        unsafe { core::slice::from_raw_parts((&raw const *self).cast(), size_of::<Self>()) }
    }

    /// The bytes in the order of memory.
    fn bytes_mut(&mut self) -> &mut [i8] {
        // SAFETY: the trait's contract.
        unsafe { core::slice::from_raw_parts_mut((&raw mut *self).cast(), size_of::<Self>()) }
    }
}

macro_rules! numbers { ($($ty:ty)*) => { $(
    // SAFETY: zero bytes are the number 0.
    unsafe impl Zeroed for $ty {}
    // SAFETY: any bytes are a number.
    unsafe impl AnyBitPattern for $ty {}
)* } }
numbers!(f32 i8 i32 u8 u16 u32);

// SAFETY: all-zero bytes are a value of each element.
unsafe impl<T: Zeroed, const N: usize> Zeroed for [T; N] {}
// SAFETY: any bytes are a value of each element.
unsafe impl<T: AnyBitPattern, const N: usize> AnyBitPattern for [T; N] {}
// SAFETY: an array has no padding between its elements.
unsafe impl<T: Floats, const N: usize> Floats for [T; N] {}
// SAFETY: an array has no padding between its elements.
unsafe impl<T: Bytes, const N: usize> Bytes for [T; N] {}
// SAFETY: the type is one byte.
unsafe impl Bytes for i8 {}
#[diagnostic::do_not_recommend]
// SAFETY: the type is one `f32`.
unsafe impl Floats for f32 {}
// SAFETY: the type has no bytes.
unsafe impl<T: ?Sized> Zeroed for PhantomData<T> {}
// SAFETY: the type has no bytes.
unsafe impl<T: ?Sized + 'static> AnyBitPattern for PhantomData<T> {}

// SAFETY: nalgebra's storage is transparent over an array of arrays of `f32`.
unsafe impl<const R: usize, const C: usize> Zeroed for SMatrix<f32, R, C> {}
// SAFETY: nalgebra's storage is transparent over an array of arrays of `f32`.
unsafe impl<const R: usize, const C: usize> AnyBitPattern for SMatrix<f32, R, C> {}
// SAFETY: nalgebra's storage is transparent over an array of arrays of `f32`.
unsafe impl<const R: usize, const C: usize> Floats for SMatrix<f32, R, C> {}

// SAFETY: the type has no bytes.
unsafe impl Zeroed for () {}
macro_rules! tuples {
    ($Z:ident) => {
        // SAFETY: all-zero bytes are a value of its field.
        unsafe impl<$Z: Zeroed> Zeroed for ($Z,) {}
    };
    ($Z:ident $($L:ident)+) => {
        // SAFETY: all-zero bytes are a value of each field.
        unsafe impl<$Z: Zeroed, $($L: Zeroed),+> Zeroed for ($Z, $($L),+) {}
        tuples!($($L)+);
    };
}
tuples!(A B C D E F G H I J K L);

/// Implements [`Zeroed`] for a struct whose fields are all [`Zeroed`].
///
/// The macro takes the generics, the struct, and the names of all its fields. A missing field, or one that is not
/// `Zeroed`, is a compile error.
///
/// ```
/// use nalgebra::SVector;
/// struct Scale<const N: usize> {
///     gain: SVector<f32, N>,
/// }
/// taut::zeroed!([const N: usize] Scale<N> { gain });
/// struct Twice<L>(L, L);
/// taut::zeroed!([L: taut::Zeroed] Twice<L> { 0, 1 });
/// let twice: Twice<Scale<3>> = taut::memory::zeroed();
/// assert_eq!(twice.0.gain.sum() + twice.1.gain.sum(), 0.0);
/// ```
#[macro_export]
macro_rules! zeroed {
    ([$($generic:tt)*] $name:ident $(<$($arg:ident),*>)? { $($field:tt),* }) => {
        // SAFETY: `fields` names every field of the struct, and each is `Zeroed`.
        unsafe impl<$($generic)*> $crate::__private::plain::Zeroed for $name $(<$($arg),*>)? {}
        $crate::zeroed!(@check Zeroed [$($generic)*] $name $(<$($arg),*>)? { $($field),* });
    };
    (@check $trait:ident [$($generic:tt)*] $name:ident $(<$($arg:ident),*>)? { $($field:tt),* }) => {
        const _: () = {
            #[allow(unused)]
            fn fields<$($generic)*>(value: &$name $(<$($arg),*>)?) {
                const fn is<T: $crate::__private::plain::$trait>(_: &T) {}
                let $name { $($field: _),* } = value;
                $(is(&value.$field);)*
            }
        };
    };
}

/// Like [`zeroed!`](crate::zeroed!), for a generic struct: the implementation is bounded by the types of the fields.
#[doc(hidden)]
#[macro_export]
macro_rules! zeroed_fields {
    ([$($generic:tt)*] $struct:ty, $($field:ident: $type:ty,)+) => {
        // SAFETY: the pattern below names every field, and each is `Zeroed`.
        unsafe impl<$($generic)*> $crate::__private::plain::Zeroed for $struct
        where
            $($type: $crate::__private::plain::Zeroed,)+
        {
        }
        impl<$($generic)*> $struct {
            fn __every_field(&self) {
                let Self { $($field: _,)+ } = self;
            }
        }
    };
}

/// Implements [`Zeroed`] and [`AnyBitPattern`] for a struct whose fields are all [`AnyBitPattern`]. The syntax is that
/// of [`zeroed!`](crate::zeroed!).
#[doc(hidden)]
#[macro_export]
macro_rules! any_bit_pattern {
    // For a type that is `Zeroed` already.
    (zeroed [$($generic:tt)*] $name:ident $(<$($arg:ident),*>)? { $($field:tt),* }) => {
        // SAFETY: `fields` names every field of the struct, and any bytes are a value of each.
        unsafe impl<$($generic)*> $crate::__private::plain::AnyBitPattern for $name $(<$($arg),*>)? {}
        $crate::zeroed!(@check AnyBitPattern [$($generic)*] $name $(<$($arg),*>)? { $($field),* });
    };
    ([$($generic:tt)*] $name:ident $(<$($arg:ident),*>)? { $($field:tt),* }) => {
        // SAFETY: any bytes are a value of each field, as the other arm checks.
        unsafe impl<$($generic)*> $crate::__private::plain::Zeroed for $name $(<$($arg),*>)? {}
        $crate::any_bit_pattern!(zeroed [$($generic)*] $name $(<$($arg),*>)? { $($field),* });
    };
}

/// Implements [`Floats`] for a struct with a single field, which is [`Floats`], or for one without fields.
macro_rules! floats {
    ($name:ident {}) => {
        $crate::any_bit_pattern!([] $name {});
        const _: () = assert!(size_of::<$name>() == 0);
        #[diagnostic::do_not_recommend]
        // SAFETY: it has no bytes; `LEN` checks the alignment.
        unsafe impl $crate::__private::plain::Floats for $name {}
    };
    ([$($generic:tt)*] $name:ident $(<$($arg:ident),*>)? { $field:tt }) => {
        $crate::any_bit_pattern!([$($generic)*] $name $(<$($arg),*>)? { $field });
        // SAFETY: its one field is `Floats`; `LEN` checks size and alignment.
        unsafe impl<$($generic)*> $crate::__private::plain::Floats for $name $(<$($arg),*>)? {}
        $crate::zeroed!(@check Floats [$($generic)*] $name $(<$($arg),*>)? { $field });
    };
}
pub(crate) use floats;

/// The value whose bytes are all zero, in const evaluation.
///
/// ```
/// use taut::{memory::zeroed, prelude::*};
/// static EMPTY: Image<8, 8, 1> = zeroed();
/// assert_eq!(EMPTY.values(), [0.0; 64]);
/// ```
pub const fn zeroed<T: Zeroed>() -> T {
    // SAFETY: the trait's contract.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Copies a value that may be larger than the stack: an assignment lets a debug build put it there on its way.
#[inline(always)]
pub(crate) fn copy<T: Copy>(from: &T, to: &mut T) {
    core::slice::from_mut(to).copy_from_slice(core::slice::from_ref(from));
}

/// The value at an offset, or a zero value if the bytes end too early.
pub(crate) const fn read<T: AnyBitPattern>(bytes: &[u8], offset: usize) -> T {
    match offset.checked_add(size_of::<T>()) {
        // SAFETY: in bounds, and any bytes are a `T`.
        Some(end) if end <= bytes.len() => unsafe { bytes.as_ptr().add(offset).cast::<T>().read_unaligned() },
        _ => zeroed(),
    }
}

/// Reads a value from the front of `bytes`, which must be long enough, and advances `bytes` past it.
#[cfg(feature = "train")]
pub(crate) fn load<T: AnyBitPattern>(to: &mut T, from: &mut &[u8]) {
    let (bytes, rest) = from.split_at(size_of::<T>());
    // SAFETY: the bytes are as many as those of `T`, and any bytes are a `T`.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), (&raw mut *to).cast(), bytes.len()) };
    *from = rest;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_values() {
        const ZERO: SMatrix<f32, 3, 1> = zeroed();
        assert_eq!(ZERO.values(), [0.0; 3]);
    }
}
