use crate::callbacks::{Best, Callback, Epoch, Mode, Monitor, Start};
use crate::io::error::{Result, within};

/// Multiplies the learning rate by a factor when a monitored number no longer improves.
///
/// An epoch is an improvement where the number is better than the best so far by more than `min_delta`, 0.0001 by default. After `patience`
/// epochs without one, 10 by default, the rate becomes `max(factor · rate, min_lr)`, 0.1 and 0 by default; then `cooldown` epochs, 0 by
/// default, are not counted. `I` is inferred. With a schedule in [`Options`](crate::Options), it is an error when it reduces.
///
/// Place it before callbacks that save the training, so that these save the new rate.
///
/// ```
/// use taut::prelude::*;
/// let reduce = ReduceLrOnPlateau::new(ValLoss).factor(0.5).patience(3).min_lr(1e-5);
/// # fn any_run<R, I>(_: ReduceLrOnPlateau<ValLoss, I>) where ValLoss: Monitor<R, I> {}
/// # any_run::<taut::Run<(), taut::Validated>, _>(reduce);
/// ```
///
/// See <https://keras.io/api/callbacks/reduce_lr_on_plateau/>.
#[derive(Clone, Debug)]
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
    /// Reduces to a tenth after ten epochs without an improvement.
    pub fn new(monitor: K) -> Self {
        let mut best = Best::new(monitor);
        best.min_delta = 1e-4;
        ReduceLrOnPlateau { best, factor: 0.1, patience: 10, cooldown: 0, min_lr: 0.0, waited: 0, cooling: 0 }
    }

    /// What the learning rate is multiplied by, at least 0 and below 1.
    pub fn factor(mut self, factor: f32) -> Self {
        self.factor = factor;
        self
    }

    /// How many epochs without an improvement are borne.
    pub fn patience(mut self, epochs: usize) -> Self {
        self.patience = epochs;
        self
    }

    /// How much better is better.
    pub fn min_delta(mut self, delta: f32) -> Self {
        self.best.min_delta = delta;
        self
    }

    /// Which way is better, if not the monitored number's own.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.best.mode = mode;
        self
    }

    /// How many epochs after a reduction are not counted.
    pub fn cooldown(mut self, epochs: usize) -> Self {
        self.cooldown = epochs;
        self
    }

    /// What the learning rate does not go below.
    pub fn min_lr(mut self, learning_rate: f32) -> Self {
        self.min_lr = learning_rate;
        self
    }

    fn look<R>(&mut self, epoch: &mut Epoch<'_, R>, replayed: bool)
    where
        K: Monitor<R, I>,
    {
        if !epoch.computes(&self.best.what) {
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
            // A resumed run begins with the rate that the reductions before had led to. Only where it is the least already were there
            // none, and from then on there is none again.
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
    fn train_begin(&mut self, _: &mut Start<'_>) -> Result<()> {
        (self.best.value, self.waited, self.cooling) = (None, 0, 0);
        within("ReduceLrOnPlateau's factor", self.factor, 0.0..1.0)?;
        within("ReduceLrOnPlateau's min_delta", self.best.min_delta, ..)?;
        within("ReduceLrOnPlateau's min_lr", self.min_lr, 0.0..)
    }

    fn resumed(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
        self.look(epoch, true);
        Ok(())
    }

    fn epoch_end(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
        self.look(epoch, false);
        Ok(())
    }
}
