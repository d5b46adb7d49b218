use crate::callbacks::best::Best;
use crate::callbacks::callback::Callback;
use crate::callbacks::event::{EpochEnd, TrainBegin};
use crate::callbacks::monitor::{Mode, Monitor};
use crate::io::error::{Result, within};

/// Ends a run when a monitored number stops improving.
///
/// An epoch improves if the monitored number is better than the best so far by more than `min_delta`. The run ends
/// after `patience` epochs in a row without improvement, at least one, but never with the first epoch of all. The
/// compiler infers `I`, the monitored metric's place.
///
/// ```
/// use taut::{callbacks::Mode, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let compile = |rate| Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(rate), MeanSquaredError, ());
/// # let mut model = compile(0.1);
/// let mut stop = EarlyStopping::new(ValLoss).patience(10).min_delta(1e-4).restore_best_weights();
/// let fit = Fit { epochs: 500, ..Fit::default() };
/// let history = model.validation_split(0.25).callbacks(&mut stop).fit(&data, fit)?;
/// assert_eq!(stop.stopped_epoch(), Some(history.get(ValLoss).len())); // `None` if it did not stop the run
///
/// // The first three epochs are ignored, and the third one after them without a loss below 1e-9 is the last.
/// let mut stop = EarlyStopping::new(TrainingLoss).mode(Mode::Min).baseline(1e-9).start_from_epoch(3).patience(3);
/// # let mut model = compile(0.0);
/// model.callbacks(&mut stop).fit(&data, fit)?;
/// assert_eq!(stop.stopped_epoch(), Some(6));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/early_stopping/>.
#[derive(Clone, Debug)]
#[must_use]
pub struct EarlyStopping<K, I> {
    best: Best<K, I>,
    patience: usize,
    baseline: Option<f32>,
    restore: bool,
    start_from_epoch: usize,
    waited: usize,
    kept: bool,
    stopped_epoch: Option<usize>,
}

impl<K, I> EarlyStopping<K, I> {
    /// Stops after the first epoch without improvement.
    pub fn new(monitor: K) -> Self {
        EarlyStopping {
            best: Best::new(monitor),
            patience: 0,
            baseline: None,
            restore: false,
            start_from_epoch: 0,
            waited: 0,
            kept: false,
            stopped_epoch: None,
        }
    }

    /// The number of epochs in a row without improvement after which the run ends; 0 by default, which acts as 1.
    pub fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }

    /// The difference beyond which a better number is an improvement; 0 by default.
    pub fn min_delta(mut self, delta: f32) -> Self {
        self.best.min_delta = delta;
        self
    }

    /// Whether less or more is better; by default the monitored number decides.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.best.mode = mode;
        self
    }

    /// A number that an improvement must also beat to start the count of epochs anew; none by default.
    pub fn baseline(mut self, value: f32) -> Self {
        self.baseline = Some(value);
        self
    }

    /// Ends the run with the parameters of the best epoch, even if the run is not stopped early.
    pub fn restore_best_weights(mut self) -> Self {
        self.restore = true;
        self
    }

    /// The number of epochs at the start that are ignored; 0 by default.
    pub fn start_from_epoch(mut self, epochs: usize) -> Self {
        self.start_from_epoch = epochs;
        self
    }

    /// The number of the epoch, counted from 1, after which this callback stopped the run, if it did.
    #[must_use]
    pub fn stopped_epoch(&self) -> Option<usize> {
        self.stopped_epoch
    }
}

impl<R, K: Monitor<R, I>, I> Callback<R> for EarlyStopping<K, I> {
    fn train_begin(&mut self, _: &mut TrainBegin<'_>) -> Result<()> {
        (self.best.value, self.waited, self.kept, self.stopped_epoch) = (None, 0, false, None);
        within("EarlyStopping's min_delta", self.best.min_delta, ..)?;
        within("EarlyStopping's baseline", self.baseline.unwrap_or(0.0), ..)
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.epoch_end(epoch)
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        if epoch.number <= self.start_from_epoch || !epoch.computes(&self.best.monitor) {
            return Ok(());
        }
        if self.restore && !self.kept {
            // If no epoch improves, as with NaN, the first epoch is the best.
            epoch.keep_as_best();
            self.kept = true;
        }
        self.waited += 1;
        if self.best.improved(epoch) {
            if self.restore {
                epoch.keep_as_best();
            }
            if self.baseline.is_none_or(|baseline| self.best.better(epoch.get(&self.best.monitor), Some(baseline))) {
                self.waited = 0;
            }
        } else if self.waited >= self.patience && epoch.number > 1 {
            epoch.stop = true;
            self.stopped_epoch = Some(epoch.number);
        }
        Ok(())
    }
}
