use crate::callbacks::best::Best;
use crate::callbacks::callback::Callback;
use crate::callbacks::event::{EpochEnd, TrainBegin};
use crate::callbacks::monitor::{Mode, Monitor};
use crate::io::error::{Result, within};

/// Multiplies the learning rate by a factor when a monitored number stops improving.
///
/// An epoch improves if the number is better than the best so far by more than `min_delta`. After `patience` epochs
/// without improvement the rate becomes `max(factor · rate, min_lr)`, and the next `cooldown` epochs do not count. The
/// compiler infers `I`, the monitored metric's place.
///
/// A reduction is an error if the optimizer has a [schedule](crate::OptimizerOptions::learning_rate). Place this
/// callback before those that save the training, so that they save the new rate.
///
/// ```
/// use taut::{callbacks::Mode, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([0.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1); // whose loss stays what it is
/// # let mut model = model.compile(Sgd::new(0.1), MeanSquaredError, ());
/// let reduce = ReduceLrOnPlateau::new(ValLoss).factor(0.5).patience(3).min_lr(1e-5);
/// model.validation_split(0.25).callbacks(reduce).fit(&data, Fit { epochs: 7, ..Fit::default() })?;
/// assert_eq!(model.optimizer().learning_rate(), 0.1 / 4.0); // after the fourth and the seventh epoch
///
/// let patient = ReduceLrOnPlateau::new(TrainingLoss).mode(Mode::Min).min_delta(0.1).patience(2).cooldown(10);
/// model.callbacks(patient).fit(&data, Fit { epochs: 7, ..Fit::default() })?;
/// assert!((model.optimizer().learning_rate() - 0.1 / 40.0).abs() < 1e-8); // once, to a tenth
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/reduce_lr_on_plateau/>.
#[derive(Clone, Debug)]
#[must_use]
pub struct ReduceLrOnPlateau<K, I> {
    best: Best<K, I>,
    factor: f32,
    patience: usize,
    cooldown: usize,
    min_lr: f32,
    waited: usize,
    cooling: usize,
}

impl<K, I> ReduceLrOnPlateau<K, I> {
    /// Reduces the rate to a tenth after ten epochs without improvement.
    pub fn new(monitor: K) -> Self {
        let mut best = Best::new(monitor);
        best.min_delta = 1e-4;
        ReduceLrOnPlateau { best, factor: 0.1, patience: 10, cooldown: 0, min_lr: 0.0, waited: 0, cooling: 0 }
    }

    /// The factor of a reduction, at least 0 and below 1; 0.1 by default.
    pub fn factor(mut self, factor: f32) -> Self {
        self.factor = factor;
        self
    }

    /// The number of epochs without improvement after which the rate is reduced; 10 by default.
    pub fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }

    /// The difference beyond which a better number is an improvement; 0.0001 by default.
    pub fn min_delta(mut self, delta: f32) -> Self {
        self.best.min_delta = delta;
        self
    }

    /// Whether less or more is better; by default the monitored number decides.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.best.mode = mode;
        self
    }

    /// The number of epochs after a reduction that do not count; 0 by default.
    pub fn cooldown(mut self, epochs: usize) -> Self {
        self.cooldown = epochs;
        self
    }

    /// The smallest learning rate; 0 by default.
    pub fn min_lr(mut self, learning_rate: f32) -> Self {
        self.min_lr = learning_rate;
        self
    }

    /// Counts an epoch, and reduces the rate if it is due.
    fn count<R>(&mut self, epoch: &mut EpochEnd<'_, R>, replayed: bool)
    where
        K: Monitor<R, I>,
    {
        if !epoch.computes(&self.best.monitor) {
            return;
        }
        if self.cooling > 0 {
            self.cooling -= 1;
            self.waited = 0;
        }
        if self.best.improved(epoch) {
            self.waited = 0;
        } else if self.cooling == 0 {
            self.waited += 1;
            // A resumed run starts with the rate that earlier reductions have led to: they are counted, not repeated.
            // If the rate was the smallest before one of them, it is so now, and no reduction follows.
            if self.waited >= self.patience && (replayed || *epoch.learning_rate > self.min_lr) {
                if !replayed {
                    *epoch.learning_rate = (*epoch.learning_rate * self.factor).max(self.min_lr);
                }
                (self.cooling, self.waited) = (self.cooldown, 0);
            }
        }
    }
}

impl<R, K: Monitor<R, I>, I> Callback<R> for ReduceLrOnPlateau<K, I> {
    fn train_begin(&mut self, _: &mut TrainBegin<'_>) -> Result<()> {
        (self.best.value, self.waited, self.cooling) = (None, 0, 0);
        within("ReduceLrOnPlateau's factor", self.factor, 0.0..1.0)?;
        within("ReduceLrOnPlateau's min_delta", self.best.min_delta, ..)?;
        within("ReduceLrOnPlateau's min_lr", self.min_lr, 0.0..)
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.count(epoch, true);
        Ok(())
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.count(epoch, false);
        Ok(())
    }
}
