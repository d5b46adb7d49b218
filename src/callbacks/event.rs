//! What callbacks see of a run.

use crate::callbacks::monitor::Monitor;
use crate::io::error::Result;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// What a run is going to do.
#[derive(Debug)]
pub struct TrainBegin<'a> {
    /// How many epochs it has, those before it was resumed included.
    pub epochs: usize,
    /// What each epoch computes: `loss`, the metrics, `val_loss`, …
    pub names: &'a [String],
    pub(crate) requests: Requests,
}

/// What callbacks ask a run for before it begins.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub resume: Option<PathBuf>,
    /// Whether the average of the weights stands in for them while validating, and whether at the end of an epoch as well.
    pub average: Option<AverageDuring>,
}

/// When the average of the weights stands in for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AverageDuring {
    /// While a run validates.
    Validation,
    /// While a run validates, and while callbacks see the end of an epoch.
    EpochEnd,
}

impl TrainBegin<'_> {
    /// Has the run go on from that training checkpoint, if the file is there.
    pub fn resume_from(&mut self, path: impl AsRef<Path>) {
        self.requests.resume = Some(path.as_ref().into());
    }
}

/// A step that has just been made.
pub struct BatchEnd<'a> {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// The batch within the epoch, counted from 1.
    pub number: usize,
    /// The loss of this batch, regularizers included.
    pub loss: f32,
    /// The optimizer's.
    pub learning_rate: &'a mut f32,
    /// Set it, and the run ends with this batch.
    pub stop: bool,
    pub(crate) names: &'a [String],
    pub(crate) values: &'a dyn Fn() -> Vec<f32>,
    pub(crate) weights: &'a mut dyn Weights,
}

impl BatchEnd<'_> {
    /// The loss and the metrics over the epoch so far, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, f32)> {
        self.names.iter().map(String::as_str).zip((self.values)())
    }

    /// Saves the parameters.
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save(path.as_ref())
    }

    /// Saves the parameters and all that is needed to go on training; a run that is resumed from it begins this epoch anew.
    pub fn save_training(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save_training(path.as_ref(), *self.learning_rate)
    }
}

/// An epoch that has just ended, of the run `R`.
pub struct EpochEnd<'a, R> {
    /// Counted from 1.
    pub number: usize,
    /// The optimizer's.
    pub learning_rate: &'a mut f32,
    /// Set it, and the run ends with this epoch.
    pub stop: bool,
    pub(crate) names: &'a [String],
    pub(crate) row: &'a [f32],
    pub(crate) metrics: usize,
    pub(crate) validated: bool,
    pub(crate) weights: &'a mut dyn Weights,
    pub(crate) run: PhantomData<R>,
}

impl<R> EpochEnd<'_, R> {
    /// What is monitored: `epoch.get(&ValLoss)`; NaN where it was not [computed](Self::computes).
    pub fn get<K: Monitor<R, I>, I>(&self, _: &K) -> f32 {
        self.row[K::index(self.metrics)]
    }

    /// Whether that number was computed in this epoch: those of the validation are not where
    /// [`validation_frequency`](crate::Fit::validation_frequency) leaves it out.
    pub fn computes<K: Monitor<R, I>, I>(&self, _: &K) -> bool {
        self.validated || K::index(self.metrics) <= self.metrics
    }

    /// All that was computed, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, f32)> {
        self.names.iter().map(String::as_str).zip(self.row.iter().copied())
    }

    /// Saves the parameters.
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save(path.as_ref())
    }

    /// Saves the parameters and all that is needed to go on training.
    pub fn save_training(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.weights.save_training(path.as_ref(), *self.learning_rate)
    }

    /// Makes the parameters as they are now those that the run ends with.
    pub fn keep_as_best(&mut self) {
        self.weights.keep_as_best();
    }
}

/// What a callback may do with the parameters.
pub(crate) trait Weights {
    fn save(&mut self, path: &Path) -> Result<()>;
    fn save_training(&mut self, path: &Path, learning_rate: f32) -> Result<()>;
    fn keep_as_best(&mut self);
}
