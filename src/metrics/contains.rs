//! The position of a metric in a tuple of metrics.

use crate::metrics::named::Named;

/// A position in a tuple of metrics, which the compiler infers.
///
/// It need only be named where a tuple has two metrics of one type:
///
/// ```
/// use taut::{Index, metrics::Contains, prelude::*};
/// type Metrics = (Precision, Recall, Precision);
/// assert_eq!(<Metrics as Contains<Precision, Index<2>>>::INDEX, 2);
/// ```
pub struct Index<const I: usize>;

/// A tuple of metrics that contains `M`.
///
/// ```
/// use taut::{Evaluation, metrics::Contains, prelude::*};
/// /// The mean absolute error, whatever other metrics there are.
/// fn error<M: Contains<MeanAbsoluteError, I>, I>(evaluation: &Evaluation<M>) -> f32 {
///     evaluation.get(MeanAbsoluteError)
/// }
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([3.0])])?;
/// let model = Model::<Vector<1>, taut::Linear>::new(1);
/// let model = model.compile(Sgd::default(), MeanSquaredError, (Huber::default(), MeanAbsoluteError));
/// assert_eq!(error(&model.evaluate(&data)?), 2.0);
/// # Ok::<(), taut::Error>(())
/// ```
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
