//! Images with more or fewer rows and columns.

use crate::shape::sample::{Image, Sample};
use crate::shape::size::{
    Const, MakeSample, NoType, OrZero, SizeOf, Sizes, ToTypenum, ToVector, Typenum, TypenumOrZero,
};
use core::ops::{Add, Mul, Sub};
use typenum::{Diff, Prod, Sum};

macro_rules! resized { ($($(#[$meta:meta])* $name:ident [$($size:ident),*] $h:ty, $w:ty, [$($bound:tt)*];)*) => { $(
    $(#[$meta])*
    pub trait $name<$(const $size: usize),*>: Sample {
        /// The resulting sample.
        type Y: Sample;
    }
    #[diagnostic::do_not_recommend]
    impl<X: NoType, $(const $size: usize),*> $name<$($size),*> for X {
        type Y = X;
    }
    #[diagnostic::do_not_recommend]
    impl<const X: usize, const Y: usize, const C: usize, $(const $size: usize),*> $name<$($size),*> for Image<X, Y, C>
    where
        Const<X>: ToTypenum,
        Const<Y>: ToTypenum,
        $($bound)*
        $h: ToVector,
        $w: ToVector,
        Sizes: MakeSample<(SizeOf<$h>, SizeOf<$w>, Const<C>)>,
    {
        type Y = <Sizes as MakeSample<(SizeOf<$h>, SizeOf<$w>, Const<C>)>>::Sample;
    }
)* } }
resized! {
    /// The image with each row repeated `H` times, and each column `W` times.
    #[diagnostic::on_unimplemented(
        message = "`UpSampling2d<{H}, {W}>` cannot repeat the rows of `{Self}` {H} times and its columns {W} times",
        label = "the output's sizes are not in the table that taut was built with",
        note = "sizes begin with 1; `TAUT_SIZES` enlarges the table"
    )]
    Upsampled2d [H, W] Prod<Typenum<X>, Typenum<H>>, Prod<Typenum<Y>, Typenum<W>>, [Const<H>: ToTypenum, Const<W>: ToTypenum, Typenum<X>: Mul<Typenum<H>>, Typenum<Y>: Mul<Typenum<W>>,];
    /// The image with `T` rows added above, `L` columns on the left, `B` rows below and `R` columns on the right.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot get {T} + {B} rows and {L} + {R} columns more",
        label = "the output's sizes are not in the table that taut was built with",
        note = "`TAUT_SIZES` enlarges the table"
    )]
    Padded2d [T, L, B, R] Sum<Sum<Typenum<X>, TypenumOrZero<T>>, TypenumOrZero<B>>, Sum<Sum<Typenum<Y>, TypenumOrZero<L>>, TypenumOrZero<R>>, [
        Const<T>: OrZero, Const<L>: OrZero, Const<B>: OrZero, Const<R>: OrZero,
        Typenum<X>: Add<TypenumOrZero<T>>, Sum<Typenum<X>, TypenumOrZero<T>>: Add<TypenumOrZero<B>>, Typenum<Y>: Add<TypenumOrZero<L>>, Sum<Typenum<Y>, TypenumOrZero<L>>: Add<TypenumOrZero<R>>,
    ];
    /// The image without its `T` rows above, `L` columns on the left, `B` rows below and `R` columns on the right.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` does not have {T} + {B} rows and {L} + {R} columns to crop, and one more",
        label = "nothing would be left of `{Self}`"
    )]
    Cropped2d [T, L, B, R] Diff<Diff<Typenum<X>, TypenumOrZero<T>>, TypenumOrZero<B>>, Diff<Diff<Typenum<Y>, TypenumOrZero<L>>, TypenumOrZero<R>>, [
        Const<T>: OrZero, Const<L>: OrZero, Const<B>: OrZero, Const<R>: OrZero,
        Typenum<X>: Sub<TypenumOrZero<T>>, Diff<Typenum<X>, TypenumOrZero<T>>: Sub<TypenumOrZero<B>>, Typenum<Y>: Sub<TypenumOrZero<L>>, Diff<Typenum<Y>, TypenumOrZero<L>>: Sub<TypenumOrZero<R>>,
    ];
}
