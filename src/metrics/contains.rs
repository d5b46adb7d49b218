//! The position of a metric in a tuple of metrics.

use crate::metrics::named::Named;

/// A position in a tuple of metrics, which the compiler infers.
pub struct Index<const I: usize>;

/// A tuple of metrics that contains `M`.
#[diagnostic::on_unimplemented(
    message = "`{M}` is monitored, but the metrics given to `compile` do not compute it",
    label = "nothing computes `{M}`",
    note = "the metrics given to `compile` are `{Self}`"
)]
pub trait Contains<M, I> {
    /// The position of `M`.
    const INDEX: usize;
}

#[diagnostic::do_not_recommend]
impl<M: Named> Contains<M, Index<0>> for M {
    const INDEX: usize = 0;
}
