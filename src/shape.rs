//! Size arithmetic: typenum computes, the table that `build.rs` writes goes from `const` to typenum and back.

use crate::kernels::Convolution;
use crate::sample::{Image, Sample, Sequence, Vector};
use crate::text::Text;
use core::marker::PhantomData;
use core::ops::{Add, Div, Mul, Rem, Sub};
use typenum::{Add1, B0, B1, Diff, IsLessOrEqual, Max, Maximum, Prod, Quot, Sub1, Sum, UInt, UTerm};

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
    /// The size.
    type N;
}

macro_rules! table { ($($n:literal $u:ty;)*) => { $(
    impl Extent for N<$n> { type U = $u; }
    impl OrZero for N<$n> { type U = $u; }
    impl ToVector for $u { type V = Vector<$n>; type N = N<$n>; }
)* } }

impl OrZero for N<0> {
    type U = UTerm;
}

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

/// The sample whose last axis is half as long.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cut in two halves",
    label = "its channels are not of an even number from the table of sizes"
)]
pub trait Half: Sample {
    /// It.
    type V: Sample;
    /// Half of the length of the last axis.
    const HALF: usize;
}

/// A vector as the channels of a sequence of `T` steps.
pub trait InSteps<const T: usize> {
    /// It.
    type V: Sample;
}
impl<const T: usize, const C: usize> InSteps<T> for Vector<C> {
    type V = Sequence<T, C>;
}

/// A vector as the channels of an image of `H` rows and `W` columns.
pub trait InImage<const H: usize, const W: usize> {
    /// It.
    type V: Sample;
}
impl<const H: usize, const W: usize, const C: usize> InImage<H, W> for Vector<C> {
    type V = Image<H, W, C>;
}

// In typenum a number is even where its last bit is 0, and the bits before it are its half.
#[diagnostic::do_not_recommend]
impl<const L: usize, H: ToVector> Half for Vector<L>
where
    N<L>: Extent<U = UInt<H, B0>>,
{
    type V = H::V;
    const HALF: usize = L / 2;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const C: usize> Half for Sequence<T, C>
where
    Vector<C>: Half<V: InSteps<T>>,
{
    type V = <<Vector<C> as Half>::V as InSteps<T>>::V;
    const HALF: usize = C / 2;
}

#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const C: usize> Half for Image<H, W, C>
where
    Vector<C>: Half<V: InImage<H, W>>,
{
    type V = <<Vector<C> as Half>::V as InImage<H, W>>::V;
    const HALF: usize = C / 2;
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
    message = "{C} channels cannot be shared out evenly to {G} groups",
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

/// How a window goes over a sample: [`Valid`], [`Same`] or [`Dilated`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no padding",
    label = "neither `Valid`, `Same` nor `Dilated` with strides and distances from 1 on",
    note = "`Same<2>` is Keras's `padding=\"same\", strides=2`, and `Valid` is the default"
)]
pub trait Padding: Copy + Send + Sync + 'static {
    /// Rows and columns from one position of the window to the next.
    const STRIDE: [usize; 2];
    /// Rows and columns from one number that the window sees to the next.
    const DILATION: [usize; 2];
    /// Whether it hangs over the edges.
    const SAME: bool;
    /// Its name.
    const NAME: Text<64>;
    /// As types: whether it hangs over the edges, and its strides and dilations in rows and columns.
    #[doc(hidden)]
    type Kind: 'static;
    #[doc(hidden)]
    type Stride: Pair;
    #[doc(hidden)]
    type Dilation: Pair;
}

/// Two sizes.
#[doc(hidden)]
pub trait Pair {
    type Rows;
    type Columns;
}
impl<A, B> Pair for (A, B) {
    type Rows = A;
    type Columns = B;
}

/// The window stays inside: Keras's `padding="valid"`, with strides.
///
/// - `S`, `SW`: how far it goes from one row to the next, and from one column; the same by default.
///
/// Of `N` numbers a window of `K` sees `⌊(N - K) / S⌋ + 1` parts.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3>, Conv2d<8, 16, 3, Valid<2>>, Flatten, Dense<2304, 10>); }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Valid<const S: usize = 1, const SW: usize = S>;

/// The window hangs over the edges, half on both sides, where it sees zeros: Keras's `padding="same"`, with strides.
///
/// - `S`, `SW`: how far it goes from one row to the next, and from one column; the same by default.
///
/// Of `N` numbers a window sees `⌈N / S⌉` parts. Where the padding is odd, there is one zero more behind.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3, Same>, Conv2d<8, 16, 3, Same<2>>, Flatten, Dense<3136, 10>); }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Same<const S: usize = 1, const SW: usize = S>;

/// The window sees each `D`-th number only: Keras's `dilation_rate`.
///
/// - `D`, `DW`: how far apart the rows and the columns are that it sees; the same by default. `P`: all else.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3, Dilated<2, Same>>, Conv2d<8, 8, 3, Dilated<2>>, Flatten, Dense<4608, 10>); }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dilated<const D: usize, P = Valid, const DW: usize = D>(PhantomData<P>);

macro_rules! paddings { ($($name:ident $same:literal)*) => { $(
    #[diagnostic::do_not_recommend]
    impl<const S: usize, const SW: usize> Padding for $name<S, SW>
    where
        N<S>: Extent,
        N<SW>: Extent,
    {
        const STRIDE: [usize; 2] = [S, SW];
        const DILATION: [usize; 2] = [1, 1];
        const SAME: bool = $same;
        const NAME: Text<64> = pair(stringify!($name), S, SW);
        type Kind = $name;
        type Stride = (U<S>, U<SW>);
        type Dilation = (U<1>, U<1>);
    }
)* } }
paddings!(Valid false Same true);

#[diagnostic::do_not_recommend]
impl<const D: usize, P: Padding, const DW: usize> Padding for Dilated<D, P, DW>
where
    N<D>: Extent,
    N<DW>: Extent,
{
    const STRIDE: [usize; 2] = P::STRIDE;
    const DILATION: [usize; 2] = [D, DW];
    const SAME: bool = P::SAME;
    const NAME: Text<64> = pair("Dilated", D, DW).push(b" ").push(P::NAME.bytes());
    type Kind = P::Kind;
    type Stride = P::Stride;
    type Dilation = (U<D>, U<DW>);
}

/// A name, and its sizes where they are not 1.
const fn pair(name: &str, a: usize, b: usize) -> Text<64> {
    let text = Text::new(name);
    match (a, b) {
        (1, 1) => text,
        _ if a == b => text.sizes(&[a]),
        _ => text.sizes(&[a, b]),
    }
}

/// How many parts of `H` numbers a window of `K` sees, and how many numbers it makes of as many parts in the other direction.
#[doc(hidden)]
pub trait Parts<H, K, S, D> {
    type O: ToVector;
}

// (H - (K - 1)·D - 1) / S + 1
#[diagnostic::do_not_recommend]
impl<H, K, S, D> Parts<H, K, S, D> for Valid
where
    K: Sub<B1>,
    Sub1<K>: Mul<D>,
    H: Sub<Prod<Sub1<K>, D>>,
    Diff<H, Prod<Sub1<K>, D>>: Sub<B1>,
    Sub1<Diff<H, Prod<Sub1<K>, D>>>: Div<S>,
    Quot<Sub1<Diff<H, Prod<Sub1<K>, D>>>, S>: Add<B1>,
    Add1<Quot<Sub1<Diff<H, Prod<Sub1<K>, D>>>, S>>: ToVector,
{
    type O = Add1<Quot<Sub1<Diff<H, Prod<Sub1<K>, D>>>, S>>;
}

// (H + S - 1) / S
#[diagnostic::do_not_recommend]
impl<H, K, S, D> Parts<H, K, S, D> for Same
where
    H: Add<S>,
    Sum<H, S>: Sub<B1>,
    Sub1<Sum<H, S>>: Div<S>,
    Quot<Sub1<Sum<H, S>>, S>: ToVector,
{
    type O = Quot<Sub1<Sum<H, S>>, S>;
}

/// What windows go over.
pub struct Windows;

/// A sample of sizes that were computed.
#[doc(hidden)]
pub trait Make<Sizes> {
    type Sample: Sample;
}
impl<const H: usize, const W: usize, const C: usize> Make<(N<H>, N<W>, N<C>)> for Windows {
    type Sample = Image<H, W, C>;
}
impl<const T: usize, const C: usize> Make<(N<T>, N<C>)> for Windows {
    type Sample = Sequence<T, C>;
}
type Size<O> = <O as ToVector>::N;

/// How many parts of `H` rows a window of `K` sees, and of `W` columns.
type HighParts<const H: usize, const K: usize, P> = <<P as Padding>::Kind as Parts<
    U<H>,
    U<K>,
    <<P as Padding>::Stride as Pair>::Rows,
    <<P as Padding>::Dilation as Pair>::Rows,
>>::O;
type WideParts<const W: usize, const K: usize, P> = <<P as Padding>::Kind as Parts<
    U<W>,
    U<K>,
    <<P as Padding>::Stride as Pair>::Columns,
    <<P as Padding>::Dilation as Pair>::Columns,
>>::O;

/// The image of `C` channels that a window of `K` rows and `KW` columns makes of this one.
#[diagnostic::on_unimplemented(
    message = "a window {K} high and {KW} wide does not fit into `{Self}` with `{P}`",
    label = "{K} rows and {KW} columns do not fit into `{Self}`",
    note = "sizes and strides begin with 1, and are from the table that taut was built with, which `TAUT_SIZES` enlarges"
)]
pub trait Windows2d<const K: usize, const KW: usize, P, const C: usize>: Sample {
    /// It.
    type Y: Sample;
}
#[diagnostic::do_not_recommend]
impl<X: Never, const K: usize, const KW: usize, P, const C: usize> Windows2d<K, KW, P, C> for X {
    type Y = X;
}
#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const I: usize, const K: usize, const KW: usize, P: Padding, const C: usize>
    Windows2d<K, KW, P, C> for Image<H, W, I>
where
    N<H>: Extent,
    N<W>: Extent,
    N<K>: Extent,
    N<KW>: Extent,
    P::Kind: Parts<U<H>, U<K>, <P::Stride as Pair>::Rows, <P::Dilation as Pair>::Rows>,
    P::Kind: Parts<U<W>, U<KW>, <P::Stride as Pair>::Columns, <P::Dilation as Pair>::Columns>,
    Windows: Make<(Size<HighParts<H, K, P>>, Size<WideParts<W, KW, P>>, N<C>)>,
{
    type Y = <Windows as Make<(Size<HighParts<H, K, P>>, Size<WideParts<W, KW, P>>, N<C>)>>::Sample;
}

/// The sequence of `C` channels that a window of `K` steps makes of this one.
#[diagnostic::on_unimplemented(
    message = "a window of {K} steps does not fit into `{Self}` with `{P}`",
    label = "{K} steps do not fit into `{Self}`",
    note = "sizes and strides begin with 1, and are from the table that taut was built with, which `TAUT_SIZES` enlarges"
)]
pub trait Windows1d<const K: usize, P, const C: usize>: Sample {
    /// It.
    type Y: Sample;
}
#[diagnostic::do_not_recommend]
impl<X: Never, const K: usize, P, const C: usize> Windows1d<K, P, C> for X {
    type Y = X;
}
#[diagnostic::do_not_recommend]
impl<const T: usize, const I: usize, const K: usize, P: Padding, const C: usize> Windows1d<K, P, C> for Sequence<T, I>
where
    N<T>: Extent,
    N<K>: Extent,
    P::Kind: Parts<U<T>, U<K>, <P::Stride as Pair>::Rows, <P::Dilation as Pair>::Rows>,
    Windows: Make<(Size<HighParts<T, K, P>>, N<C>)>,
{
    type Y = <Windows as Make<(Size<HighParts<T, K, P>>, N<C>)>>::Sample;
}

/// How many numbers a transposed window of `K` makes of `H`.
#[doc(hidden)]
pub trait Spread<H, K, S> {
    type O: ToVector;
}
// H·S
#[diagnostic::do_not_recommend]
impl<H, K, S> Spread<H, K, S> for Same
where
    H: Mul<S>,
    Prod<H, S>: ToVector,
{
    type O = Prod<H, S>;
}
// H·S + max(K, S) - S
#[diagnostic::do_not_recommend]
impl<H, K, S> Spread<H, K, S> for Valid
where
    H: Mul<S>,
    K: Max<S>,
    Prod<H, S>: Add<Maximum<K, S>>,
    Sum<Prod<H, S>, Maximum<K, S>>: Sub<S>,
    Diff<Sum<Prod<H, S>, Maximum<K, S>>, S>: ToVector,
{
    type O = Diff<Sum<Prod<H, S>, Maximum<K, S>>, S>;
}

/// The image of `C` channels that a transposed window of `K` rows and `KW` columns makes of this one.
#[diagnostic::on_unimplemented(
    message = "a transposed window {K} high and {KW} wide cannot spread `{Self}` with `{P}`",
    label = "the output's sizes are not in the table that taut was built with, or `{P}` is neither `Valid` nor `Same`",
    note = "`TAUT_SIZES` enlarges the table"
)]
pub trait Transposed2d<const K: usize, const KW: usize, P, const C: usize>: Sample {
    /// It.
    type Y: Sample;
}
#[diagnostic::do_not_recommend]
impl<X: Never, const K: usize, const KW: usize, P, const C: usize> Transposed2d<K, KW, P, C> for X {
    type Y = X;
}
#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const I: usize, const K: usize, const KW: usize, P, const C: usize>
    Transposed2d<K, KW, P, C> for Image<H, W, I>
where
    N<H>: Extent,
    N<W>: Extent,
    N<K>: Extent,
    N<KW>: Extent,
    P: Padding<Dilation = (U<1>, U<1>)>,
    P::Kind: Spread<U<H>, U<K>, <P::Stride as Pair>::Rows> + Spread<U<W>, U<KW>, <P::Stride as Pair>::Columns>,
    Windows: Make<(Size<Rows<H, K, P>>, Size<Columns<W, KW, P>>, N<C>)>,
{
    type Y = <Windows as Make<(Size<Rows<H, K, P>>, Size<Columns<W, KW, P>>, N<C>)>>::Sample;
}
type Rows<const H: usize, const K: usize, P> =
    <<P as Padding>::Kind as Spread<U<H>, U<K>, <<P as Padding>::Stride as Pair>::Rows>>::O;
type Columns<const W: usize, const K: usize, P> =
    <<P as Padding>::Kind as Spread<U<W>, U<K>, <<P as Padding>::Stride as Pair>::Columns>>::O;

/// Channels in so many groups.
#[diagnostic::on_unimplemented(
    message = "{G} groups of {I} channels are not the {C} channels of the input",
    label = "{G} · {I} is not {C}",
    note = "sizes are from the table that taut was built with"
)]
pub trait GroupsOf<const C: usize, const G: usize, const I: usize> {}
#[diagnostic::do_not_recommend]
impl<const C: usize, const G: usize, const I: usize> GroupsOf<C, G, I> for Groups
where
    N<C>: Extent,
    N<G>: Extent,
    N<I>: Extent,
    U<G>: Mul<U<I>, Output = U<C>>,
{
}

macro_rules! resized { ($($(#[$meta:meta])* $name:ident [$($size:ident),*] $h:ty, $w:ty, [$($bound:tt)*];)*) => { $(
    $(#[$meta])*
    pub trait $name<$(const $size: usize),*>: Sample {
        /// It.
        type Y: Sample;
    }
    #[diagnostic::do_not_recommend]
    impl<X: Never, $(const $size: usize),*> $name<$($size),*> for X {
        type Y = X;
    }
    #[diagnostic::do_not_recommend]
    impl<const X: usize, const Y: usize, const C: usize, $(const $size: usize),*> $name<$($size),*> for Image<X, Y, C>
    where
        N<X>: Extent,
        N<Y>: Extent,
        $($bound)*
        $h: ToVector,
        $w: ToVector,
        Windows: Make<(Size<$h>, Size<$w>, N<C>)>,
    {
        type Y = <Windows as Make<(Size<$h>, Size<$w>, N<C>)>>::Sample;
    }
)* } }
resized! {
    /// The image with each row `H` times, and each column `W` times.
    #[diagnostic::on_unimplemented(
        message = "`UpSampling2d<{H}, {W}>` cannot repeat the rows of `{Self}` {H} times and its columns {W} times",
        label = "the output's sizes are not in the table that taut was built with",
        note = "sizes begin with 1; `TAUT_SIZES` enlarges the table"
    )]
    Upsampled2d [H, W] Prod<U<X>, U<H>>, Prod<U<Y>, U<W>>, [N<H>: Extent, N<W>: Extent, U<X>: Mul<U<H>>, U<Y>: Mul<U<W>>,];
    /// The image with so many rows and columns more, above, on the left, below and on the right.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot get {T} + {B} rows and {L} + {R} columns more",
        label = "the output's sizes are not in the table that taut was built with",
        note = "`TAUT_SIZES` enlarges the table"
    )]
    Padded2d [T, L, B, R] Sum<Sum<U<X>, U0<T>>, U0<B>>, Sum<Sum<U<Y>, U0<L>>, U0<R>>, [
        N<T>: OrZero, N<L>: OrZero, N<B>: OrZero, N<R>: OrZero,
        U<X>: Add<U0<T>>, Sum<U<X>, U0<T>>: Add<U0<B>>, U<Y>: Add<U0<L>>, Sum<U<Y>, U0<L>>: Add<U0<R>>,
    ];
    /// The image with so many rows and columns less, above, on the left, below and on the right.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` does not have {T} + {B} rows and {L} + {R} columns to crop, and one more",
        label = "nothing would be left of `{Self}`"
    )]
    Cropped2d [T, L, B, R] Diff<Diff<U<X>, U0<T>>, U0<B>>, Diff<Diff<U<Y>, U0<L>>, U0<R>>, [
        N<T>: OrZero, N<L>: OrZero, N<B>: OrZero, N<R>: OrZero,
        U<X>: Sub<U0<T>>, Diff<U<X>, U0<T>>: Sub<U0<B>>, U<Y>: Sub<U0<L>>, Diff<U<Y>, U0<L>>: Sub<U0<R>>,
    ];
}

/// The typenum of a size, or of zero.
#[doc(hidden)]
pub trait OrZero {
    type U;
}
type U0<const V: usize> = <N<V> as OrZero>::U;

/// The sizes of a convolution of sequences.
pub(crate) const fn convolution_1d<P: Padding>(steps: usize, kernel: usize, channels: [usize; 3]) -> Convolution {
    let of = convolution::<P>([steps, 1], [kernel, 1], channels);
    // In one row, whose pixels lie in one run.
    const fn turn([a, b]: [usize; 2]) -> [usize; 2] {
        [b, a]
    }
    Convolution {
        input: turn(of.input),
        output: turn(of.output),
        kernel: turn(of.kernel),
        stride: turn(of.stride),
        dilation: turn(of.dilation),
        padding: turn(of.padding),
        ..of
    }
}

/// The sizes of the convolution whose input's gradient is a transposed one of so many channels and filters.
pub(crate) const fn transposed<P: Padding>(
    input: [usize; 2],
    kernel: [usize; 2],
    [channels, filters]: [usize; 2],
) -> Convolution {
    let (mut output, mut axis) = ([0; 2], 0);
    while axis < 2 {
        let over = if P::SAME { 0 } else { kernel[axis].saturating_sub(P::STRIDE[axis]) };
        output[axis] = input[axis] * P::STRIDE[axis] + over;
        axis += 1;
    }
    convolution::<P>(output, kernel, [channels, filters, 1])
}

/// The sizes of a convolution, or of what goes over a sample like one.
pub(crate) const fn convolution<P: Padding>(
    input: [usize; 2],
    kernel: [usize; 2],
    [channels, filters, groups]: [usize; 3],
) -> Convolution {
    let (mut output, mut padding, mut axis) = ([0; 2], [0; 2], 0);
    while axis < 2 {
        let (n, s, reach) = (input[axis], P::STRIDE[axis], (kernel[axis] - 1) * P::DILATION[axis] + 1);
        if P::SAME {
            output[axis] = n.div_ceil(s);
            padding[axis] = ((output[axis] - 1) * s + reach).saturating_sub(n) / 2;
        } else {
            output[axis] = (n - reach) / s + 1;
        }
        axis += 1;
    }
    Convolution { input, output, kernel, stride: P::STRIDE, dilation: P::DILATION, padding, channels, filters, groups }
}

/// The sample with twice as many channels.
#[diagnostic::on_unimplemented(
    message = "both directions of `{Self}` cannot be put beside each other",
    label = "not a vector or a sequence of which twice the channels are in the table of sizes"
)]
pub trait Twice: Sample {
    /// It.
    type V: Sample;
}

#[diagnostic::do_not_recommend]
impl<const L: usize> Twice for Vector<L>
where
    Vector<L>: Join<Vector<L>>,
{
    type V = <Self as Join<Self>>::V;
}

#[diagnostic::do_not_recommend]
impl<const T: usize, const C: usize> Twice for Sequence<T, C>
where
    N<C>: Extent,
    U<C>: Add<U<C>>,
    Sum<U<C>, U<C>>: ToVector,
    Windows: Make<(N<T>, Size<Sum<U<C>, U<C>>>)>,
{
    type V = <Windows as Make<(N<T>, Size<Sum<U<C>, U<C>>>)>>::Sample;
}
