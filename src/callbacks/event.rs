//! The events of a run, as callbacks see them.

use crate::callbacks::monitor::Monitor;
use crate::contract::tensor::Tensor;
use crate::contract::train::Row;
use crate::io::error::{Error, Result};
use crate::io::file::place;
use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// A run that is about to begin.
///
/// ```
/// use taut::{callbacks::Lambda, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let begin = Lambda {
///     train_begin: Some(Box::new(|run| {
///         assert_eq!((run.epochs, run.names), (3, &["loss".to_string(), "val_loss".to_string()][..]));
///         run.resume_from("run.taut"); // there is none: the run begins with its first epoch
///         Ok(())
///     })),
///     ..Lambda::default()
/// };
/// model.validation_split(0.5).callbacks(begin).fit(&data, Fit { epochs: 3, ..Fit::default() })?;
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub struct TrainBegin<'a> {
    /// The number of the last epoch.
    pub epochs: usize,
    /// The names of the numbers of each epoch: `loss`, the metrics, `val_loss`, …
    pub names: &'a [String],
    /// The layers of the network, in order, as [`Model::summary`](crate::Model::summary) has them.
    pub layers: &'a [Row],
    /// The number of metrics: so many names after `loss` are theirs, and those after them are the validation's.
    pub metrics: usize,
    pub(crate) requests: Requests,
}

/// The requests of callbacks before a run begins.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub resume: Option<PathBuf>,
    /// When the average of the weights stands in for them; never by default.
    pub average: Option<AverageDuring>,
    /// The files that callbacks write, with the callbacks' names, and whether nobody else may write there.
    pub files: Vec<(PathBuf, &'static str, bool)>,
}

/// When the average of the weights stands in for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AverageDuring {
    /// During the validation.
    Validation,
    /// During the validation, and while callbacks see the end of an epoch.
    EpochEnd,
}

impl TrainBegin<'_> {
    /// Resumes the run from that training checkpoint, if the file exists.
    pub fn resume_from(&mut self, path: impl AsRef<Path>) {
        self.requests.resume = Some(path.as_ref().into());
    }

    /// Says that a callback writes to that file, whose folder exists. Fails if another one does so too, and one of
    /// them must be alone.
    pub(crate) fn writes(&mut self, path: &Path, callback: &'static str, alone: bool) -> Result<()> {
        let (path, files) = (place(path), &mut self.requests.files);
        let mut others = files.iter().filter(|(other, _, others_alone)| *other == path && (alone || *others_alone));
        if let Some((_, other, _)) = others.next() {
            let (owner, other) = if alone { (callback, other) } else { (*other, &callback) };
            let received = format!("{}, to which a {other} writes as well", path.display());
            return Err(Error::argument(owner, "a file of its own", received));
        }
        files.push((path, callback, alone));
        Ok(())
    }
}

/// The end of a step.
///
/// ```
/// use taut::{callbacks::Lambda, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// let mut steps = vec![];
/// let each = Lambda {
///     batch_end: Some(Box::new(|batch| {
///         steps.push((batch.epoch, batch.number));
///         assert!(batch.values().any(|(name, value)| name == "loss" && value.is_finite()));
///         *batch.learning_rate *= 0.5;
///         batch.stop = batch.epoch == 2 && batch.number == 1;
///         Ok(())
///     })),
///     ..Lambda::default()
/// };
/// model.callbacks(each).fit(&data, Fit { epochs: 9, batch_size: 4, ..Fit::default() })?;
/// assert_eq!(steps, [(1, 1), (1, 2), (2, 1)]);
/// assert_eq!(model.optimizer().learning_rate(), 0.1 / 8.0);
/// # Ok::<(), taut::Error>(())
/// ```
pub struct BatchEnd<'a> {
    /// The epoch's number, counted from 1.
    pub epoch: usize,
    /// The batch's number within the epoch, counted from 1.
    pub number: usize,
    /// The loss of this batch, regularizers included.
    pub loss: f32,
    /// The optimizer's learning rate; a callback may change it.
    pub learning_rate: &'a mut f32,
    /// Whether the run ends with this batch; a callback may set it.
    pub stop: bool,
    pub(crate) names: &'a [String],
    pub(crate) values: &'a dyn Fn() -> Vec<f32>,
    pub(crate) weights: &'a mut dyn Weights,
}

impl BatchEnd<'_> {
    /// The loss and the metrics of the epoch so far, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, f32)> {
        self.names.iter().map(String::as_str).zip((self.values)())
    }

    /// As [`EpochEnd::for_each_tensor`], with the parameters after this step.
    pub fn for_each_tensor(&self, mut f: impl FnMut(&str, &Tensor, &[f32])) {
        self.weights.read(&mut f);
    }

    /// Saves the parameters.
    ///
    /// # Errors
    /// As those of [`Model::save`](crate::Model::save).
    ///
    /// ```
    /// use taut::{callbacks::Lambda, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let folder = folder.path();
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let each = Lambda {
    ///     batch_end: Some(Box::new(|batch| batch.save(folder.join(format!("{}.taut", batch.number))))),
    ///     ..Lambda::default()
    /// };
    /// model.callbacks(each).fit(&data, Fit { batch_size: 4, ..Fit::default() })?; // two batches
    /// let net = |name| Model::<Vector<1>, Dense<1, 1>>::load(folder.join(name)).map(|model| model.net().clone());
    /// assert!(net("1.taut")? != *model.net() && net("2.taut")? == *model.net());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save(path.as_ref())
    }

    /// Saves the parameters and the state of the training. A run that resumes from it repeats this epoch.
    ///
    /// # Errors
    /// As those of [`Compiled::save_training`](crate::Compiled::save_training).
    ///
    /// ```
    /// use taut::{callbacks::Lambda, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("run.taut");
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let each = Lambda { batch_end: Some(Box::new(|batch| batch.save_training(&path))), ..Lambda::default() };
    /// model.callbacks(each).fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// model.resume(&path)?; // in the second epoch
    /// assert_eq!(model.fit(&data, Fit { epochs: 3, ..Fit::default() })?.rows.len(), 3);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save_training(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save_training(path.as_ref(), *self.learning_rate)
    }
}

impl Debug for BatchEnd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BatchEnd { epoch, number, loss, learning_rate, stop, .. } = self;
        let mut text = f.debug_struct("BatchEnd");
        text.field("epoch", epoch).field("number", number).field("loss", loss).field("learning_rate", learning_rate);
        text.field("stop", stop).finish_non_exhaustive()
    }
}

/// The end of an epoch of the run `R`.
///
/// ```
/// use taut::{callbacks::Lambda, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// let second_to_last = Lambda {
///     epoch_end: Some(Box::new(|epoch| {
///         assert!(epoch.computes(&TrainingLoss));
///         assert_eq!(epoch.values().next(), Some(("loss", epoch.get(&TrainingLoss))));
///         if epoch.number == 2 {
///             epoch.keep_as_best(); // the run ends with these parameters
///             epoch.stop = true;
///         }
///         Ok(())
///     })),
///     ..Lambda::default()
/// };
/// let history = model.callbacks(second_to_last).fit(&data, Fit { epochs: 9, ..Fit::default() })?;
/// assert_eq!(history.get(TrainingLoss).len(), 2);
/// # Ok::<(), taut::Error>(())
/// ```
pub struct EpochEnd<'a, R> {
    /// The epoch's number, counted from 1.
    pub number: usize,
    /// The optimizer's learning rate; a callback may change it.
    pub learning_rate: &'a mut f32,
    /// Whether the run ends with this epoch; a callback may set it.
    pub stop: bool,
    pub(crate) names: &'a [String],
    pub(crate) row: &'a [f32],
    pub(crate) metrics: usize,
    pub(crate) validated: bool,
    pub(crate) weights: &'a mut dyn Weights,
    pub(crate) run: PhantomData<R>,
}

impl<R> EpochEnd<'_, R> {
    /// One number of this epoch: `epoch.get(&ValLoss)`. NaN if the epoch did not [compute](Self::computes) it.
    #[must_use]
    pub fn get<K: Monitor<R, I>, I>(&self, _: &K) -> f32 {
        self.row[K::index(self.metrics)]
    }

    /// Whether this epoch computed that number. It did not if the number is of the validation, and
    /// [`validation_frequency`](crate::Fit::validation_frequency) leaves this epoch out.
    #[must_use]
    pub fn computes<K: Monitor<R, I>, I>(&self, _: &K) -> bool {
        self.validated || K::index(self.metrics) <= self.metrics
    }

    /// All numbers of this epoch, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, f32)> {
        self.names.iter().map(String::as_str).zip(self.row.iter().copied())
    }

    /// Calls `f` for each tensor of the network in the order of a checkpoint, states such as moving means included.
    ///
    /// - `f` takes the place of the tensor's layer, as [`Model::summary`](crate::Model::summary) has it (`net.1`), the
    ///   tensor's description, and its numbers; the last axis of its shape is contiguous.
    ///
    /// The parameters of epochs before the run was resumed are gone: in [`resumed`](crate::Callback::resumed), `f` is
    /// not called.
    ///
    /// ```
    /// use taut::{callbacks::*, prelude::*};
    ///
    /// /// Prints the largest weight of each kernel.
    /// struct Largest;
    /// impl<R> Callback<R> for Largest {
    ///     fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
    ///         epoch.for_each_tensor(|layer, tensor, values| {
    ///             if tensor.name == "kernel" {
    ///                 let largest = values.iter().fold(0.0_f32, |largest, w| largest.max(w.abs()));
    ///                 println!("{layer}, {}: {largest}", tensor.layer); // net.0, Dense<4, 16>: 0.53
    ///             }
    ///         });
    ///         Ok(())
    ///     }
    /// }
    /// # let data = datasets::iris()?;
    /// # let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>, Softmax)>::new(3);
    /// # let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    /// model.callbacks(Largest).fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn for_each_tensor(&self, mut f: impl FnMut(&str, &Tensor, &[f32])) {
        self.weights.read(&mut f);
    }

    /// Saves the parameters.
    ///
    /// # Errors
    /// As those of [`Model::save`](crate::Model::save).
    ///
    /// ```
    /// use taut::{callbacks::Lambda, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("net.taut");
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let each = Lambda { epoch_end: Some(Box::new(|epoch| epoch.save(&path))), ..Lambda::default() };
    /// model.callbacks(each).fit(&data, Fit::default())?;
    /// assert_eq!(Model::<Vector<1>, Dense<1, 1>>::load(&path)?.net(), model.net());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save(path.as_ref())
    }

    /// Saves the parameters and the state of the training.
    ///
    /// # Errors
    /// As those of [`Compiled::save_training`](crate::Compiled::save_training).
    ///
    /// ```
    /// use taut::{callbacks::Lambda, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("run.taut");
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let each = Lambda { epoch_end: Some(Box::new(|epoch| epoch.save_training(&path))), ..Lambda::default() };
    /// model.callbacks(each).fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// model.resume(&path)?;
    /// assert_eq!(model.fit(&data, Fit { epochs: 5, ..Fit::default() })?.rows.len(), 5);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save_training(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save_training(path.as_ref(), *self.learning_rate)
    }

    /// Keeps the present parameters as the best: the run ends with those that were kept last. A callback that keeps
    /// some does so in [`resumed`](crate::Callback::resumed) too: otherwise a resumed run forgets those of before.
    pub fn keep_as_best(&mut self) {
        self.weights.keep_as_best();
    }
}

impl<R> Debug for EpochEnd<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EpochEnd { number, learning_rate, stop, names, row, .. } = self;
        let mut text = f.debug_struct("EpochEnd");
        text.field("number", number).field("learning_rate", learning_rate).field("stop", stop);
        text.field("names", names).field("row", row).finish_non_exhaustive()
    }
}

/// The operations on a run's parameters that callbacks may call.
pub(crate) trait Weights {
    /// How many steps the optimizer has made, those of earlier runs included.
    fn steps(&self) -> u64;
    /// Calls `f` with each tensor and the place of its layer.
    fn read(&self, f: &mut dyn FnMut(&str, &Tensor, &[f32]));
    fn save(&mut self, path: &Path) -> Result<()>;
    fn save_training(&mut self, path: &Path, learning_rate: f32) -> Result<()>;
    fn keep_as_best(&mut self);
}
