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

/// The sample whose last axis is as long as those of this one and another, which are alike in all else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{Other}` cannot be put one behind the other",
    label = "two vectors, two images of as many rows and columns, or two sequences of as many steps can",
    note = "how long their last axes are together must be in the table of sizes that taut was built with"
)]
pub trait Join<Other>: Sample {
    /// How long a run of each is, where one of the first is followed by one of the second.
    const RUNS: (usize, usize);
    /// It.
    type V: Sample;
}

/// A sample that another can be added to, number by number.
#[diagnostic::on_unimplemented(
    message = "`Residual` cannot add `{Other}` to `{Self}`",
    label = "what is added must be as what it is added to",
    note = "`Residual<F>` adds the output of `F` to its input; for another shape, `Residual<F, P>` adds it to the output of `P`"
)]
pub trait Summand<Other>: Sample {}
impl<X: Sample> Summand<X> for X {}

/// What is put together.
#[doc(hidden)]
pub struct Joined;

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{A}` and `{B}` cannot be put one behind the other",
    label = "two vectors, two images of as many rows and columns, or two sequences of as many steps can",
    note = "how long their last axes are together must be in the table of sizes that taut was built with"
)]
pub trait Together<A, B> {
    const RUNS: (usize, usize);
    type V: Sample;
}

// As at `Flat`.
#[diagnostic::do_not_recommend]
impl<A: Never, B> Together<A, B> for Joined {
    const RUNS: (usize, usize) = (1, 1);
    type V = A;
}

// By way of `Joined`, so that the compiler stops at `Join`.
#[diagnostic::do_not_recommend]
impl<A: Sample, B> Join<B> for A
where
    Joined: Together<A, B>,
{
    const RUNS: (usize, usize) = <Joined as Together<A, B>>::RUNS;
    type V = <Joined as Together<A, B>>::V;
}

/// What is as `Like`, with as many channels as a vector has numbers.
#[doc(hidden)]
pub trait ChannelsOf<Like> {
    type S: Sample;
}
impl<const H: usize, const W: usize, const C: usize, const L: usize> ChannelsOf<Image<H, W, C>> for Vector<L> {
    type S = Image<H, W, L>;
}
impl<const T: usize, const C: usize, const L: usize> ChannelsOf<Sequence<T, C>> for Vector<L> {
    type S = Sequence<T, L>;
}

#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const A: usize, const B: usize> Together<Image<H, W, A>, Image<H, W, B>> for Joined
where
    Joined: Together<Vector<A>, Vector<B>, V: ChannelsOf<Image<H, W, A>>>,
{
    const RUNS: (usize, usize) = (A, B);
    type V = <<Joined as Together<Vector<A>, Vector<B>>>::V as ChannelsOf<Image<H, W, A>>>::S;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const A: usize, const B: usize> Together<Sequence<T, A>, Sequence<T, B>> for Joined
where
    Joined: Together<Vector<A>, Vector<B>, V: ChannelsOf<Sequence<T, A>>>,
{
    const RUNS: (usize, usize) = (A, B);
    type V = <<Joined as Together<Vector<A>, Vector<B>>>::V as ChannelsOf<Sequence<T, A>>>::S;
}

#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize> Together<Vector<A>, Vector<B>> for Joined
where
    N<A>: Extent,
    N<B>: Extent,
    U<A>: Add<U<B>>,
    Sum<U<A>, U<B>>: ToVector,
{
    const RUNS: (usize, usize) = (A, B);
    type V = <Sum<U<A>, U<B>> as ToVector>::V;
}
