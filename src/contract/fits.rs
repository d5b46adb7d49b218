//! Whether the layers of a network fit each other, asked by [`network!`](crate::network!).

use crate::contract::layer::{Arch, Layer};
use crate::contract::outputs::OutputKind;
use core::marker::PhantomData;

/// What flows from layer to layer while [`network!`](crate::network!) checks them.
#[doc(hidden)]
pub struct Flow<X>(OutputKind, PhantomData<X>);

impl<X> Flow<X> {
    pub const NEW: Self = Flow(OutputKind::AnyNumbers, PhantomData);

    /// The number for the outputs of the last layer: see [`Outputs`](crate::__private::network::Outputs).
    pub const fn outputs(&self) -> u8 {
        self.0.number()
    }
}

/// A layer that maps an `X` to the type in `O`, which is [`Flow`].
///
/// [`network!`](crate::network!) names neither: the compiler would guess them from the only impl that there is of the
/// layer, so two more impls, for outputs that nothing has, keep it from that until [`behind`] has told it the input. A
/// layer that does not fit is then one error on the layer's tokens, without a word of the code that asked.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{X}` as its input",
    label = "this layer does not accept `{X}`",
    note = "each layer's input must equal the output of the layer before it"
)]
pub trait Accepts<X, O> {
    const BETWEEN: Between<X, O>;
}
impl<X, Y, L: Layer<X, Y = Y>> Accepts<X, Flow<Y>> for L {
    const BETWEEN: Between<X, Flow<Y>> = Between(L::OUTPUTS, PhantomData);
}
#[diagnostic::do_not_recommend]
impl<X, L> Accepts<X, ()> for L {
    const BETWEEN: Between<X, ()> = Between(OutputKind::AnyNumbers, PhantomData);
}
#[diagnostic::do_not_recommend]
impl<X, L> Accepts<X, [(); 0]> for L {
    const BETWEEN: Between<X, [(); 0]> = Between(OutputKind::AnyNumbers, PhantomData);
}

/// The input and the output of a layer, and its [`OUTPUTS`](Layer::OUTPUTS).
#[doc(hidden)]
pub struct Between<X, O>(OutputKind, PhantomData<(X, O)>);

/// What flows out of a layer that `X` flows into.
#[doc(hidden)]
pub const fn behind<X, Y>(x: Flow<X>, step: Between<X, Flow<Y>>) -> Flow<Y> {
    Flow(step.0.after(x.0), PhantomData)
}

/// Asks a layer whether it [exists](Arch::EXISTS).
#[doc(hidden)]
pub struct Asked<L>(PhantomData<L>);
impl<L: Arch> Asked<L> {
    pub const EXISTS: bool = L::EXISTS;
}

/// The answer of what is no layer, about which an error says enough: a constant of the type itself goes before that of
/// a trait.
#[doc(hidden)]
pub trait Unasked {
    const EXISTS: bool = true;
}
impl<L> Unasked for Asked<L> {}

/// Refuses the layers that do not exist.
#[doc(hidden)]
pub const fn exists<L: Exists<YES>, const YES: bool>() {}

/// Which layers exist.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `Reshape` cannot change how many numbers there are, as `{Self}` would",
    label = "the two shapes hold different numbers of values"
)]
pub trait Exists<const YES: bool> {}
#[diagnostic::do_not_recommend]
impl<L> Exists<true> for L {}
