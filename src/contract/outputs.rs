//! The numbers that a layer puts out, which decide on the losses that fit behind it.

/// The numbers that a layer puts out: its [`Layer::OUTPUTS`](crate::Layer::OUTPUTS).
///
/// Those of a network's last layer decide on the losses that the network can be compiled with: see
/// [`Loss::Takes`](crate::Loss::Takes).
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
#[derive(Debug)]
pub enum AnyNumbers {}

/// Outputs of 0 or more: the [`Takes`](crate::Loss::Takes) of a loss that fits behind a `Relu`, `Softplus`,
/// `Exponential`, `Sigmoid` or `Softmax`.
#[derive(Debug)]
pub enum NonNegative {}

/// Outputs from 0 to 1: the [`Takes`](crate::Loss::Takes) of a loss that fits behind a `Sigmoid` or `Softmax`.
#[derive(Debug)]
pub enum Probabilities {}

/// Outputs from 0 to 1 whose sum is 1: the [`Takes`](crate::Loss::Takes) of a loss that fits behind a `Softmax` over
/// two or more classes.
#[derive(Debug)]
pub enum ClassProbabilities {}

/// The same numbers whatever the input, as a softmax over one number puts out: no loss of probabilities or logits fits
/// behind it.
#[derive(Debug)]
pub enum ConstantOutputs {}

/// The outputs of a network that `network!` did not write: `compile` compares the constants when the program is built.
#[doc(hidden)]
#[derive(Debug)]
pub enum Undeclared {}
