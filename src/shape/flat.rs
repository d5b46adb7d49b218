//! The vector that a sample flattens to.

use crate::shape::sample::{Image, Sample, Sequence, Vector};
use crate::shape::size::{Const, NoType, ToTypenum, ToVector, Typenum};
use core::ops::Mul;
use typenum::Prod;

/// The vector that a sample flattens to.
#[diagnostic::on_unimplemented(
    message = "the length of `{Self}` is not in the table of sizes that taut was built with",
    label = "cannot flatten `{Self}`",
    note = "no side may be 0; for larger sizes set `TAUT_SIZES` while building, or put `Reshape<{Self}, Vector<N>>` for `Flatten`"
)]
pub trait Flat: Sample {
    /// The flat vector.
    type V: Sample;
}

impl<const L: usize> Flat for Vector<L> {
    type V = Self;
}

// A second candidate: see `NoType`.
#[diagnostic::do_not_recommend]
impl<X: NoType> Flat for X {
    type V = X;
}

#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const C: usize> Flat for Image<H, W, C>
where
    Const<H>: ToTypenum,
    Const<W>: ToTypenum,
    Const<C>: ToTypenum,
    Typenum<H>: Mul<Typenum<W>>,
    Prod<Typenum<H>, Typenum<W>>: Mul<Typenum<C>>,
    Prod<Prod<Typenum<H>, Typenum<W>>, Typenum<C>>: ToVector,
{
    type V = <Prod<Prod<Typenum<H>, Typenum<W>>, Typenum<C>> as ToVector>::V;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const C: usize> Flat for Sequence<T, C>
where
    Const<T>: ToTypenum,
    Const<C>: ToTypenum,
    Typenum<T>: Mul<Typenum<C>>,
    Prod<Typenum<T>, Typenum<C>>: ToVector,
{
    type V = <Prod<Typenum<T>, Typenum<C>> as ToVector>::V;
}
