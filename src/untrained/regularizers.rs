//! `regularizers` without the feature `train`.

/// None, or a penalty, which only training computes: without the feature `train` there is none.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Regularizer {}
