//! Size arithmetic: typenum computes, the table that `build.rs` writes goes from `const` to typenum and back.

use crate::sample::{Image, Sample, Sequence, Vector};
use core::ops::{Add, Mul, Rem};
use typenum::{B0, B1, IsLessOrEqual, Prod, Sum, UInt, UTerm};

/// A size as a type.
pub struct N<const V: usize>;

/// The typenum of a size.
pub trait Extent {
    /// It.
    type U;
}

/// A vector as long as a typenum.
pub trait ToVector {
    /// It.
    type V: Sample;
}

macro_rules! table { ($($n:literal $u:ty;)*) => { $(
    impl Extent for N<$n> { type U = $u; }
    impl ToVector for $u { type V = Vector<$n>; }
)* } }

/// What has a [`Percent`].
pub struct Hundredths;

/// `P` is a whole number of hundredths, from 0 to 99. (A trait of the `Dropout` itself would not be named: the compiler speaks of the
/// outermost trait of a type, and that is `Layer`.)
#[diagnostic::on_unimplemented(
    message = "`Dropout<{P}>` takes a percentage from 0 to 99",
    label = "{P} is not from 0 to 99",
    note = "`Dropout<50>` sets half of the values to zero"
)]
pub trait Percent<const P: usize> {}
macro_rules! percents { ($($n:literal)*) => { $(#[diagnostic::do_not_recommend] impl Percent<$n> for Hundredths {})* } }
include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// The vector that a sample flattens to.
#[diagnostic::on_unimplemented(
    message = "the length of `{Self}` is not in the table of sizes that taut was built with",
    label = "cannot flatten `{Self}`",
    note = "no side may be 0; for larger sizes set `TAUT_SIZES` while building, or put `Reshape<{Self}, Vector<N>>` for `Flatten`"
)]
pub trait Flat: Sample {
    /// It.
    type V: Sample;
}

type U<const V: usize> = <N<V> as Extent>::U;

impl<const L: usize> Flat for Vector<L> {
    type V = Self;
}

/// Nothing has it.
#[doc(hidden)]
pub trait Never: Sample {}

// Where two impls come into question, the compiler stops at `Flat`, and does not go on to a page of `UInt<UInt<…>>` in the next.
#[diagnostic::do_not_recommend]
impl<X: Never> Flat for X {
    type V = X;
}

#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const C: usize> Flat for Image<H, W, C>
where
    N<H>: Extent,
    N<W>: Extent,
    N<C>: Extent,
    U<H>: Mul<U<W>>,
    Prod<U<H>, U<W>>: Mul<U<C>>,
    Prod<Prod<U<H>, U<W>>, U<C>>: ToVector,
{
    type V = <Prod<Prod<U<H>, U<W>>, U<C>> as ToVector>::V;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const C: usize> Flat for Sequence<T, C>
where
    N<T>: Extent,
    N<C>: Extent,
    U<T>: Mul<U<C>>,
    Prod<U<T>, U<C>>: ToVector,
{
    type V = <Prod<U<T>, U<C>> as ToVector>::V;
}

/// The vector half as long.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cut in two halves",
    label = "not a vector of an even length from the table of sizes"
)]
pub trait Half: Sample {
    /// It.
    type V: Sample;
}

// In typenum a number is even where its last bit is 0, and the bits before it are its half.
#[diagnostic::do_not_recommend]
impl<const L: usize, H: ToVector> Half for Vector<L>
where
    N<L>: Extent<U = UInt<H, B0>>,
{
    type V = H::V;
}

/// What can be [`Among`] classes.
pub struct Largest;

/// Of `M` classes, there are the `K` largest.
#[diagnostic::on_unimplemented(
    message = "`TopKCategoricalAccuracy<{K}>` needs at least {K} classes, and there are {M}",
    label = "the {K} largest of {M}",
    note = "both are sizes from the table that taut was built with"
)]
pub trait Among<const K: usize, const M: usize> {}

#[diagnostic::do_not_recommend]
impl<const K: usize, const M: usize> Among<K, M> for Largest
where
    N<K>: Extent,
    N<M>: Extent,
    U<K>: IsLessOrEqual<U<M>, Output = B1>,
{
}

/// What channels can be [`Shared`] out to.
pub struct Groups;

/// `C` is a multiple of `G`.
#[diagnostic::on_unimplemented(
    message = "`GroupNorm<{C}, {G}>` cannot share {C} channels out evenly to {G} groups",
    label = "{C} is not a multiple of {G}",
    note = "both are sizes from the table that taut was built with"
)]
pub trait Shared<const C: usize, const G: usize> {}

#[diagnostic::do_not_recommend]
impl<const C: usize, const G: usize> Shared<C, G> for Groups
where
    N<C>: Extent,
    N<G>: Extent,
    U<C>: Rem<U<G>, Output = UTerm>,
{
}

/// The vector as long as this one and another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{Other}` cannot be put one behind the other",
    label = "not two vectors whose length together is in the table of sizes",
    note = "put `Flatten` behind what gives an image or a sequence"
)]
pub trait Join<Other>: Sample {
    /// It.
    type V: Sample;
}

#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize> Join<Vector<B>> for Vector<A>
where
    N<A>: Extent,
    N<B>: Extent,
    U<A>: Add<U<B>>,
    Sum<U<A>, U<B>>: ToVector,
{
    type V = <Sum<U<A>, U<B>> as ToVector>::V;
}
