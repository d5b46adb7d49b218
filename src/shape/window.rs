//! The windows of convolutions and pools: strides, dilation and padding, and the shape of the output.

use crate::kernels::Convolution;
use crate::shape::sample::{Image, Sample, Sequence};
use crate::shape::size::{Const, MakeSample, NoType, SizeOf, Sizes, ToTypenum, ToVector, Typenum};
use crate::text::Text;
use core::marker::PhantomData;
use core::ops::{Add, Div, Mul, Sub};
use typenum::{Add1, B1, Diff, Max, Maximum, Prod, Quot, Sub1, Sum};

/// How a window moves over a sample: [`Valid`], [`Same`] or [`Dilated`].
///
/// ```
/// use taut::{Dilated, Padding, Same, Valid};
/// /// The numbers that a window of `K` covers along an axis, those between its elements included.
/// const fn span<P: Padding>(window: usize) -> usize {
///     (window - 1) * P::DILATION[0] + 1
/// }
/// assert_eq!([span::<Valid>(3), span::<Dilated<2>>(3)], [3, 5]);
/// assert_eq!((Same::<2>::STRIDE, Same::<2>::SAME), ([2, 2], true));
/// assert_eq!(Dilated::<2, Same>::NAME.as_str(), "Dilated<2> Same");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no padding",
    label = "neither `Valid`, `Same` nor `Dilated` with strides and distances from 1 on",
    note = "`Same<2>` is Keras's `padding=\"same\", strides=2`, and `Valid` is the default"
)]
pub trait Padding: Copy + Send + Sync + 'static {
    /// The strides in rows and columns: the distance between two positions of the window.
    const STRIDE: [usize; 2];
    /// The dilation in rows and columns: the distance between two elements of the window.
    const DILATION: [usize; 2];
    /// Whether the input is padded with zeros so that the window may extend over its edges.
    const SAME: bool;
    /// The name in summaries and checkpoints.
    const NAME: Text<64>;
    /// The same as types: the padding, and the strides and dilation in rows and columns.
    #[doc(hidden)]
    type Kind: 'static;
    #[doc(hidden)]
    type Stride: RowsAndColumns;
    #[doc(hidden)]
    type Dilation: RowsAndColumns;
}

/// A pair of sizes as types.
#[doc(hidden)]
pub trait RowsAndColumns {
    type Rows;
    type Columns;
}
impl<A, B> RowsAndColumns for (A, B) {
    type Rows = A;
    type Columns = B;
}

/// The window stays within the input: Keras's `padding="valid"`, with strides.
///
/// - `S`, `SW`: the strides in rows and in columns; equal by default.
///
/// An axis of length `N` becomes `⌊(N - K) / S⌋ + 1`, with a window of length `K`.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3>, Conv2d<8, 16, 3, Valid<2>>, Flatten, Dense<2304, 10>); }
/// // Rows and columns: 28, 28 - 3 + 1 = 26, ⌊(26 - 3) / 2⌋ + 1 = 12.
/// const _: () = assert!(Budget::<Image<28, 28, 1>, Net>::PARAMS == 80 + 1_168 + (12 * 12 * 16 + 1) * 10);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Valid<const S: usize = 1, const SW: usize = S>;

/// The input is padded with zeros on both sides: Keras's `padding="same"`, with strides.
///
/// - `S`, `SW`: the strides in rows and in columns; equal by default.
///
/// An axis of length `N` becomes `⌈N / S⌉`. If the padding is odd, the end of the axis gets the additional zero.
///
/// ```
/// use taut::prelude::*;
/// network! {
///     type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3, Same>, Conv2d<8, 16, 3, Same<2>>, Flatten, Dense<3136, 10>);
/// }
/// // Rows and columns: 28, 28, ⌈28 / 2⌉ = 14.
/// const _: () = assert!(Budget::<Image<28, 28, 1>, Net>::PARAMS == 80 + 1_168 + (14 * 14 * 16 + 1) * 10);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Same<const S: usize = 1, const SW: usize = S>;

/// The window covers every `D`-th element only: Keras's `dilation_rate`.
///
/// - `D`, `DW`: the dilation in rows and in columns; equal by default. `P`: the padding and the strides, [`Valid`] by
///   default.
///
/// ```
/// use taut::{prelude::*, Dilated};
/// network! {
///     type Net: Image<28, 28, 1> = (
///         Conv2d<1, 8, 3, Dilated<2, Same>>,
///         Conv2d<8, 8, 3, Dilated<2>>,
///         Flatten,
///         Dense<4608, 10>,
///     );
/// }
/// // Rows and columns: 28, 28, 28 - (1 + 2 · (3 - 1)) + 1 = 24.
/// const _: () = assert!(Budget::<Image<28, 28, 1>, Net>::PARAMS == 80 + 584 + (24 * 24 * 8 + 1) * 10);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dilated<const D: usize, P = Valid, const DW: usize = D>(PhantomData<P>);

macro_rules! paddings { ($($name:ident $same:literal)*) => { $(
    #[diagnostic::do_not_recommend]
    impl<const S: usize, const SW: usize> Padding for $name<S, SW>
    where
        Const<S>: ToTypenum,
        Const<SW>: ToTypenum,
    {
        const STRIDE: [usize; 2] = [S, SW];
        const DILATION: [usize; 2] = [1, 1];
        const SAME: bool = $same;
        const NAME: Text<64> = pair(stringify!($name), S, SW);
        type Kind = $name;
        type Stride = (Typenum<S>, Typenum<SW>);
        type Dilation = (Typenum<1>, Typenum<1>);
    }
)* } }
paddings!(Valid false Same true);

#[diagnostic::do_not_recommend]
impl<const D: usize, P: Padding, const DW: usize> Padding for Dilated<D, P, DW>
where
    Const<D>: ToTypenum,
    Const<DW>: ToTypenum,
{
    const STRIDE: [usize; 2] = P::STRIDE;
    const DILATION: [usize; 2] = [D, DW];
    const SAME: bool = P::SAME;
    const NAME: Text<64> = pair("Dilated", D, DW).push(b" ").push(P::NAME.bytes());
    type Kind = P::Kind;
    type Stride = P::Stride;
    type Dilation = (Typenum<D>, Typenum<DW>);
}

/// A name, followed by its sizes unless both are 1.
const fn pair(name: &str, a: usize, b: usize) -> Text<64> {
    let text = Text::new(name);
    match (a, b) {
        (1, 1) => text,
        _ if a == b => text.sizes(&[a]),
        _ => text.sizes(&[a, b]),
    }
}

/// The length of an axis of length `H` after a window of length `K` with stride `S` and dilation `D`.
#[doc(hidden)]
pub trait WindowCount<H, K, S, D> {
    type O: ToVector;
}

// (H - (K - 1)·D - 1) / S + 1
#[diagnostic::do_not_recommend]
impl<H, K, S, D> WindowCount<H, K, S, D> for Valid
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
impl<H, K, S, D> WindowCount<H, K, S, D> for Same
where
    H: Add<S>,
    Sum<H, S>: Sub<B1>,
    Sub1<Sum<H, S>>: Div<S>,
    Quot<Sub1<Sum<H, S>>, S>: ToVector,
{
    type O = Quot<Sub1<Sum<H, S>>, S>;
}

/// The number of output rows of a window of length `K`.
type WindowRows<const H: usize, const K: usize, P> = <<P as Padding>::Kind as WindowCount<
    Typenum<H>,
    Typenum<K>,
    <<P as Padding>::Stride as RowsAndColumns>::Rows,
    <<P as Padding>::Dilation as RowsAndColumns>::Rows,
>>::O;
type WindowColumns<const W: usize, const K: usize, P> = <<P as Padding>::Kind as WindowCount<
    Typenum<W>,
    Typenum<K>,
    <<P as Padding>::Stride as RowsAndColumns>::Columns,
    <<P as Padding>::Dilation as RowsAndColumns>::Columns,
>>::O;

/// The output of a window of `K` rows and `KW` columns: an image with `C` channels.
#[diagnostic::on_unimplemented(
    message = "a window {K} high and {KW} wide does not fit into `{Self}` with `{P}`",
    label = "{K} rows and {KW} columns do not fit into `{Self}`",
    note = "sizes and strides begin with 1, and are from the table that taut was built with, which `TAUT_SIZES` enlarges"
)]
pub trait Windows2d<const K: usize, const KW: usize, P, const C: usize>: Sample {
    /// The output's type.
    type Y: Sample;
}
#[diagnostic::do_not_recommend]
impl<X: NoType, const K: usize, const KW: usize, P, const C: usize> Windows2d<K, KW, P, C> for X {
    type Y = X;
}
#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const I: usize, const K: usize, const KW: usize, P: Padding, const C: usize>
    Windows2d<K, KW, P, C> for Image<H, W, I>
where
    Const<H>: ToTypenum,
    Const<W>: ToTypenum,
    Const<K>: ToTypenum,
    Const<KW>: ToTypenum,
    P::Kind:
        WindowCount<Typenum<H>, Typenum<K>, <P::Stride as RowsAndColumns>::Rows, <P::Dilation as RowsAndColumns>::Rows>,
    P::Kind: WindowCount<
            Typenum<W>,
            Typenum<KW>,
            <P::Stride as RowsAndColumns>::Columns,
            <P::Dilation as RowsAndColumns>::Columns,
        >,
    Sizes: MakeSample<(SizeOf<WindowRows<H, K, P>>, SizeOf<WindowColumns<W, KW, P>>, Const<C>)>,
{
    type Y = <Sizes as MakeSample<(SizeOf<WindowRows<H, K, P>>, SizeOf<WindowColumns<W, KW, P>>, Const<C>)>>::Sample;
}

/// The output of a window of `K` steps: a sequence with `C` channels.
#[diagnostic::on_unimplemented(
    message = "a window of {K} steps does not fit into `{Self}` with `{P}`",
    label = "{K} steps do not fit into `{Self}`",
    note = "sizes and strides begin with 1, and are from the table that taut was built with, which `TAUT_SIZES` enlarges"
)]
pub trait Windows1d<const K: usize, P, const C: usize>: Sample {
    /// The output's type.
    type Y: Sample;
}
#[diagnostic::do_not_recommend]
impl<X: NoType, const K: usize, P, const C: usize> Windows1d<K, P, C> for X {
    type Y = X;
}
#[diagnostic::do_not_recommend]
impl<const T: usize, const I: usize, const K: usize, P: Padding, const C: usize> Windows1d<K, P, C> for Sequence<T, I>
where
    Const<T>: ToTypenum,
    Const<K>: ToTypenum,
    P::Kind:
        WindowCount<Typenum<T>, Typenum<K>, <P::Stride as RowsAndColumns>::Rows, <P::Dilation as RowsAndColumns>::Rows>,
    Sizes: MakeSample<(SizeOf<WindowRows<T, K, P>>, Const<C>)>,
{
    type Y = <Sizes as MakeSample<(SizeOf<WindowRows<T, K, P>>, Const<C>)>>::Sample;
}

/// The length of an axis of length `H` after a transposed window of length `K` with stride `S`.
#[doc(hidden)]
pub trait TransposedCount<H, K, S> {
    type O: ToVector;
}
// H·S
#[diagnostic::do_not_recommend]
impl<H, K, S> TransposedCount<H, K, S> for Same
where
    H: Mul<S>,
    Prod<H, S>: ToVector,
{
    type O = Prod<H, S>;
}
// H·S + max(K, S) - S
#[diagnostic::do_not_recommend]
impl<H, K, S> TransposedCount<H, K, S> for Valid
where
    H: Mul<S>,
    K: Max<S>,
    Prod<H, S>: Add<Maximum<K, S>>,
    Sum<Prod<H, S>, Maximum<K, S>>: Sub<S>,
    Diff<Sum<Prod<H, S>, Maximum<K, S>>, S>: ToVector,
{
    type O = Diff<Sum<Prod<H, S>, Maximum<K, S>>, S>;
}

/// The output of a transposed window of `K` rows and `KW` columns: an image with `C` channels.
#[diagnostic::on_unimplemented(
    message = "a transposed window {K} high and {KW} wide cannot spread `{Self}` with `{P}`",
    label = "the output's sizes are not in the table that taut was built with, or `{P}` is neither `Valid` nor `Same`",
    note = "`TAUT_SIZES` enlarges the table"
)]
pub trait Transposed2d<const K: usize, const KW: usize, P, const C: usize>: Sample {
    /// The output's type.
    type Y: Sample;
}
#[diagnostic::do_not_recommend]
impl<X: NoType, const K: usize, const KW: usize, P, const C: usize> Transposed2d<K, KW, P, C> for X {
    type Y = X;
}
#[diagnostic::do_not_recommend]
impl<const H: usize, const W: usize, const I: usize, const K: usize, const KW: usize, P, const C: usize>
    Transposed2d<K, KW, P, C> for Image<H, W, I>
where
    Const<H>: ToTypenum,
    Const<W>: ToTypenum,
    Const<K>: ToTypenum,
    Const<KW>: ToTypenum,
    P: Padding<Dilation = (Typenum<1>, Typenum<1>)>,
    P::Kind: TransposedCount<Typenum<H>, Typenum<K>, <P::Stride as RowsAndColumns>::Rows>
        + TransposedCount<Typenum<W>, Typenum<KW>, <P::Stride as RowsAndColumns>::Columns>,
    Sizes: MakeSample<(SizeOf<TransposedRows<H, K, P>>, SizeOf<TransposedColumns<W, KW, P>>, Const<C>)>,
{
    type Y =
        <Sizes as MakeSample<(SizeOf<TransposedRows<H, K, P>>, SizeOf<TransposedColumns<W, KW, P>>, Const<C>)>>::Sample;
}
type TransposedRows<const H: usize, const K: usize, P> = <<P as Padding>::Kind as TransposedCount<
    Typenum<H>,
    Typenum<K>,
    <<P as Padding>::Stride as RowsAndColumns>::Rows,
>>::O;
type TransposedColumns<const W: usize, const K: usize, P> = <<P as Padding>::Kind as TransposedCount<
    Typenum<W>,
    Typenum<K>,
    <<P as Padding>::Stride as RowsAndColumns>::Columns,
>>::O;

/// The sizes of a one-dimensional convolution, over the steps of a sequence.
pub(crate) const fn convolution_1d<P: Padding>(steps: usize, kernel: usize, channels: [usize; 3]) -> Convolution {
    let rows = convolution::<P>([steps, 1], [kernel, 1], channels);
    // The steps become the columns of an image with one row, whose pixels are contiguous.
    const fn swap([a, b]: [usize; 2]) -> [usize; 2] {
        [b, a]
    }
    Convolution {
        input: swap(rows.input),
        output: swap(rows.output),
        kernel: swap(rows.kernel),
        stride: swap(rows.stride),
        dilation: swap(rows.dilation),
        padding: swap(rows.padding),
        ..rows
    }
}

/// The sizes of the convolution whose input gradient is the transposed convolution with these channels and filters.
pub(crate) const fn transposed<P: Padding>(
    input: [usize; 2],
    kernel: [usize; 2],
    [channels, filters]: [usize; 2],
) -> Convolution {
    let (mut output, mut axis) = ([0; 2], 0);
    while axis < 2 {
        let overlap = if P::SAME { 0 } else { kernel[axis].saturating_sub(P::STRIDE[axis]) };
        output[axis] = input[axis] * P::STRIDE[axis] + overlap;
        axis += 1;
    }
    convolution::<P>(output, kernel, [channels, filters, 1])
}

/// The sizes of a convolution or of a pool.
pub(crate) const fn convolution<P: Padding>(
    input: [usize; 2],
    kernel: [usize; 2],
    [channels, filters, groups]: [usize; 3],
) -> Convolution {
    let (mut output, mut padding, mut axis) = ([0; 2], [0; 2], 0);
    while axis < 2 {
        let (n, s, span) = (input[axis], P::STRIDE[axis], (kernel[axis] - 1) * P::DILATION[axis] + 1);
        if P::SAME {
            output[axis] = n.div_ceil(s);
            padding[axis] = ((output[axis] - 1) * s + span).saturating_sub(n) / 2;
        } else {
            output[axis] = (n - span) / s + 1;
        }
        axis += 1;
    }
    Convolution { input, output, kernel, stride: P::STRIDE, dilation: P::DILATION, padding, channels, filters, groups }
}
