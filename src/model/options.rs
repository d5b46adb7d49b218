//! The options of a training run.

use crate::io::error::{Error, Result};
use crate::kernels::with_threads;
use crate::model::progress::Verbose;
use crate::model::score::check_environment;

/// The options of a training run: epochs, batches, threads and output.
///
/// ```
/// use taut::prelude::*;
/// let fit = Fit { epochs: 20, batch_size: 30, threads: Some(1), ..Fit::default() };
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// assert_eq!(model.fit(&data, fit)?.rows.len(), 20);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#fit-method>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fit {
    /// The number of the last epoch; 1 by default. Epochs before the run was resumed, or before
    /// [`initial_epoch`](Self::initial_epoch), count.
    pub epochs: usize,
    /// The number of samples in a step, at least 1; 32 by default. The last batch of an epoch may be smaller.
    pub batch_size: usize,
    /// Whether each epoch shuffles the samples anew; true by default. Without, samples that are floats are not copied,
    /// unless an augmentation changes them.
    pub shuffle: bool,
    /// The number of threads that compute, the calling one included, at least 1. By default all cores, or the number
    /// that an enclosing [`with_threads`](crate::with_threads) allows. There are at most four a core, and sixteen.
    ///
    /// Any number gives the same bits. Small batches use one thread.
    pub threads: Option<usize>,
    /// What the run prints.
    pub verbose: Verbose,
    /// Epochs already done, at most 2147483647: numbering continues from here. Default 0.
    pub initial_epoch: usize,
    /// Validates in each epoch whose number this divides, at least 1; 1 by default.
    ///
    /// In the other epochs, the history holds NaN for the validation, and callbacks that monitor it do nothing.
    pub validation_frequency: usize,
    /// The largest number of batches in an epoch, at least 1; no limit by default.
    ///
    /// Each epoch starts from the first sample, so that a run can be resumed. (In Keras, an epoch over an array
    /// continues where the last one stopped.)
    pub steps_per_epoch: Option<usize>,
}

impl Default for Fit {
    fn default() -> Self {
        Fit {
            epochs: 1,
            batch_size: 32,
            shuffle: true,
            threads: None,
            verbose: Verbose::Auto,
            initial_epoch: 0,
            validation_frequency: 1,
            steps_per_epoch: None,
        }
    }
}

impl Fit {
    /// Checks the options, and calls `run` with the number of threads that they ask for.
    pub(crate) fn run<T>(&self, run: impl FnOnce() -> Result<T>) -> Result<T> {
        let at_least_1 = [
            ("batch_size", Some(self.batch_size)),
            ("validation_frequency", Some(self.validation_frequency)),
            ("threads", self.threads),
            ("steps_per_epoch", self.steps_per_epoch),
        ];
        if let Some((option, _)) = at_least_1.into_iter().find(|(_, value)| *value == Some(0)) {
            return Err(Error::argument(option, "at least 1", 0));
        }
        // Numbers of epochs are sums of this one.
        if self.initial_epoch > i32::MAX as usize {
            return Err(Error::argument("initial_epoch", format!("at most {}", i32::MAX), self.initial_epoch));
        }
        check_environment()?;
        match self.threads {
            Some(threads) => with_threads(threads, run),
            None => run(),
        }
    }

    /// The largest number of batches in an epoch.
    pub(crate) fn max_steps(&self) -> usize {
        self.steps_per_epoch.unwrap_or(usize::MAX)
    }
}
