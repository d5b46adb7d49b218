//! Samples concatenated along their last axis, halved, or doubled.

use crate::shape::sample::{Image, Sample, Sequence, Vector};
use crate::shape::size::{Const, MakeSample, NoType, SizeOf, Sizes, ToTypenum, ToVector, Typenum};
use core::ops::Add;
use typenum::{B0, Sum, UInt};

/// The sample whose last axis is half as long.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cut in two halves",
    label = "its channels are not of an even number from the table of sizes"
)]
pub trait HalfChannels: Sample {
    /// The resulting sample.
    type V: Sample;
    /// Half the length of the last axis.
    const HALF: usize;
}

/// A vector as the channels of a sequence of `T` steps.
pub trait InSteps<const T: usize> {
    /// The resulting sample.
    type V: Sample;
}
impl<const T: usize, const C: usize> InSteps<T> for Vector<C> {
    type V = Sequence<T, C>;
}

/// A vector as the channels of an image of `H` rows and `W` columns.
pub trait InImage<const H: usize, const W: usize> {
    /// The resulting sample.
    type V: Sample;
}
impl<const H: usize, const W: usize, const C: usize> InImage<H, W> for Vector<C> {
    type V = Image<H, W, C>;
}

// In typenum a number is even where its last bit is 0, and the bits before it are its half.
#[diagnostic::do_not_recommend]
impl<const L: usize, H: ToVector> HalfChannels for Vector<L>
where
    Const<L>: ToTypenum<Typenum = UInt<H, B0>>,
{
    type V = H::V;
    const HALF: usize = L / 2;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const C: usize> HalfChannels for Sequence<T, C>
where
    Vector<C>: HalfChannels<V: InSteps<T>>,
{
    type V = <<Vector<C> as HalfChannels>::V as InSteps<T>>::V;
    const HALF: usize = C / 2;
}

#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const C: usize> HalfChannels for Image<H, W, C>
where
    Vector<C>: HalfChannels<V: InImage<H, W>>,
{
    type V = <<Vector<C> as HalfChannels>::V as InImage<H, W>>::V;
    const HALF: usize = C / 2;
}

/// The concatenation of two samples along their last axis; their other axes must be equal.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{Other}` cannot be put one behind the other",
    label = "two vectors, two images of as many rows and columns, or two sequences of as many steps can",
    note = "how long their last axes are together must be in the table of sizes that taut was built with"
)]
pub trait Join<Other>: Sample {
    /// The lengths of the last axes of both samples, whose rows alternate in the concatenation.
    const RUNS: (usize, usize);
    /// The resulting sample.
    type V: Sample;
}

/// A sample that another sample of the same shape can be added to, element by element.
#[diagnostic::on_unimplemented(
    message = "`Residual` cannot add `{Other}` to `{Self}`",
    label = "what is added must be as what it is added to",
    note = "`Residual<F>` adds the output of `F` to its input; for another shape, `Residual<F, P>` adds it to the output of `P`"
)]
pub trait SameShape<Other>: Sample {}
impl<X: Sample> SameShape<X> for X {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{A}` and `{B}` cannot be put one behind the other",
    label = "two vectors, two images of as many rows and columns, or two sequences of as many steps can",
    note = "how long their last axes are together must be in the table of sizes that taut was built with"
)]
pub trait Concat<A, B> {
    const RUNS: (usize, usize);
    type V: Sample;
}

// A second candidate: see `NoType`.
#[diagnostic::do_not_recommend]
impl<A: NoType, B> Concat<A, B> for Sizes {
    const RUNS: (usize, usize) = (1, 1);
    type V = A;
}

// Goes through `Sizes`, so that the compiler stops at `Join`.
#[diagnostic::do_not_recommend]
impl<A: Sample, B> Join<B> for A
where
    Sizes: Concat<A, B>,
{
    const RUNS: (usize, usize) = <Sizes as Concat<A, B>>::RUNS;
    type V = <Sizes as Concat<A, B>>::V;
}

/// The sample with the axes of `Like`, and as many channels as a vector has elements.
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
impl<const H: usize, const W: usize, const A: usize, const B: usize> Concat<Image<H, W, A>, Image<H, W, B>> for Sizes
where
    Sizes: Concat<Vector<A>, Vector<B>, V: ChannelsOf<Image<H, W, A>>>,
{
    const RUNS: (usize, usize) = (A, B);
    type V = <<Sizes as Concat<Vector<A>, Vector<B>>>::V as ChannelsOf<Image<H, W, A>>>::S;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const A: usize, const B: usize> Concat<Sequence<T, A>, Sequence<T, B>> for Sizes
where
    Sizes: Concat<Vector<A>, Vector<B>, V: ChannelsOf<Sequence<T, A>>>,
{
    const RUNS: (usize, usize) = (A, B);
    type V = <<Sizes as Concat<Vector<A>, Vector<B>>>::V as ChannelsOf<Sequence<T, A>>>::S;
}

#[diagnostic::do_not_recommend]
impl<const A: usize, const B: usize> Concat<Vector<A>, Vector<B>> for Sizes
where
    Const<A>: ToTypenum,
    Const<B>: ToTypenum,
    Typenum<A>: Add<Typenum<B>>,
    Sum<Typenum<A>, Typenum<B>>: ToVector,
{
    const RUNS: (usize, usize) = (A, B);
    type V = <Sum<Typenum<A>, Typenum<B>> as ToVector>::V;
}

/// The sample with twice as many channels.
#[diagnostic::on_unimplemented(
    message = "both directions of `{Self}` cannot be put beside each other",
    label = "not a vector or a sequence of which twice the channels are in the table of sizes"
)]
pub trait DoubleChannels: Sample {
    /// The resulting sample.
    type V: Sample;
}

#[diagnostic::do_not_recommend]
impl<const L: usize> DoubleChannels for Vector<L>
where
    Vector<L>: Join<Vector<L>>,
{
    type V = <Self as Join<Self>>::V;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const C: usize> DoubleChannels for Sequence<T, C>
where
    Const<C>: ToTypenum,
    Typenum<C>: Add<Typenum<C>>,
    Sum<Typenum<C>, Typenum<C>>: ToVector,
    Sizes: MakeSample<(Const<T>, SizeOf<Sum<Typenum<C>, Typenum<C>>>)>,
{
    type V = <Sizes as MakeSample<(Const<T>, SizeOf<Sum<Typenum<C>, Typenum<C>>>)>>::Sample;
}
