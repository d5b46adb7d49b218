//! The inference contract: what a layer is, and where its output lies.
//!
//! A network works in as little memory as its type allows. It has two areas of memory. A layer reads its input from one
//! and writes its output to the other, and the next layer the other way round; a layer that looks at each number once
//! overwrites its input. How large both must be follows from the types alone.

use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::memory::areas::{Areas, Cursor, Inside, Output, Outside, Overlay, State};
use crate::memory::plain::{AnyBitPattern, Zeroed};
use crate::memory::step_mask::StepMask;
use crate::text::Text;
use core::marker::PhantomData;

/// What is known of a layer whatever its input. [`params!`](crate::params!) writes it.
///
/// ```
/// use taut::{Arch, prelude::*};
/// type Net = (Flatten, Dense<784, 64>, Dropout<20>, Softmax);
/// assert_eq!(Net::NAME.as_str(), "(Flatten, Dense<784, 64>, Dropout<20>, Softmax)");
/// assert_eq!(Net::IDENTITY.as_str(), "(Flatten, Dense<784, 64>, Softmax)"); // a checkpoint knows of no dropout
/// assert_eq!((Net::PARAMS, Net::BYTES, Net::FLOATS), (50_240, 200_960, true));
/// ```
pub trait Arch {
    /// The layer's type as text, for people.
    const NAME: &'static Text;
    /// The layer in the text that a checkpoint is compared by. It is empty for a layer that has no parameters and whose
    /// inference returns its input, such as a dropout: networks with and without it read each other's files.
    /// ([`params!`](crate::params!) writes that for `training only`.)
    const IDENTITY: &'static Text = Self::NAME;
    /// How many parameters it has.
    const PARAMS: usize;
    /// How many bytes they take, in memory and in a checkpoint.
    const BYTES: usize = size_of::<f32>() * Self::PARAMS;
    /// Whether they are floats, of which none may be NaN or infinite.
    const FLOATS: bool = true;
    /// What is wrong with the layer's sizes, as a number: [`NO_FLAW`], [`CONTRADICTION`], [`EMPTY`] or [`TOO_LARGE`].
    /// [`network!`](crate::network!) refuses such a layer.
    #[doc(hidden)]
    const FLAW: u8 = NO_FLAW;
}

/// The sizes of a layer are as they should be.
pub(crate) const NO_FLAW: u8 = 0;
/// The sizes contradict each other.
pub(crate) const CONTRADICTION: u8 = 1;
/// A size is 0.
pub(crate) const EMPTY: u8 = 2;
/// The parameters fit in no memory.
pub(crate) const TOO_LARGE: u8 = 3;

/// The flaw of a layer with so many parameters, where `empty` says whether a tensor of it has none.
#[doc(hidden)]
pub const fn flaw(params: usize, empty: bool) -> u8 {
    if empty {
        EMPTY
    } else if params as u64 >> 38 > 0 {
        TOO_LARGE
    } else {
        NO_FLAW
    }
}

/// The first flaw of both.
pub(crate) const fn either(a: u8, b: u8) -> u8 {
    if a == NO_FLAW { b } else { a }
}

/// Maps one sample of type `X` to one of type `Y`: no allocation, no panic.
///
/// A layer writes its output into its [`Scratch`](Self::Scratch), or returns its input in another shape.
///
/// ```
/// use taut::prelude::*;
/// let mut scratch = Budget::<Vector<3>, Relu>::scratch();
/// assert_eq!(Relu.predict(&Vector::new([-1.0, 0.0, 2.0]), &mut scratch).values(), [0.0, 0.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{X}` as its input",
    label = "this layer does not accept `{X}`",
    note = "each layer's input must equal the output of the layer before it",
    note = "a tuple holds at most twelve layers; put tuples into tuples for more"
)]
pub trait Layer<X>: Arch {
    /// The output.
    type Y: AnyBitPattern;
    /// Memory that inference writes to. The layer must not rely on its contents: a caller outside of a network passes
    /// any value, zeros for example.
    type Scratch: Zeroed + Copy + 'static;
    /// Where the output lies, which is what a network's memory follows from.
    type Place: Place<Self, X>;
    /// Multiply-adds of one inference.
    const MACS: usize = 0;
    /// The numbers that the layer puts out; any by default. Those of a network's last layer decide on the losses that
    /// fit.
    const OUTPUTS: OutputKind = OutputKind::AnyNumbers;
    /// What becomes of the mask of padded steps. By default it is dropped.
    const MASK: MaskRule = MaskRule::Drops;
    /// Whether the layer looks at the mask of its input, in [`infer_masked`](Self::infer_masked) and, in training, in
    /// its context. Other layers see none.
    const USES_MASK: bool = false;
    /// The name of the layer, or of a network's first one, that makes a mask.
    #[doc(hidden)]
    const MASK_MAKER: Option<&'static Text> =
        if matches!(Self::MASK, MaskRule::Makes) { Some(Self::NAME) } else { None };

    /// The output for one sample.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut y = Vector::ZERO;
    /// Relu.infer(&Vector::new([-1.0, 2.0]), &mut y);
    /// assert_eq!(y.values(), [0.0, 2.0]);
    /// ```
    fn infer<'a>(&self, x: &'a X, work: &'a mut Self::Scratch) -> &'a Self::Y;

    /// [`infer`](Self::infer) where some steps may be padding; by default they are steps as any other. A network does
    /// not call it for a layer whose output lies [over](crate::place::InPlace) its input.
    ///
    /// ```
    /// use taut::{StepMask, prelude::*};
    /// let (steps, tokens) = (Sequence([[1.0], [2.0], [100.0]]), [7, 9, 0]);
    /// let mut mean = Vector::ZERO;
    /// GlobalAvgPool.infer_masked(&steps, StepMask::of_tokens(&tokens), &mut mean);
    /// assert_eq!(mean.values(), [1.5]); // without the third step
    /// ```
    #[inline(always)]
    fn infer_masked<'a>(&self, x: &'a X, _: StepMask<'a>, work: &'a mut Self::Scratch) -> &'a Self::Y {
        self.infer(x, work)
    }

    /// [`infer_masked`](Self::infer_masked) of a network, whose output may be changed where `Place::After` says so.
    #[doc(hidden)]
    #[inline(always)]
    fn infer_changeable<'a>(&self, x: &'a X, mask: StepMask<'a>, work: &'a mut Self::Scratch) -> Output<'a, Self::Y> {
        Output::Read(self.infer_masked(x, mask, work))
    }

    /// The steps of `x` that are padding, where the layer [makes](MaskRule::Makes) the mask.
    ///
    /// ```
    /// use taut::{Masking, prelude::*};
    /// let steps = Sequence([[1.0, 0.0], [0.0, 0.0]]);
    /// let mask = Masking::<0>.mask(&steps);
    /// assert!(!mask.hides(0) && mask.hides(1));
    /// ```
    #[inline(always)]
    fn mask<'a>(&self, _: &'a X) -> StepMask<'a> {
        StepMask::NONE
    }

    /// [`infer`](Self::infer) of a layer whose output may lie [over](crate::place::InPlace) its input.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut x = Vector::new([-1.0, 2.0]);
    /// Relu.infer_in_place(&mut x);
    /// assert_eq!(x.values(), [0.0, 2.0]);
    /// ```
    #[inline]
    fn infer_in_place(&self, x: &mut X)
    where
        X: Copy,
        Self: Layer<X, Y = X, Scratch = X>,
    {
        let copy = *x;
        self.infer(&copy, x);
    }

    /// [`infer`](Self::infer) by Keras's name, which also checks the layer's sizes when the program is built.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let net = (Dense::<1, 2> { kernel: [[1.0, -1.0]].into(), bias: [0.5, 0.5].into() }, Relu);
    /// let mut scratch = Budget::<Vector<1>, (Dense<1, 2>, Relu)>::scratch();
    /// assert_eq!(net.predict(&Vector::new([2.0]), &mut scratch).values(), [2.5, 0.0]);
    /// ```
    fn predict<'a>(&self, x: &'a X, scratch: &'a mut Self::Scratch) -> &'a Self::Y
    where
        Self: Sized,
    {
        const { (Self::OUTPUTS, Sizes::<Self, X>::CHECK) };
        self.infer(x, scratch)
    }
}

/// What the types of a layer and of its input cannot say: that no size is 0, and that the parameters fit in a memory.
/// Networks that [`network!`](crate::network!) did not write have nothing else to say it.
///
/// ```compile_fail,E0080
/// use taut::{layers::Gru, prelude::*};
/// let _ = Model::<Sequence<4, 3>, (Gru<3, 0>, Dense<0, 2>)>::new(1);
/// ```
///
/// ```compile_fail,E0080
/// use taut::prelude::*;
/// let dense = Dense::<0, 3, NoBias> { kernel: Default::default(), bias: Default::default() };
/// dense.predict(&Vector::new([]), &mut Vector::ZERO.clone());
/// ```
///
/// ```compile_fail,E0080
/// use taut::prelude::*;
/// let _ = Model::<Vector<1000000>, Dense<1000000, 1000000>>::new(1);
/// ```
#[doc(hidden)]
pub struct Sizes<L, X>(PhantomData<(L, X)>);

impl<L: Layer<X>, X> Sizes<L, X> {
    /// Does not compile where one of them is not so.
    pub const CHECK: () = {
        if size_of::<X>() == 0 || size_of::<L::Y>() == 0 || L::FLAW == EMPTY {
            Self::refuse(b"` has a size of 0, and each is at least 1");
        }
        if L::FLAW == TOO_LARGE {
            Self::refuse(b"` has a TiB of parameters or more");
        }
    };

    const fn refuse(what: &[u8]) {
        panic!("{}", Text::<8192>::new("`").push_cut(L::NAME.bytes()).push_cut(what).as_str());
    }
}

/// The sizes of both areas, as types: of the one that the next layer's input lies in, and of the other one.
#[doc(hidden)]
pub trait AreaSizes: sealed::Sealed {
    type Here: Zeroed + Copy + 'static;
    type There: Zeroed + Copy + 'static;
}
impl<H: Zeroed + Copy + 'static, T: Zeroed + Copy + 'static> AreaSizes for (H, T) {
    type Here = H;
    type There = T;
}

/// A network's scratch memory.
#[doc(hidden)]
pub type ScratchOf<R> = Areas<<R as AreaSizes>::Here, <R as AreaSizes>::There>;

/// The sizes that a layer which writes `W` to the other area needs, where the layers after it need `R`.
#[doc(hidden)]
pub type AfterWriting<W, R> = (<R as AreaSizes>::There, Overlay<W, <R as AreaSizes>::Here>);

/// The sizes that a layer needs which overwrites its input where it may, and else writes to the other area.
#[doc(hidden)]
pub trait MayOverwrite: State {
    type Sizes<W: Zeroed + Copy + 'static, R: AreaSizes + 'static>: AreaSizes + 'static;
    /// Memory for what is made of the sample: none where that can overwrite it.
    type Spare<Y: AnyBitPattern>: Zeroed + Copy + 'static;
    fn spare<Y: AnyBitPattern>(memory: &mut Self::Spare<Y>) -> Option<&mut Y>;
}
impl MayOverwrite for Inside {
    type Sizes<W: Zeroed + Copy + 'static, R: AreaSizes + 'static> = R;
    type Spare<Y: AnyBitPattern> = ();
    #[inline(always)]
    fn spare<Y: AnyBitPattern>((): &mut ()) -> Option<&mut Y> {
        None
    }
}
impl MayOverwrite for Outside {
    type Sizes<W: Zeroed + Copy + 'static, R: AreaSizes + 'static> = AfterWriting<W, R>;
    type Spare<Y: AnyBitPattern> = Y;
    #[inline(always)]
    fn spare<Y: AnyBitPattern>(memory: &mut Y) -> Option<&mut Y> {
        Some(memory)
    }
}

/// Where the output of a layer `L` lies: [`Alias`], [`InPlace`], [`Other`] or [`Private`].
///
/// ```
/// use taut::prelude::*;
/// type Bytes<N> = Budget<Vector<100>, N>;
/// assert_eq!(Bytes::<(Dense<100, 50>,)>::SCRATCH, 4 * 50);
/// assert_eq!(Bytes::<(Dense<100, 50>, Relu)>::SCRATCH, 4 * 50); // in place
/// assert_eq!(Bytes::<(Dense<100, 50>, Dense<50, 10>)>::SCRATCH, 4 * (50 + 10));
/// assert_eq!(Bytes::<(Dense<100, 50>, Dense<50, 10>, Dense<10, 50>)>::SCRATCH, 4 * (50 + 10)); // the first area again
/// ```
pub trait Place<L: Layer<X> + ?Sized, X>: sealed::Sealed {
    /// Whether the layer's output may be overwritten, where `S` says it of its input.
    #[doc(hidden)]
    type After<S: MayOverwrite>: MayOverwrite;
    /// The sizes that the layer needs, where the layers after it need `R`.
    #[doc(hidden)]
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static>: AreaSizes + 'static;
    /// Whether the output of a layer that is not asked by a network may be overwritten.
    #[doc(hidden)]
    type Alone: MayOverwrite;
    /// The output for a sample that no network brings.
    #[doc(hidden)]
    fn infer_alone<'a>(layer: &L, x: &'a X, mask: StepMask<'a>, work: &'a mut L::Scratch) -> Output<'a, L::Y>;
    /// Takes a sample through the layer.
    #[doc(hidden)]
    fn run<'a, S: MayOverwrite>(layer: &L, cursor: Cursor<'a, X, S>) -> Cursor<'a, L::Y, Self::After<S>>;
}

/// The output is the input, in another shape: `infer` returns its `x`, and the layer needs no `Scratch`.
///
/// ```
/// use taut::{place::Alias, prelude::*};
/// let _: <Flatten as Layer<Image<1, 2, 1>>>::Place = Alias;
/// let image = Image([[[1.0], [2.0]]]);
/// assert!(std::ptr::eq(Flatten.infer(&image, &mut ()).values(), image.values()));
/// ```
pub struct Alias;

/// The output may overwrite the input: `Scratch` is `Y`, and `X` as well.
///
/// ```
/// use taut::{place::InPlace, prelude::*};
/// let _: <Tanh as Layer<Vector<100>>>::Place = InPlace;
/// const _: () = assert!(Budget::<Vector<4>, (Dense<4, 100>, Tanh)>::SCRATCH == 4 * 100);
/// ```
pub struct InPlace;

/// The output is the layer's `Scratch`, which is a `Y`; what was in it before does not matter.
///
/// ```
/// use taut::{place::Other, prelude::*};
/// let _: <Dense<100, 50> as Layer<Vector<100>>>::Place = Other;
/// const _: () = assert!(Budget::<Vector<4>, (Dense<4, 100>, Dense<100, 50>)>::SCRATCH == 4 * (100 + 50));
/// ```
pub struct Other;

/// The output lies somewhere in the layer's `Scratch`, which a network zeroes before each inference.
///
/// ```
/// use taut::{place::Private, prelude::*};
/// let _: <Gru<3, 8> as Layer<Sequence<20, 3>>>::Place = Private;
/// const _: () = assert!(Budget::<Sequence<20, 3>, Gru<3, 8>>::SCRATCH > 4 * 8); // its state, and more
/// ```
pub struct Private;
/// A network: each of its layers has a place.
#[doc(hidden)]
pub struct InTurn;

/// Only this file says how much memory a layer needs.
mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Alias {}
    impl Sealed for super::InPlace {}
    impl Sealed for super::Other {}
    impl Sealed for super::Private {}
    impl Sealed for super::InTurn {}
    impl<A, B> Sealed for (A, B) {}
}

impl<X: AnyBitPattern, L: Layer<X, Scratch = ()>> Place<L, X> for Alias {
    type After<S: MayOverwrite> = S;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = R;
    type Alone = Outside;
    #[inline(always)]
    fn infer_alone<'a>(layer: &L, x: &'a X, mask: StepMask<'a>, work: &'a mut ()) -> Output<'a, L::Y> {
        Output::Read(layer.infer_masked(x, mask, work))
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(layer: &L, cursor: Cursor<'a, X, S>) -> Cursor<'a, L::Y, S> {
        cursor.alias(|x, nothing| layer.infer(x, nothing))
    }
}

impl<X: AnyBitPattern, L: Layer<X, Y = X, Scratch = X>> Place<L, X> for InPlace {
    type After<S: MayOverwrite> = Inside;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = S::Sizes<X, R>;
    type Alone = Inside;
    #[inline(always)]
    fn infer_alone<'a>(layer: &L, x: &'a X, mask: StepMask<'a>, work: &'a mut X) -> Output<'a, X> {
        layer.infer_masked(x, mask, work);
        Output::Own(work)
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(layer: &L, cursor: Cursor<'a, X, S>) -> Cursor<'a, X, Inside> {
        cursor.in_place(
            |x| layer.infer_in_place(x),
            |x, y| {
                layer.infer(x, y);
            },
        )
    }
}

impl<X, L: Layer<X, Scratch = <L as Layer<X>>::Y>> Place<L, X> for Other {
    type After<S: MayOverwrite> = Inside;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = AfterWriting<L::Y, R>;
    type Alone = Inside;
    #[inline(always)]
    fn infer_alone<'a>(layer: &L, x: &'a X, mask: StepMask<'a>, work: &'a mut L::Y) -> Output<'a, L::Y> {
        layer.infer_masked(x, mask, work);
        Output::Own(work)
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(layer: &L, cursor: Cursor<'a, X, S>) -> Cursor<'a, L::Y, Inside> {
        cursor.other(|x, mask, y| {
            layer.infer_masked(x, if L::USES_MASK { mask } else { StepMask::NONE }, y);
        })
    }
}

impl<X, L: Layer<X>> Place<L, X> for Private {
    type After<S: MayOverwrite> = Outside;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = AfterWriting<Overlay<L::Scratch, L::Y>, R>;
    type Alone = Outside;
    #[inline(always)]
    fn infer_alone<'a>(layer: &L, x: &'a X, mask: StepMask<'a>, work: &'a mut L::Scratch) -> Output<'a, L::Y> {
        Output::Read(layer.infer_masked(x, mask, work))
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(layer: &L, cursor: Cursor<'a, X, S>) -> Cursor<'a, L::Y, Outside> {
        cursor.private(|x, mask, scratch| {
            layer.infer_masked(x, if L::USES_MASK { mask } else { StepMask::NONE }, scratch)
        })
    }
}
