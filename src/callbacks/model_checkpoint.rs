use crate::callbacks::best::Best;
use crate::callbacks::callback::Callback;
use crate::callbacks::event::{BatchEnd, EpochEnd, TrainBegin};
use crate::callbacks::monitor::{Mode, Monitor, TrainingLoss};
use crate::callbacks::path_template::PathTemplate;
use crate::io::error::{Error, Result, within};
use crate::io::file::make_folder;
use std::path::Path;

/// Saves the parameters after each epoch, after each epoch that is the best so far, or after every so many batches.
///
/// The path may contain `{epoch}`, counted from 1, and the names of the run's numbers, each with a format:
/// `{epoch:02}`, `{val_loss:.4}`; `{{` and `}}` stand for braces. [`every_batches`](Self::every_batches) also has
/// `{batch}`, counted from 1, and the loss and the metrics of the epoch so far, but no validation. Missing folders are
/// created, and a file is only replaced by a complete one. A path that cannot be written to is an error before the
/// training. The compiler infers `I`, the monitored metric's place.
///
/// ```
/// use taut::{callbacks::Mode, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// model
///     .validation_split(0.25)
///     .callbacks((
///         ModelCheckpoint::best(folder.join("best.taut"), ValLoss),
///         ModelCheckpoint::every_epoch(folder.join("runs/{epoch:02}.taut")).training_state(),
///         ModelCheckpoint::every_batches(folder.join("batch {batch}.taut"), 6),
///         ModelCheckpoint::best(folder.join("good.taut"), ValLoss).mode(Mode::Min).threshold(1e-9),
///     ))
///     .fit(&data, Fit { epochs: 3, batch_size: 2, ..Fit::default() })?; // nine batches
/// let files = ["best.taut", "runs/01.taut", "runs/02.taut", "runs/03.taut", "batch 3.taut"];
/// assert!(files.iter().all(|name| folder.join(name).exists()));
/// assert!(!folder.join("good.taut").exists()); // no epoch was below the threshold
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/model_checkpoint/>.
#[derive(Clone, Debug)]
#[must_use]
pub struct ModelCheckpoint<K, I> {
    path: PathTemplate,
    best: Option<Best<K, I>>,
    threshold: Option<f32>,
    training_state: bool,
    /// The number of batches from one checkpoint to the next, if it does not save with epochs.
    batches: Option<usize>,
}

impl ModelCheckpoint<TrainingLoss, ()> {
    /// Saves after each epoch.
    pub fn every_epoch(path: impl AsRef<Path>) -> Self {
        ModelCheckpoint::new(path.as_ref(), None)
    }

    /// Saves after every so many batches, at least 1: Keras's `save_freq`. The count goes on across epochs, runs of one
    /// compiled model, and a [resume](crate::Compiled::resume): it is that of the optimizer's steps.
    pub fn every_batches(path: impl AsRef<Path>, batches: usize) -> Self {
        ModelCheckpoint { batches: Some(batches), ..ModelCheckpoint::new(path.as_ref(), None) }
    }
}

impl<K, I> ModelCheckpoint<K, I> {
    /// Saves after each epoch with the best monitored number so far: of this run, and, as in Keras, of all runs before
    /// that had the same callback, by `&mut`.
    pub fn best(path: impl AsRef<Path>, monitor: K) -> Self {
        ModelCheckpoint::new(path.as_ref(), Some(Best::new(monitor)))
    }

    fn new(path: &Path, best: Option<Best<K, I>>) -> Self {
        let path = PathTemplate(path.into());
        ModelCheckpoint { path, best, threshold: None, training_state: false, batches: None }
    }

    /// Whether less or more is better; by default the monitored number decides.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.best.iter_mut().for_each(|best| best.mode = mode);
        self
    }

    /// The number that the first checkpoint must beat; none by default.
    pub fn threshold(mut self, value: f32) -> Self {
        self.threshold = Some(value);
        self
    }

    /// Saves the state of the training as well, for [`resume`](crate::Compiled::resume). A checkpoint from within an
    /// epoch resumes at the beginning of that epoch.
    pub fn training_state(mut self) -> Self {
        self.training_state = true;
        self
    }
}

impl<R, K: Monitor<R, I>, I> Callback<R> for ModelCheckpoint<K, I> {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        if self.batches == Some(0) {
            return Err(Error::argument("ModelCheckpoint::every_batches", "at least 1", 0));
        }
        within("ModelCheckpoint's threshold", self.threshold.unwrap_or(0.0), ..)?;
        // Between epochs there is no validation.
        let between = self.batches.is_some();
        let names = start.names.iter().map(String::as_str).filter(|name| !(between && name.starts_with("val_")));
        let names: Vec<&str> = ["epoch", "batch"].into_iter().take(1 + usize::from(between)).chain(names).collect();
        let example = self.path.fill(&names, |name| names.contains(&name).then_some(1.0))?;
        if let Some(path) = self.path.check(&example)? {
            start.writes(&path, "ModelCheckpoint", false)?;
        }
        // As in Keras, a callback that has seen a run knows its best in the next one.
        self.best.iter_mut().for_each(|best| best.value = best.value.or(self.threshold));
        Ok(())
    }

    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
        if self.batches.is_none_or(|batches| !batch.weights.steps().is_multiple_of(batches as u64)) {
            return Ok(());
        }
        let values: Vec<(&str, f32)> = batch.values().collect();
        let path = self.path.fill(&[], |name| match name {
            "epoch" => Some(batch.epoch as f64),
            "batch" => Some(batch.number as f64),
            _ => values.iter().find(|(known, _)| *known == name).map(|(_, value)| f64::from(*value)),
        })?;
        make_folder(&path)?;
        match if self.training_state { batch.save_training(path) } else { batch.save(path) } {
            Err(Error::NotFinite { .. }) if batch.stop => Ok(()),
            saved => saved,
        }
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.best.iter_mut().for_each(|best| {
            best.improved(epoch);
        });
        Ok(())
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        if self.batches.is_some() || self.best.as_mut().is_some_and(|best| !best.improved(epoch)) {
            return Ok(());
        }
        let path = self.path.fill(&[], |name| match name {
            "epoch" => Some(epoch.number as f64),
            _ => epoch.values().find(|(known, _)| *known == name).map(|(_, value)| value as f64),
        })?;
        make_folder(&path)?;
        match if self.training_state { epoch.save_training(path) } else { epoch.save(path) } {
            // The run is ending, probably because of this NaN: returning its history is more useful than this error.
            Err(Error::NotFinite { .. }) if epoch.stop => Ok(()),
            saved => saved,
        }
    }
}
