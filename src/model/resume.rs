//! Saving a training, and resuming it.

use crate::contract::train::Train;
use crate::io::checkpoint::Checkpoint;
use crate::io::error::{Error, Result};
use crate::losses::loss::Loss;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::copy::from_values;
use crate::model::names::{names, validation_names};
use crate::model::options::Fit;
use crate::model::state;
use crate::model::state::Finished;
use crate::optimizers::optimizer::{Optimizer, OptimizerState, infos};
use crate::shape::sample::Input;
use std::path::Path;

impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Compiled<X, N, O, L, M> {
    /// Writes the parameters and the state of the training: the optimizer's, the generator's, and the epochs of the
    /// last run.
    ///
    /// # Errors
    /// As those of [`Model::save`](crate::Model::save), whose [`Error::NotFinite`] is also for the optimizer's moments,
    /// and [`Error::Argument`] if the learning rate is NaN, negative or infinite.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("run.taut");
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// let compile = || Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Adam::default(), MeanSquaredError, ());
    /// let (mut whole, mut first, mut second) = (compile(), compile(), compile());
    /// whole.fit(&data, Fit { epochs: 5, ..Fit::default() })?;
    /// first.fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// first.save_training(&path)?;
    /// second.resume(&path)?;
    /// second.fit(&data, Fit { epochs: 5, ..Fit::default() })?;
    /// assert_eq!(second.net(), whole.net()); // to the last bit
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save_training(&self, path: impl AsRef<Path>) -> Result<()> {
        let Compiled { model, optimizer, moments, finished: Finished { names, rows, best }, .. } = self;
        let optimizer = (O::NAME, optimizer.learning_rate());
        let to = (path.as_ref(), &*model.net);
        state::save_training(to, optimizer, moments, &model.random, (names, rows), best.as_deref())
    }

    /// Continues a training from its checkpoint: the next [`fit`](crate::Fitting::fit) starts with the epoch after
    /// those of the checkpoint, and ends with the bits of a run that was never interrupted.
    ///
    /// The model must have the layer options, optimizer, loss and metrics of the saved one, and train on the same data.
    /// Layers without effect on inference are not compared: with another dropout, the training continues with that.
    ///
    /// [`Fit::epochs`] counts the epochs of the checkpoint. If it is their number, the run was complete, as where a
    /// program is killed after its last epoch: `fit` trains nothing, ends the run, and returns the history. If it is
    /// less, `fit` is an error.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Checkpoint`] if the file is damaged, or holds another network or no training state; and
    /// [`Error::Data`] if the state is that of another optimizer, of one with other [moments](Optimizer::moment) or of
    /// other metrics. After an error the model is as before.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("run.taut");
    /// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
    /// /// A training of so many epochs, which continues where the last call of it ended.
    /// let train = |epochs| -> taut::Result<usize> {
    ///     let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
    ///     let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    ///     if path.exists() {
    ///         model.resume(&path)?;
    ///     }
    ///     let checkpoint = ModelCheckpoint::every_epoch(&path).training_state();
    ///     Ok(model.callbacks(checkpoint).fit(&data, Fit { epochs, ..Fit::default() })?.rows.len())
    /// };
    /// assert_eq!((train(2)?, train(5)?), (2, 5)); // the second call adds three
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn resume(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let checkpoint = Checkpoint::read::<N>(path)?;
        let infos = infos(&self.optimizer);
        let state = checkpoint.state::<N>(path, O::NAME, &infos)?;
        let names = names(&self.metrics);
        let validated = [&names[..], &validation_names(&names)].concat();
        if !state.names.is_empty() && state.names != names && state.names != validated {
            return Err(Error::data(path, ", its history", format!("{names:?}"), format!("{:?}", state.names)));
        }
        checkpoint.load(&mut *self.model.net);
        self.model.fresh = false;
        self.model.random = state.random;
        self.optimizer.set_learning_rate(state.learning_rate);
        let values = state.moments.iter().map(|moment| from_values(moment)).collect();
        self.moments = OptimizerState { steps: state.steps, infos, values };
        let best = state.best.map(|best| from_values(&best));
        self.finished = Finished { names: state.names, rows: state.rows, best };
        self.resuming = true;
        Ok(())
    }

    /// Fails if a resumed run computed other numbers before, or has more epochs than it is to have.
    pub(crate) fn check_resumed(&self, names: &[String], fit: &Fit) -> Result<()> {
        let Finished { names: before, rows, .. } = &self.finished;
        if !self.resuming || rows.is_empty() {
            return Ok(());
        }
        if before != names {
            return Err(Error::argument("a resumed run", format!("{before:?} as before"), format!("{names:?}")));
        }
        match fit.initial_epoch.saturating_add(rows.len()) {
            done if done > fit.epochs => {
                Err(Error::argument("epochs", format!("at least {done}, as many as the resumed run has"), fit.epochs))
            }
            _ => Ok(()),
        }
    }
}
