//! The numbers of a run as types, so that a callback monitors only what the run computes.

use crate::metrics::contains::Contains;
use crate::metrics::named::Named;
use std::marker::PhantomData;

/// The type of a run: its metrics `M`, and `V`, either [`Validated`] or [`NotValidated`].
///
/// A function over all runs that have a number asks for that number:
///
/// ```
/// use taut::{Run, Validated, callbacks::Monitor, prelude::*};
/// /// Whether `to` is better than `from`.
/// fn improves<R, K: Monitor<R, I>, I>(_: K, from: f32, to: f32) -> bool {
///     if K::MAXIMIZE { to > from } else { to < from }
/// }
/// type R = Run<Accuracy, Validated>;
/// assert!(improves::<R, _, _>(Val(Accuracy), 0.8, 0.9) && !improves::<R, _, _>(ValLoss, 0.8, 0.9));
/// ```
///
/// ```compile_fail,E0277
/// # use taut::{Accuracy, NotValidated, Run, Val, callbacks::Monitor};
/// # fn name<R, I>() where Val<Accuracy>: Monitor<R, I> {}
/// name::<Run<Accuracy, NotValidated>, _>(); // a `Val…` is monitored, but this run has no validation data
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Run<M, V>(PhantomData<(M, V)>);

/// A [`Run`] that validates.
///
/// ```
/// use taut::{History, Run, Validated, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let history: History<Run<(), Validated>> = model.validation_split(0.5).fit(&data, Fit::default())?;
/// assert_eq!(history.names, ["loss", "val_loss"]);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Validated;

/// A [`Run`] that does not validate.
///
/// ```
/// use taut::{History, NotValidated, Run, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let history: History<Run<(), NotValidated>> = model.fit(&data, Fit::default())?;
/// assert_eq!(history.names, ["loss"]);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NotValidated;

/// A run with validation data.
///
/// It is the bound of a callback that works with the validation of any run:
///
/// ```
/// use taut::{HasValidation, Run, callbacks::{Callback, EpochEnd}, prelude::*};
/// struct Report(f32);
/// impl<V: HasValidation> Callback<Run<MeanAbsoluteError, V>> for Report {
///     fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, Run<MeanAbsoluteError, V>>) -> taut::Result<()> {
///         self.0 = epoch.get(&Val(MeanAbsoluteError));
///         Ok(())
///     }
/// }
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
/// # let mut model = model.compile(Sgd::default(), MeanSquaredError, MeanAbsoluteError);
/// let mut report = Report(f32::NAN);
/// model.validation(&data).callbacks(&mut report).fit(&data, Fit::default())?;
/// assert_eq!(report.0, model.evaluate(&data)?.get(MeanAbsoluteError));
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a `Val…` is monitored, but this run has no validation data",
    label = "no validation data",
    note = "call `.validation(&data)` or `.validation_split(0.2)` before `.callbacks(…)`"
)]
pub trait HasValidation {}
impl HasValidation for Validated {}

/// A number of an epoch. The compiler infers `I`, the metric's place; it is `()` for the losses.
///
/// ```
/// use taut::{Run, Validated, callbacks::Monitor, prelude::*};
/// type R = Run<(MeanAbsoluteError, Accuracy), Validated>;
/// // loss, mean_absolute_error, accuracy, val_loss, val_mean_absolute_error, val_accuracy
/// assert_eq!(<ValLoss as Monitor<R>>::index(2), 3);
/// assert_eq!(<Val<Accuracy> as Monitor<R, taut::Index<1>>>::index(2), 5);
/// assert!(<Val<Accuracy> as Monitor<R, taut::Index<1>>>::MAXIMIZE && !<ValLoss as Monitor<R>>::MAXIMIZE);
/// ```
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
/// let mut model = model.compile(Sgd::default(), MeanSquaredError, ());
/// let before = model.evaluate(&data)?.loss();
/// let history = model.fit(&data, Fit { epochs: 2, ..Fit::default() })?; // one batch each
/// assert!(history.get(TrainingLoss)[0] == before && history.get(TrainingLoss)[1] < before);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TrainingLoss;

/// The loss of the validation data after an epoch, regularizers included.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let history = model.validation(&data).fit(&data, Fit::default())?;
/// assert_eq!(history.get(ValLoss), [model.evaluate(&data)?.loss()]);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ValLoss;

/// A metric over an epoch's batches, each before its step.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
/// let mut model = model.compile(Sgd::default(), MeanSquaredError, MeanAbsoluteError);
/// let before = model.evaluate(&data)?.get(MeanAbsoluteError);
/// let history = model.fit(&data, Fit::default())?; // one epoch of one batch
/// assert_eq!(history.get(Training(MeanAbsoluteError)), [before]);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Training<M>(pub M);

/// A metric of the validation data after an epoch.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
/// let mut model = model.compile(Sgd::default(), MeanSquaredError, MeanAbsoluteError);
/// let history = model.validation(&data).fit(&data, Fit::default())?;
/// assert_eq!(history.get(Val(MeanAbsoluteError)), [model.evaluate(&data)?.get(MeanAbsoluteError)]);
/// # Ok::<(), taut::Error>(())
/// ```
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
///
/// ```
/// use taut::{callbacks::Mode, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
/// # let mut model = model.compile(Sgd::default(), MeanSquaredError, ());
/// // The loss falls, which this callback takes for the wrong direction.
/// let mut stop = EarlyStopping::new(TrainingLoss).mode(Mode::Max);
/// model.callbacks(&mut stop).fit(&data, Fit { epochs: 9, ..Fit::default() })?;
/// assert_eq!(stop.stopped_epoch(), Some(2));
/// # Ok::<(), taut::Error>(())
/// ```
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
