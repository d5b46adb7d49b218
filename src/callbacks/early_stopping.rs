use crate::callbacks::{Best, Callback, Epoch, Mode, Monitor, Start};
use crate::io::error::{Result, within};

/// Ends a run that no longer improves.
///
/// An epoch is an improvement where the monitored number is better than the best so far by more than `min_delta`. The run ends with the
/// epoch that is the `patience`-th, at least the first, without one (and never with the very first epoch). `I` is inferred.
///
/// ```
/// use taut::prelude::*;
/// let stop = EarlyStopping::new(ValLoss).patience(10).min_delta(1e-4).restore_best_weights();
/// # fn any_run<R, I>(_: EarlyStopping<ValLoss, I>) where ValLoss: Monitor<R, I> {}
/// # any_run::<taut::Run<(), taut::Validated>, _>(stop);
/// ```
///
/// See <https://keras.io/api/callbacks/early_stopping/>.
#[derive(Clone, Debug)]
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
    /// Stops after the first epoch without an improvement.
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

    /// How many epochs without an improvement are borne; 0 by default.
    pub fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }

    /// How much better is better; 0 by default.
    pub fn min_delta(mut self, delta: f32) -> Self {
        self.best.min_delta = delta;
        self
    }

    /// Which way is better, if not the monitored number's own.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.best.mode = mode;
        self
    }

    /// A value that must be beaten as well for the waiting to start again.
    pub fn baseline(mut self, value: f32) -> Self {
        self.baseline = Some(value);
        self
    }

    /// Ends the run with the parameters of the best epoch, whether or not it is stopped early.
    pub fn restore_best_weights(mut self) -> Self {
        self.restore = true;
        self
    }

    /// How many epochs are not looked at, at the start; 0 by default.
    pub fn start_from_epoch(mut self, epochs: usize) -> Self {
        self.start_from_epoch = epochs;
        self
    }

    /// The epoch, counted from 1, that it stopped the run with, if it did.
    pub fn stopped_epoch(&self) -> Option<usize> {
        self.stopped_epoch
    }
}

impl<R, K: Monitor<R, I>, I> Callback<R> for EarlyStopping<K, I> {
    fn train_begin(&mut self, _: &mut Start<'_>) -> Result<()> {
        (self.best.value, self.waited, self.kept, self.stopped_epoch) = (None, 0, false, None);
        within("EarlyStopping's min_delta", self.best.min_delta, ..)
    }

    fn resumed(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
        self.epoch_end(epoch)
    }

    fn epoch_end(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
        if epoch.number <= self.start_from_epoch || !epoch.computes(&self.best.what) {
            return Ok(());
        }
        if self.restore && !self.kept {
            // Should nothing ever improve, as with NaN, the first epoch is the best.
            epoch.keep_as_best();
            self.kept = true;
        }
        self.waited += 1;
        if self.best.improved(epoch) {
            if self.restore {
                epoch.keep_as_best();
            }
            if self.baseline.is_none_or(|baseline| self.best.better(epoch.get(&self.best.what), Some(baseline))) {
                self.waited = 0;
            }
        } else if self.waited >= self.patience && epoch.number > 1 {
            epoch.stop = true;
            self.stopped_epoch = Some(epoch.number);
        }
        Ok(())
    }
}
