//! The name of a metric.

/// One number by its name, whatever it is computed from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one metric",
    label = "not one metric",
    note = "a tuple of metrics cannot hold a tuple; a metric of your own implements `Named` beside `Metric`"
)]
pub trait Named {
    /// As Keras calls it.
    const NAME: &'static str;
    /// Whether more is better.
    const MAXIMIZE: bool = false;
}
