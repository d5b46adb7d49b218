//! The names of metrics.

/// A metric that is one number, with a name.
///
/// ```
/// use taut::{Named, prelude::*};
/// assert_eq!((Accuracy::NAME, Accuracy::MAXIMIZE), ("accuracy", true));
/// assert_eq!((MeanAbsoluteError::NAME, MeanAbsoluteError::MAXIMIZE), ("mean_absolute_error", false));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one metric",
    label = "not one metric",
    note = "a tuple of metrics cannot hold a tuple; a metric of your own implements `Named` beside `Metric`"
)]
pub trait Named {
    /// The name in Keras.
    const NAME: &'static str;
    /// Whether larger values are better.
    const MAXIMIZE: bool = false;
}
