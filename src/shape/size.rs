//! Sizes as types: typenum does the arithmetic, and a table that `build.rs` writes converts between const generics and
//! typenums.

use crate::shape::sample::{Image, Sample, Sequence, Vector};
use core::ops::{Mul, Rem};
#[cfg(feature = "train")]
use typenum::IsLessOrEqual;
use typenum::{B0, B1, UInt, UTerm};

/// A size as a type.
pub struct Const<const V: usize>;

/// The typenum of a size.
pub trait ToTypenum {
    /// The size as a typenum.
    type Typenum;
}

/// The vector whose length is a typenum.
pub trait ToVector {
    /// The vector of that length.
    type V: Sample;
    /// The length as a [`Const`].
    type Size;
}

macro_rules! table { ($($n:literal $u:ty;)*) => { $(
    impl ToTypenum for Const<$n> { type Typenum = $u; }
    impl OrZero for Const<$n> { type Typenum = $u; }
    impl ToVector for $u { type V = Vector<$n>; type Size = Const<$n>; }
)* } }

impl OrZero for Const<0> {
    type Typenum = UTerm;
}

/// The typenum of a size.
pub(crate) type Typenum<const V: usize> = <Const<V> as ToTypenum>::Typenum;

/// Implemented by no type. An impl bounded by it is a second candidate, at which rustc stops with the trait's own
/// message instead of pages of `UInt<UInt<…>>`.
#[doc(hidden)]
pub trait NoType: Sample {}

/// The type that implements the checks of sizes, such as [`IsPercent`]. It is not a layer, so that the compiler prints
/// the message of the check.
pub struct Sizes;

/// `P` is a percentage from 0 to 99.
#[diagnostic::on_unimplemented(
    message = "`Dropout<{P}>` takes a percentage from 0 to 99",
    label = "{P} is not from 0 to 99",
    note = "`Dropout<50>` sets half of the values to zero"
)]
pub trait IsPercent<const P: usize> {}
macro_rules! percents { ($($n:literal)*) => { $(#[diagnostic::do_not_recommend] impl IsPercent<$n> for Sizes {})* } }
include!(concat!(env!("OUT_DIR"), "/table.rs"));

#[cfg(feature = "train")]
/// `K` is at most `M`.
#[diagnostic::on_unimplemented(
    message = "`TopKCategoricalAccuracy<{K}>` needs at least {K} classes, and there are {M}",
    label = "the {K} largest of {M}",
    note = "both are sizes from the table that taut was built with"
)]
pub trait AtMost<const K: usize, const M: usize> {}

#[cfg(feature = "train")]
#[diagnostic::do_not_recommend]
impl<const K: usize, const M: usize> AtMost<K, M> for Sizes
where
    Const<K>: ToTypenum,
    Const<M>: ToTypenum,
    Typenum<K>: IsLessOrEqual<Typenum<M>, Output = B1>,
{
}

/// `C` is a multiple of `G`.
#[diagnostic::on_unimplemented(
    message = "{C} channels cannot be shared out evenly to {G} groups",
    label = "{C} is not a multiple of {G}",
    note = "both are sizes from the table that taut was built with"
)]
pub trait Divides<const C: usize, const G: usize> {}

#[diagnostic::do_not_recommend]
impl<const C: usize, const G: usize> Divides<C, G> for Sizes
where
    Const<C>: ToTypenum,
    Const<G>: ToTypenum,
    Typenum<C>: Rem<Typenum<G>, Output = UTerm>,
{
}

/// `G` groups of `I` channels are `C` channels.
#[diagnostic::on_unimplemented(
    message = "{G} groups of {I} channels are not the {C} channels of the input",
    label = "{G} · {I} is not {C}",
    note = "sizes are from the table that taut was built with"
)]
pub trait GroupsOf<const C: usize, const G: usize, const I: usize> {}
#[diagnostic::do_not_recommend]
impl<const C: usize, const G: usize, const I: usize> GroupsOf<C, G, I> for Sizes
where
    Const<C>: ToTypenum,
    Const<G>: ToTypenum,
    Const<I>: ToTypenum,
    Typenum<G>: Mul<Typenum<I>, Output = Typenum<C>>,
{
}

/// The typenum of a size, or of zero.
#[doc(hidden)]
pub trait OrZero {
    type Typenum;
}
pub(crate) type TypenumOrZero<const V: usize> = <Const<V> as OrZero>::Typenum;

/// The sample whose axes have computed sizes.
#[doc(hidden)]
pub trait MakeSample<Axes> {
    type Sample: Sample;
}
impl<const H: usize, const W: usize, const C: usize> MakeSample<(Const<H>, Const<W>, Const<C>)> for Sizes {
    type Sample = Image<H, W, C>;
}
impl<const T: usize, const C: usize> MakeSample<(Const<T>, Const<C>)> for Sizes {
    type Sample = Sequence<T, C>;
}
/// The const size of a computed typenum.
pub(crate) type SizeOf<O> = <O as ToVector>::Size;
