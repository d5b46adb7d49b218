//! Which metric of several is meant.

use crate::metrics::named::Named;

/// Where among the metrics; the compiler infers it.
pub struct Index<const I: usize>;

/// Metrics among which is `M`.
#[diagnostic::on_unimplemented(
    message = "`{M}` is monitored, but the metrics given to `compile` do not compute it",
    label = "nothing computes `{M}`",
    note = "the metrics given to `compile` are `{Self}`"
)]
pub trait Contains<M, I> {
    /// Where it is.
    const INDEX: usize;
}

#[diagnostic::do_not_recommend]
impl<M: Named> Contains<M, Index<0>> for M {
    const INDEX: usize = 0;
}
