//! `contract::tensor` without the feature `train`: what a layer's options consist of, so that a layer is written once,
//! with the feature and without.

use crate::contract::field::Field;
use crate::memory::plain::Zeroed;
use crate::regularizers::Regularizer;

/// The options of one tensor, which only training reads: without the feature `train` there is nothing to set.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TensorOptions {}

impl TensorOptions {
    /// The options of a tensor that training never touches.
    #[doc(hidden)]
    pub const NONE: &'static TensorOptions = &TensorOptions {};
}

/// The options of a layer's field: those of its tensor, or none for a field without numbers.
#[doc(hidden)]
pub trait FieldOptions {
    fn tensor(&self) -> &TensorOptions;
}

impl FieldOptions for TensorOptions {
    fn tensor(&self) -> &TensorOptions {
        self
    }
}

/// The options of a layer without parameters.
#[derive(Clone, Debug, Default)]
pub struct NoParameters {
    /// Of the layer's output, added to the loss.
    pub activity_regularizer: Regularizer,
}

/// What a tensor is for.
#[doc(hidden)]
pub enum Role {
    Kernel,
    ToHeads,
    FromHeads,
    Table,
    Bias,
    Gain,
    State,
    UnitState,
}

/// Refuses options with which the layer would not compile where another crate turns `train` on.
#[doc(hidden)]
pub fn layer<L: Zeroed + 'static, O: Clone + Default>(_: &O, _: &Regularizer) {}

/// The same of one of its tensors.
#[doc(hidden)]
pub fn tensor<L, T: Field>(_: Role, _: &impl FieldOptions, _: fn(&L) -> &T) {}
