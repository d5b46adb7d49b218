//! The numbers that a layer puts out, which decide on the losses that fit behind it.

/// The numbers that a layer puts out: its [`Layer::OUTPUTS`](crate::Layer::OUTPUTS).
///
/// Those of a network's last layer decide on the losses that the network can be compiled with: see
/// [`Loss::Takes`](crate::Loss::Takes).
///
/// ```
/// use taut::{OutputKind, prelude::*};
/// type Logits = (Dense<4, 3>,);
/// assert_eq!(<Logits as Layer<Vector<4>>>::OUTPUTS, OutputKind::AnyNumbers);
/// assert_eq!(<(Dense<4, 3>, Softmax) as Layer<Vector<4>>>::OUTPUTS, OutputKind::ClassProbabilities);
/// assert_eq!(<(Dense<4, 3>, Softmax, Dropout<20>) as Layer<Vector<4>>>::OUTPUTS, OutputKind::ClassProbabilities);
/// assert_eq!(<Dropout<20> as Layer<Vector<4>>>::OUTPUTS, OutputKind::AsInput);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputKind {
    /// Any numbers: logits, or the values of a regression.
    AnyNumbers,
    /// Numbers of 0 or more.
    NonNegative,
    /// Numbers from 0 to 1.
    Probabilities,
    /// Numbers from 0 to 1 whose sum is 1: one for each of several classes.
    ClassProbabilities,
    /// The same numbers whatever the input: a softmax over one number.
    ConstantOutputs,
    /// Those of the input.
    AsInput,
    /// Those of the input in another order or number: probabilities of classes become
    /// [`Probabilities`](Self::Probabilities).
    EachAsInput,
}

impl OutputKind {
    /// The outputs of a layer behind one that puts out `input`.
    #[doc(hidden)]
    #[must_use]
    pub const fn after(self, input: Self) -> Self {
        match (self, input) {
            (Self::AsInput, _) => input,
            (Self::EachAsInput, Self::ClassProbabilities) => Self::Probabilities,
            (Self::EachAsInput, Self::AsInput) => Self::EachAsInput,
            (Self::EachAsInput, _) => input,
            _ => self,
        }
    }

    /// The number in the type of a network: see [`Outputs`](crate::__private::network::Outputs).
    #[doc(hidden)]
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::AnyNumbers | Self::AsInput | Self::EachAsInput => 1,
            Self::NonNegative => 2,
            Self::Probabilities => 3,
            Self::ClassProbabilities => 4,
            Self::ConstantOutputs => 5,
        }
    }
}

/// Outputs of any numbers: the [`Takes`](crate::Loss::Takes) of a loss that fits every network.
///
/// It is also the [`Kind`](crate::Params::Kind) of a network, here in a function over all that put out one number:
///
/// ```
/// use taut::{AnyNumbers, prelude::*};
/// fn loss<N: Train<Vector<4>, Y = Vector<1>, Kind = AnyNumbers>>() -> taut::Result<f32> {
///     let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Vector::new([3.0])])?;
///     let model = Model::<Vector<4>, N>::new(1).compile(Adam::default(), MeanSquaredError, ());
///     Ok(model.evaluate(&data)?.loss())
/// }
/// network! { type Net: Vector<4> = (Dense<4, 8>, Tanh, Dense<8, 1>); }
/// assert_eq!(loss::<Net>()?, 9.0); // new biases are 0, and so is the output
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub enum AnyNumbers {}

/// Outputs of 0 or more: the [`Takes`](crate::Loss::Takes) of a loss that fits behind a `Relu`, `Softplus`,
/// `Exponential`, `Sigmoid` or `Softmax`.
///
/// It is also the [`Kind`](crate::Params::Kind) of a network, here in a function over all that put out one such number:
///
/// ```
/// use taut::{NonNegative, Poisson, Softplus, prelude::*};
/// fn loss<N: Train<Vector<4>, Y = Vector<1>, Kind = NonNegative>>() -> taut::Result<f32> {
///     let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Vector::new([0.0])])?;
///     let model = Model::<Vector<4>, N>::new(1).compile(Adam::default(), Poisson, ());
///     Ok(model.evaluate(&data)?.loss())
/// }
/// network! { type Net: Vector<4> = (Dense<4, 1>, Softplus); }
/// assert!((loss::<Net>()? - 2.0_f32.ln()).abs() < 1e-6); // the output is ln(1 + e⁰)
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub enum NonNegative {}

/// Outputs from 0 to 1: the [`Takes`](crate::Loss::Takes) of a loss that fits behind a `Sigmoid` or `Softmax`.
///
/// It is also the [`Kind`](crate::Params::Kind) of a network, here in a function over all that put out one probability:
///
/// ```
/// use taut::{Probabilities, prelude::*};
/// fn loss<N: Train<Vector<4>, Y = Vector<1>, Kind = Probabilities>>() -> taut::Result<f32> {
///     let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Vector::new([1.0])])?;
///     let model = Model::<Vector<4>, N>::new(1).compile(Adam::default(), BinaryCrossentropy, ());
///     Ok(model.evaluate(&data)?.loss())
/// }
/// network! { type Net: Vector<4> = (Dense<4, 1>, Sigmoid); }
/// assert!((loss::<Net>()? - 2.0_f32.ln()).abs() < 1e-6); // the output is one half
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub enum Probabilities {}

/// Outputs from 0 to 1 whose sum is 1: the [`Takes`](crate::Loss::Takes) of a loss that fits behind a `Softmax` over
/// two or more classes.
///
/// It is also the [`Kind`](crate::Params::Kind) of a network, here in a function over all that distinguish three
/// classes:
///
/// ```
/// use taut::{ClassProbabilities, prelude::*};
/// fn loss<N: Train<Vector<4>, Y = Vector<3>, Kind = ClassProbabilities>>() -> taut::Result<f32> {
///     let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Class::<3>::new(1).unwrap()])?;
///     let model = Model::<Vector<4>, N>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, ());
///     Ok(model.evaluate(&data)?.loss())
/// }
/// network! { type Net: Vector<4> = (Dense<4, 3>, Softmax); }
/// assert!((loss::<Net>()? - 3.0_f32.ln()).abs() < 1e-6); // each output is a third
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub enum ClassProbabilities {}

/// The same numbers whatever the input, as a softmax over one number puts out: no loss of probabilities or logits fits
/// behind it.
///
/// ```
/// use taut::{ConstantOutputs, prelude::*};
/// network! { type Net: Vector<2> = (Dense<2, 1>, Softmax); }
/// fn outputs<N: Train<Vector<2>, Kind = ConstantOutputs>>(x: [f32; 2]) -> N::Y {
///     Model::<Vector<2>, N>::new(1).predict(&Vector::new(x))
/// }
/// assert_eq!([outputs::<Net>([7.0, 1.0]), outputs::<Net>([-3.0, 5.0])], [Vector::new([1.0]); 2]);
/// ```
#[derive(Debug)]
pub enum ConstantOutputs {}

/// The outputs of a network that `network!` did not write: `compile` compares the constants when the program is built.
#[doc(hidden)]
#[derive(Debug)]
pub enum Undeclared {}
