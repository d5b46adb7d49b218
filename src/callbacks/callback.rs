//! The contract of callbacks; a tuple of callbacks is a callback.

use crate::callbacks::event::{BatchEnd, EpochEnd, TrainBegin};
use crate::io::error::Result;

/// Observes and steers a run `R`. A callback that monitors nothing implements it for any `R`; one that monitors a
/// number says so in a bound, and a run without that number does not compile. A tuple of callbacks is a callback.
///
/// ```
/// use taut::{callbacks::*, prelude::*};
///
/// struct Below(f32);
/// impl<R> Callback<R> for Below
/// where
///     ValLoss: Monitor<R>,
/// {
///     fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
///         epoch.stop |= epoch.get(&ValLoss) < self.0;
///         Ok(())
///     }
/// }
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// let history = model.validation(&data).callbacks(Below(0.1)).fit(&data, Fit { epochs: 99, ..Fit::default() })?;
/// let losses = history.get(ValLoss);
/// assert!(losses.len() < 99 && losses.iter().rev().skip(1).all(|loss| *loss >= 0.1));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// The methods are called in this order, here with two epochs of one batch each:
///
/// ```
/// use taut::{callbacks::*, prelude::*};
///
/// #[derive(Default)]
/// struct Log(Vec<String>);
/// impl<R> Callback<R> for Log {
///     fn train_begin(&mut self, run: &mut TrainBegin<'_>) -> taut::Result<()> {
///         self.0.push(format!("begin of {}", run.epochs));
///         Ok(())
///     }
///     fn epoch_begin(&mut self, number: usize, _rate: &mut f32) -> taut::Result<()> {
///         self.0.push(format!("epoch {number}"));
///         Ok(())
///     }
///     fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> taut::Result<()> {
///         self.0.push(format!("batch {}", batch.number));
///         Ok(())
///     }
///     fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
///         self.0.push(format!("end of epoch {}", epoch.number));
///         Ok(())
///     }
///     fn train_end(&mut self) -> taut::Result<()> {
///         self.0.push("end".into());
///         Ok(())
///     }
/// }
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// let mut log = Log::default();
/// model.callbacks(&mut log).fit(&data, Fit { epochs: 2, ..Fit::default() })?;
/// assert_eq!(log.0[..4], ["begin of 2", "epoch 1", "batch 1", "end of epoch 1"]);
/// assert_eq!(log.0[4..], ["epoch 2", "batch 1", "end of epoch 2", "end"]);
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a callback nor a tuple of callbacks for this run",
    label = "not a callback of this run",
    note = "a tuple holds at most eight callbacks; put tuples into tuples for more"
)]
#[allow(unused_variables)]
pub trait Callback<R> {
    /// Before the first epoch.
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        Ok(())
    }
    /// For each epoch before the run was resumed, in order, so that the callback restores its own state. Saving does
    /// nothing; a request to stop or to keep the parameters takes effect only in the last of these epochs. The best
    /// parameters of the checkpoint stay the best if a callback asks in any of these epochs to keep the parameters.
    ///
    /// ```
    /// use taut::{callbacks::*, prelude::*};
    /// /// The numbers of the epochs that another program has done.
    /// struct Before(Vec<usize>);
    /// impl<R> Callback<R> for Before {
    ///     fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
    ///         self.0.push(epoch.number);
    ///         Ok(())
    ///     }
    /// }
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("run.taut");
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// # model.fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// # model.save_training(&path)?;
    /// let mut before = Before(vec![]);
    /// model.resume(&path)?;
    /// model.callbacks(&mut before).fit(&data, Fit { epochs: 3, ..Fit::default() })?;
    /// assert_eq!(before.0, [1, 2]);
    /// # Ok::<(), taut::Error>(())
    /// ```
    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        Ok(())
    }
    /// Before each epoch; `number` counts from 1.
    fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> Result<()> {
        Ok(())
    }
    /// After each step.
    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
        Ok(())
    }
    /// After each epoch and its validation.
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
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
        callbacks!(@each train_begin [start: &mut TrainBegin<'_>] $($i)*);
        callbacks!(@each resumed [epoch: &mut EpochEnd<'_, R>] $($i)*);
        callbacks!(@each epoch_begin [number: usize, learning_rate: &mut f32] $($i)*);
        callbacks!(@each batch_end [batch: &mut BatchEnd<'_>] $($i)*);
        callbacks!(@each epoch_end [epoch: &mut EpochEnd<'_, R>] $($i)*);
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
        fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
            (**self).train_begin(start)
        }
        fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
            (**self).resumed(epoch)
        }
        fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> Result<()> {
            (**self).epoch_begin(number, learning_rate)
        }
        fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
            (**self).batch_end(batch)
        }
        fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
            (**self).epoch_end(epoch)
        }
        fn train_end(&mut self) -> Result<()> {
            (**self).train_end()
        }
    }
)* } }
delegate! {
    /// Lets a program inspect a callback after the run.
    &mut C,
    /// Lets a program choose among callbacks.
    Box<C>
}
