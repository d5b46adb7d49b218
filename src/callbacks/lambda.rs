use crate::callbacks::callback::Callback;
use crate::callbacks::event::{BatchEnd, EpochEnd, TrainBegin};
use crate::io::error::Result;
use std::fmt::{self, Debug};

/// A callback made of closures, each of which is optional.
///
/// ```
/// use taut::{callbacks::Lambda, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let mut losses = vec![];
/// let callback = Lambda {
///     epoch_end: Some(Box::new(|epoch| {
///         losses.push(epoch.get(&TrainingLoss));
///         Ok(())
///     })),
///     ..Lambda::default()
/// };
/// model.callbacks(callback).fit(&data, Fit { epochs: 3, ..Fit::default() })?;
/// assert_eq!(losses.len(), 3);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/lambda_callback/>.
#[allow(clippy::type_complexity)]
#[must_use]
pub struct Lambda<'a, R> {
    /// Before the first epoch.
    pub train_begin: Option<Box<dyn FnMut(&mut TrainBegin<'_>) -> Result<()> + 'a>>,
    /// Before each epoch, counted from 1; the second argument is the learning rate.
    pub epoch_begin: Option<Box<dyn FnMut(usize, &mut f32) -> Result<()> + 'a>>,
    /// After each step.
    pub batch_end: Option<Box<dyn FnMut(&mut BatchEnd<'_>) -> Result<()> + 'a>>,
    /// After each epoch and its validation.
    pub epoch_end: Option<Box<dyn FnMut(&mut EpochEnd<'_, R>) -> Result<()> + 'a>>,
    /// After the last epoch.
    pub train_end: Option<Box<dyn FnMut() -> Result<()> + 'a>>,
}

impl<R> Default for Lambda<'_, R> {
    fn default() -> Self {
        Lambda { train_begin: None, epoch_begin: None, batch_end: None, epoch_end: None, train_end: None }
    }
}

impl<R> Debug for Lambda<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lambda")
            .field("train_begin", &self.train_begin.is_some())
            .field("epoch_begin", &self.epoch_begin.is_some())
            .field("batch_end", &self.batch_end.is_some())
            .field("epoch_end", &self.epoch_end.is_some())
            .field("train_end", &self.train_end.is_some())
            .finish()
    }
}

impl<R> Callback<R> for Lambda<'_, R> {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        self.train_begin.as_mut().map_or(Ok(()), |f| f(start))
    }
    fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> Result<()> {
        self.epoch_begin.as_mut().map_or(Ok(()), |f| f(number, learning_rate))
    }
    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
        self.batch_end.as_mut().map_or(Ok(()), |f| f(batch))
    }
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.epoch_end.as_mut().map_or(Ok(()), |f| f(epoch))
    }
    fn train_end(&mut self) -> Result<()> {
        self.train_end.as_mut().map_or(Ok(()), |f| f())
    }
}
