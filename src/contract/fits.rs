//! Whether the layers of a network fit each other, asked by [`network!`](crate::network!).

use crate::contract::layer::{Arch, CONTRADICTION, EMPTY, Layer, NO_FLAW, TOO_LARGE};
use crate::contract::mask;
use crate::contract::outputs::OutputKind;
use crate::text::Text;
use core::marker::PhantomData;

/// What flows from layer to layer while [`network!`](crate::network!) checks them: values of a type, as `T` tells, and
/// whether they are those that the network takes.
#[doc(hidden)]
pub struct Flow<T>(OutputKind, bool, PhantomData<T>);

/// Tells the type of values.
#[doc(hidden)]
pub struct Of<X>(PhantomData<X>);

impl<X> Flow<Of<X>> {
    pub const NEW: Self = Flow(OutputKind::AnyNumbers, true, PhantomData);
}

impl<T> Flow<T> {
    /// The number for the outputs of the last layer: see [`Outputs`](crate::__private::network::Outputs).
    pub const fn outputs(&self) -> u8 {
        self.0.number()
    }
}

/// The type that is told, `X`, and that it is told, `K`.
#[doc(hidden)]
pub trait Tells<X, K> {}
impl<X> Tells<X, Told> for Of<X> {}

/// A type as an [`Of`]. Of what a layer puts out that does not fit, the compiler knows nothing, and so not even that it
/// is an `Of`.
#[doc(hidden)]
pub trait AsOf {
    type Of;
}
impl<X> AsOf for X {
    type Of = Of<X>;
}

/// The mark of an input that is told.
#[doc(hidden)]
pub struct Told;

/// Marks of inputs that never are.
#[doc(hidden)]
pub struct Untold<const N: usize>;

/// A layer that takes an `X`, where that is told, and puts out what `T` tells.
///
/// [`network!`](crate::network!) names none of them: the compiler would guess the input from the only impl that there
/// is of the layer, so two more impls, for what is never told, keep it from that until [`behind`] has told it. (With
/// one more, it would guess that one where the layer has none.) A layer that does not fit is then one error on the
/// layer's tokens, without a word of the code that asked.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{X}` as its input",
    label = "this layer does not accept `{X}`",
    note = "each layer's input must equal the output of the layer before it"
)]
pub trait Accepts<X, K, T> {
    const BETWEEN: Between<X, K, T>;
}
impl<X, Y, L: Layer<X, Y = Y>> Accepts<X, Told, <Y as AsOf>::Of> for L {
    const BETWEEN: Between<X, Told, <Y as AsOf>::Of> = Between(L::OUTPUTS, L::MASK_MAKER, PhantomData);
}
#[diagnostic::do_not_recommend]
impl<X, L> Accepts<X, Untold<0>, ()> for L {
    const BETWEEN: Between<X, Untold<0>, ()> = Between(OutputKind::AnyNumbers, None, PhantomData);
}
#[diagnostic::do_not_recommend]
impl<X, L> Accepts<X, Untold<1>, ()> for L {
    const BETWEEN: Between<X, Untold<1>, ()> = Between(OutputKind::AnyNumbers, None, PhantomData);
}

/// The input and the output of a layer, its [`OUTPUTS`](Layer::OUTPUTS), and what makes a mask.
#[doc(hidden)]
pub struct Between<X, K, T>(OutputKind, Option<&'static Text>, PhantomData<(X, K, T)>);

/// What flows out of a layer.
///
/// # Panics
/// In const evaluation, if the layer makes a mask and is not the network's first.
#[doc(hidden)]
#[track_caller]
pub const fn behind<X, K, S: Tells<X, K>, T>(x: Flow<S>, between: Between<X, K, T>) -> Flow<T> {
    if let Some(name) = between.1
        && !x.1
    {
        mask::refuse(name);
    }
    Flow(between.0.after(x.0), false, PhantomData)
}

/// Asks a layer for the [flaw](Arch::FLAW) of its sizes.
#[doc(hidden)]
pub struct Asked<L>(PhantomData<L>);
impl<L: Arch> Asked<L> {
    pub const FLAW: u8 = L::FLAW;
}

/// The answer of what is no layer, about which an error says enough: a constant of the type itself goes before that of
/// a trait.
#[doc(hidden)]
pub trait Unasked {
    const FLAW: u8 = NO_FLAW;
}
impl<L> Unasked for Asked<L> {}

/// Refuses layers with a flaw.
#[doc(hidden)]
pub const fn exists<L: Exists<FLAW> + HasNumbers<FLAW> + FitsInMemory<FLAW>, const FLAW: u8>() {}

/// Layers whose sizes do not contradict each other.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `Reshape` cannot change how many numbers there are, as `{Self}` would",
    label = "the two shapes hold different numbers of values"
)]
pub trait Exists<const FLAW: u8> {}

/// Layers without a size of 0.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` has a size of 0", label = "each size of a layer is at least 1")]
pub trait HasNumbers<const FLAW: u8> {}

/// Layers whose parameters fit in a memory.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` has a TiB of parameters or more", label = "no memory holds so many")]
pub trait FitsInMemory<const FLAW: u8> {}

macro_rules! without { ($($name:ident: $($flaw:ident)*;)*) => { $($(
    #[diagnostic::do_not_recommend]
    impl<L> $name<$flaw> for L {}
)*)* } }
without! {
    Exists: NO_FLAW EMPTY TOO_LARGE;
    HasNumbers: NO_FLAW CONTRADICTION TOO_LARGE;
    FitsInMemory: NO_FLAW CONTRADICTION EMPTY;
}
