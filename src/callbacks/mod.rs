//! Callbacks look at a run while it goes on: one file each, and a trait for a user's own.

mod backup_and_restore;
mod csv_logger;
mod early_stopping;
mod lambda;
mod learning_rate_scheduler;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod swap_ema_weights;
mod terminate_on_nan;

pub use backup_and_restore::*;
pub use csv_logger::*;
pub use early_stopping::*;
pub use lambda::*;
pub use learning_rate_scheduler::*;
pub use model_checkpoint::*;
pub use monitor::*;
pub use reduce_lr_on_plateau::*;
pub use swap_ema_weights::*;
pub use terminate_on_nan::*;

use crate::io::error::Result;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// What a run is going to do.
#[derive(Debug)]
pub struct Start<'a> {
    /// How many epochs it has, those before it was resumed included.
    pub epochs: usize,
    /// What each epoch computes: `loss`, the metrics, `val_loss`, …
    pub names: &'a [String],
    pub(crate) wishes: Wishes,
}

/// What callbacks ask a run for before it begins.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    pub resume: Option<PathBuf>,
    pub average: Option<SwapEmaWeights>,
}

impl Start<'_> {
    /// Has the run go on from that training checkpoint, if the file is there.
    pub fn resume_from(&mut self, path: impl AsRef<Path>) {
        self.wishes.resume = Some(path.as_ref().into());
    }
}

/// A step that has just been made.
pub struct Batch<'a> {
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

impl Batch<'_> {
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
pub struct Epoch<'a, R> {
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

impl<R> Epoch<'_, R> {
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

/// Looks at a run `R`: a callback that monitors nothing is for any. A tuple of callbacks is a callback.
///
/// ```
/// use taut::prelude::*;
///
/// struct Below(f32);
/// impl<R> Callback<R> for Below
/// where
///     ValLoss: Monitor<R>,
/// {
///     fn epoch_end(&mut self, epoch: &mut Epoch<'_, R>) -> taut::Result<()> {
///         epoch.stop |= epoch.get(&ValLoss) < self.0;
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a callback nor a tuple of callbacks for this run",
    label = "not a callback of this run",
    note = "a tuple holds at most eight callbacks; put tuples into tuples for more"
)]
#[allow(unused_variables)]
pub trait Callback<R> {
    /// Before the first epoch.
    fn train_begin(&mut self, start: &mut Start<'_>) -> Result<()> {
        Ok(())
    }
    /// For each epoch that was trained before the run was resumed, in order: to remember what it would have remembered. Saving does
    /// nothing; what is asked for after the last of them, to stop or to keep the parameters, is done.
    fn resumed(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
        Ok(())
    }
    /// Before each epoch, counted from 1.
    fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> Result<()> {
        Ok(())
    }
    /// After each step.
    fn batch_end(&mut self, batch: &mut Batch<'_>) -> Result<()> {
        Ok(())
    }
    /// After each epoch and its validation.
    fn epoch_end(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
        Ok(())
    }
    /// After the last epoch.
    fn train_end(&mut self) -> Result<()> {
        Ok(())
    }
}

macro_rules! callbacks {
    ($($C:ident $i:tt)*) => {
        impl<R, $($C: Callback<R>),*> Callback<R> for ($($C,)*) { callbacks!(@all $($i)*); }
    };
    (@all $($i:tt)*) => {
        callbacks!(@each train_begin [start: &mut Start<'_>] $($i)*);
        callbacks!(@each resumed [epoch: &mut Epoch<'_, R>] $($i)*);
        callbacks!(@each epoch_begin [number: usize, learning_rate: &mut f32] $($i)*);
        callbacks!(@each batch_end [batch: &mut Batch<'_>] $($i)*);
        callbacks!(@each epoch_end [epoch: &mut Epoch<'_, R>] $($i)*);
        callbacks!(@each train_end [] $($i)*);
    };
    (@each $name:ident [$($arg:ident: $ty:ty),*] $($i:tt)*) => {
        #[allow(unused)]
        fn $name(&mut self $(, $arg: $ty)*) -> Result<()> {
            callbacks!(@calls self $name [$($arg),*] $($i)*);
            Ok(())
        }
    };
    (@calls $self:ident $name:ident $args:tt $($i:tt)*) => { $(callbacks!(@call $self $name $args $i);)* };
    (@call $self:ident $name:ident [$($arg:ident),*] $i:tt) => { $self.$i.$name($($arg),*)? };
}
callbacks!();
callbacks!(A 0);
callbacks!(A 0 B 1);
callbacks!(A 0 B 1 C 2);
callbacks!(A 0 B 1 C 2 D 3);
callbacks!(A 0 B 1 C 2 D 3 E 4);
callbacks!(A 0 B 1 C 2 D 3 E 4 F 5);
callbacks!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
callbacks!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);

macro_rules! delegate { ($($(#[$doc:meta])* $C:ty),*) => { $(
    $(#[$doc])*
    impl<R, C: Callback<R> + ?Sized> Callback<R> for $C {
        fn train_begin(&mut self, start: &mut Start<'_>) -> Result<()> {
            (**self).train_begin(start)
        }
        fn resumed(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
            (**self).resumed(epoch)
        }
        fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> Result<()> {
            (**self).epoch_begin(number, learning_rate)
        }
        fn batch_end(&mut self, batch: &mut Batch<'_>) -> Result<()> {
            (**self).batch_end(batch)
        }
        fn epoch_end(&mut self, epoch: &mut Epoch<'_, R>) -> Result<()> {
            (**self).epoch_end(epoch)
        }
        fn train_end(&mut self) -> Result<()> {
            (**self).train_end()
        }
    }
)* } }
delegate! {
    /// So that a callback can be looked at after the run.
    &mut C,
    /// So that a program can choose among callbacks.
    Box<C>
}
