//! The numbers of a run as types, so that a callback monitors only what the run computes.

use crate::metrics::contains::Contains;
use crate::metrics::named::Named;
use std::marker::PhantomData;

/// The type of a run: its metrics `M`, and `V`, either [`Validated`] or [`NotValidated`].
#[derive(Clone, Copy, Debug)]
pub struct Run<M, V>(PhantomData<(M, V)>);
/// A [`Run`] that validates.
#[derive(Clone, Copy, Debug)]
pub struct Validated;
/// A [`Run`] that does not validate.
#[derive(Clone, Copy, Debug)]
pub struct NotValidated;

/// A run with validation data.
#[diagnostic::on_unimplemented(
    message = "a `Val…` is monitored, but this run has no validation data",
    label = "no validation data",
    note = "call `.validation(&data)` or `.validation_split(0.2)` before `.callbacks(…)`"
)]
pub trait HasValidation {}
impl HasValidation for Validated {}

/// A number of an epoch. The compiler infers `I`, the metric's place; it is `()` for the losses.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a run computes",
    label = "cannot be monitored",
    note = "what can: `ValLoss`, `TrainingLoss`, and for a metric `Val(Accuracy)`, `Training(Accuracy)`"
)]
pub trait Monitor<R, I = ()> {
    /// Whether more is better.
    const MAXIMIZE: bool = false;
    /// The number's index among the loss, the metrics, the validation's loss and the validation's metrics.
    fn index(metrics: usize) -> usize;
}

/// The mean loss of an epoch's batches, each before its step, regularizers included.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
/// # let mut model = model.compile(Sgd::default(), MeanSquaredError, MeanAbsoluteError);
/// let history = model.validation_split(0.5).fit(&data, Fit::default())?;
/// println!("{:?} {:?}", history.get(TrainingLoss), history.get(ValLoss));
/// println!("{:?} {:?}", history.get(Training(MeanAbsoluteError)), history.get(Val(MeanAbsoluteError)));
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TrainingLoss;
/// The loss of the validation data after an epoch, regularizers included.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValLoss;
/// A metric over an epoch's batches, each before its step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Training<M>(pub M);
/// A metric of the validation data after an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Val<M>(pub M);

impl<M, V> Monitor<Run<M, V>, ()> for TrainingLoss {
    fn index(_: usize) -> usize {
        0
    }
}
impl<M, V: HasValidation> Monitor<Run<M, V>, ()> for ValLoss {
    fn index(metrics: usize) -> usize {
        1 + metrics
    }
}
impl<K: Named, M: Contains<K, I>, V, I> Monitor<Run<M, V>, I> for Training<K> {
    const MAXIMIZE: bool = K::MAXIMIZE;
    fn index(_: usize) -> usize {
        1 + M::INDEX
    }
}
impl<K: Named, M: Contains<K, I>, V: HasValidation, I> Monitor<Run<M, V>, I> for Val<K> {
    const MAXIMIZE: bool = K::MAXIMIZE;
    fn index(metrics: usize) -> usize {
        2 + metrics + M::INDEX
    }
}

/// The direction in which a monitored number improves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Down for a loss; for a metric, as [`Named::MAXIMIZE`](crate::Named::MAXIMIZE) says.
    #[default]
    Auto,
    /// Down.
    Min,
    /// Up.
    Max,
}
