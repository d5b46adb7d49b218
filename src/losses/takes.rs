//! The outputs that a loss takes, and whether a network ends in them.

use crate::contract::outputs::{AnyNumbers, ClassProbabilities, NonNegative, OutputKind, Probabilities, Undeclared};

/// The outputs that a loss takes: [`AnyNumbers`], [`NonNegative`], [`Probabilities`], [`ClassProbabilities`] or
/// [`Logits`].
///
/// ```
/// use taut::{AnyNumbers, ClassProbabilities, Logits, losses::{Loss, Takes}, prelude::*};
/// fn takes<L: Loss<Vector<3>, Takes = T>, T: Takes>(_: L) {}
/// takes::<_, AnyNumbers>(MeanSquaredError);
/// takes::<_, ClassProbabilities>(CategoricalCrossentropy);
/// takes::<_, Logits>(FromLogits(CategoricalCrossentropy));
/// ```
pub trait Takes: sealed::Sealed {
    /// The outputs of a last layer that fits.
    #[doc(hidden)]
    const FIT: &'static [OutputKind];
    /// The error for a last layer that does not.
    #[doc(hidden)]
    const ERROR: &'static str;
}

/// Outputs to which the loss itself applies the softmax or the sigmoid: what [`FromLogits`](crate::FromLogits) takes.
///
/// ```
/// use taut::{Fits, Logits, prelude::*};
/// /// Of any network that tells three classes apart, and ends without a softmax.
/// fn loss<N: Train<Vector<4>, Y = Vector<3>>>() -> taut::Result<f32>
/// where
///     FromLogits<SparseCategoricalCrossentropy>: Fits<Logits, N::Kind>,
/// {
///     let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Class::<3>::new(1).unwrap()])?;
///     let loss = FromLogits(SparseCategoricalCrossentropy);
///     Ok(Model::<Vector<4>, N>::new(1).compile(Adam::default(), loss, ()).evaluate(&data)?.loss())
/// }
/// network! { type Net: Vector<4> = (Dense<4, 8>, Relu, Dense<8, 3>); }
/// assert!((loss::<Net>()? - 3.0_f32.ln()).abs() < 1e-6); // all logits are 0
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub enum Logits {}

/// Says that a loss which takes `T` fits a network that ends in `K`.
///
/// A function over any network `N` that compiles it with one of these losses asks for that. For networks that
/// [`network!`](crate::network!) wrote, `N: Train<Vector<4>, Y = Vector<3>, Kind = ClassProbabilities>` says the same.
///
/// ```
/// use taut::{ClassProbabilities, Compiled, Fits, Train, prelude::*};
/// fn compile<N>(model: Model<Vector<4>, N>) -> Compiled<Vector<4>, N, Adam, SparseCategoricalCrossentropy, ()>
/// where
///     N: Train<Vector<4>, Y = Vector<3>>,
///     SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
/// {
///     model.compile(Adam::default(), SparseCategoricalCrossentropy, ())
/// }
/// let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Class::<3>::new(1).unwrap()])?;
/// let loss = compile(Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1)).evaluate(&data)?.loss();
/// assert!((loss - 3.0_f32.ln()).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` takes `{T}`, and the network ends in `{K}`",
    label = "this loss does not fit the network's last layer",
    note = "`ClassProbabilities`: end the network with `Softmax`, or write `FromLogits(loss)`; `Probabilities`: the same with `Sigmoid`",
    note = "`NonNegative`: end it with `Softplus`; `Logits`: without a `Softmax` or `Sigmoid`; `ConstantOutputs` come of a `Softmax` over one number; `Unchecked(loss)` fits every network"
)]
pub trait Fits<T, K> {}
impl<L, K> Fits<AnyNumbers, K> for L {}

/// Implements [`Takes`] and [`Fits`].
macro_rules! takes {
    ($($takes:ident: $($kind:ident)* = $error:literal;)*) => { $(
        impl sealed::Sealed for $takes {}
        impl Takes for $takes {
            const FIT: &'static [OutputKind] = &[$(OutputKind::$kind),*];
            const ERROR: &'static str = $error;
        }
        takes!(@fits $takes $($kind)*);
    )* };
    (@fits AnyNumbers $($kind:ident)*) => {};
    (@fits $takes:ident $($kind:ident)*) => {
        impl<L> Fits<$takes, Undeclared> for L {}
        $(impl<L> Fits<$takes, $kind> for L {})*
    };
}
takes! {
    AnyNumbers: AnyNumbers NonNegative Probabilities ClassProbabilities = "";
    NonNegative: NonNegative Probabilities ClassProbabilities =
        "the loss takes outputs of 0 or more: end the network with `Softplus` or `Exponential`, or write `Unchecked(loss)`";
    Probabilities: Probabilities ClassProbabilities =
        "the loss takes probabilities: end the network with `Sigmoid`, or write `FromLogits(loss)`";
    ClassProbabilities: ClassProbabilities =
        "the loss takes probabilities of classes: end the network with `Softmax`, or write `FromLogits(loss)`";
    Logits: AnyNumbers NonNegative =
        "the loss takes logits: end the network without `Softmax` or `Sigmoid`, or write the loss without `FromLogits`";
}

/// Whether a loss that takes `T` fits a network that ends in `outputs`.
pub(crate) const fn fits<T: Takes>(outputs: OutputKind) -> bool {
    let mut i = 0;
    while i < T::FIT.len() {
        if T::FIT[i].number() == outputs.number() {
            return true;
        }
        i += 1;
    }
    false
}

/// Only this file says which outputs a loss can take.
mod sealed {
    pub trait Sealed {}
}
