//! A model with everything that training needs.

use crate::contract::train::Train;
use crate::datasets::training_data::TrainingData;
use crate::io::error::Result;
use crate::io::terminal::Wait;
use crate::losses::loss::Loss;
use crate::losses::takes::{Fits, Takes, fits};
use crate::metrics::metric::Metric;
use crate::model::evaluation::Evaluation;
use crate::model::names::names;
use crate::model::parameters::Model;
use crate::model::score::{Scorer, check, check_environment, check_weights};
use crate::model::state::Finished;
use crate::model::validation::Samples;
use crate::optimizers::optimizer::{Optimizer, OptimizerState};
use crate::shape::sample::Input;
use std::fmt::{self, Debug};
use std::ops::Deref;
use std::path::Path;

/// A model with an optimizer, a loss and metrics; [`Model::compile`] returns it.
///
/// It dereferences to [`Model`], for `predict`, `summary`, `save` and all else that only reads.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let mut model = model.compile(Adam::new(0.1), SparseCategoricalCrossentropy, Accuracy);
/// model.fit(&data, Fit { epochs: 20, ..Fit::default() })?;
/// assert_eq!(model.evaluate(&data)?.get(Accuracy), 1.0);
/// assert_eq!(model.predict(&data.x[0]).argmax(), 1);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/>.
#[must_use]
pub struct Compiled<X: Input, N: Train<X>, O: Optimizer, L, M> {
    pub(crate) model: Model<X, N>,
    pub(crate) optimizer: O,
    pub(crate) moments: OptimizerState<N>,
    pub(crate) loss: L,
    pub(crate) metrics: M,
    /// The last run, or the run to resume.
    pub(crate) finished: Finished<N>,
    /// Whether the next `fit` resumes a run.
    pub(crate) resuming: bool,
}

impl<X: Input, N: Train<X>, O: Optimizer, L, M> Deref for Compiled<X, N, O, L, M> {
    type Target = Model<X, N>;
    fn deref(&self) -> &Model<X, N> {
        &self.model
    }
}

impl<X: Input, N: Train<X>, O: Optimizer + Clone, L: Clone, M: Clone> Clone for Compiled<X, N, O, L, M> {
    fn clone(&self) -> Self {
        Compiled {
            model: self.model.clone(),
            optimizer: self.optimizer.clone(),
            moments: self.moments.clone(),
            loss: self.loss.clone(),
            metrics: self.metrics.clone(),
            finished: self.finished.clone(),
            resuming: self.resuming,
        }
    }
}

impl<X: Input, N: Train<X>, O: Optimizer + Debug, L: Debug, M: Debug> Debug for Compiled<X, N, O, L, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compiled { model, optimizer, loss, metrics, .. } = self;
        let mut text = f.debug_struct("Compiled");
        text.field("model", model).field("optimizer", optimizer).field("loss", loss).field("metrics", metrics);
        text.finish_non_exhaustive()
    }
}

impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Compiled<X, N, O, L, M> {
    /// The loss, regularizers included, and the metrics of a dataset.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if the data are empty, labels are not one for each sample, the
    /// network does not know a token, or a setting of the loss or of a metric is out of its range.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([3.0])])?;
    /// let model = Model::<Vector<1>, taut::Linear>::new(1);
    /// let evaluation = model.compile(Sgd::default(), MeanSquaredError, MeanAbsoluteError).evaluate(&data)?;
    /// assert_eq!((evaluation.loss(), evaluation.get(MeanAbsoluteError)), (4.0, 2.0));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn evaluate(&self, data: &impl TrainingData<X, L::Target>) -> Result<Evaluation<M>> {
        self.evaluate_rows(Samples::new(data, &[]))
    }

    /// As [`evaluate`](Self::evaluate), with the loss of each sample multiplied by its weight. As in Keras, the loss is
    /// still divided by the number of samples, and metrics that are not [`Weighted`](crate::Weighted) have no weights.
    ///
    /// # Errors
    /// As those of `evaluate`, and [`Error::Argument`](crate::Error::Argument) if weights are not one for each sample,
    /// or not numbers from 0.
    ///
    /// ```
    /// use taut::{metrics::Weighted, prelude::*};
    /// let data = Dataset::new(vec![Vector::new([0.25]), Vector::new([0.75])], vec![Vector::new([1.0]); 2])?;
    /// let model = Model::<Vector<1>, taut::Linear>::new(1);
    /// let model = model.compile(Sgd::default(), MeanAbsoluteError, Weighted(Accuracy));
    /// let evaluation = model.evaluate_weighted(&data, &[3.0, 1.0])?;
    /// assert_eq!(evaluation.loss(), (3.0 * 0.75 + 0.25) / 2.0);
    /// assert_eq!(evaluation.get(Weighted(Accuracy)), 1.0 / 4.0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn evaluate_weighted(
        &self,
        data: &impl TrainingData<X, L::Target>,
        sample_weight: &[f32],
    ) -> Result<Evaluation<M>> {
        check_weights("the weights to evaluate with", sample_weight, data.rows().len())?;
        self.evaluate_rows(Samples::new(data, sample_weight))
    }

    fn evaluate_rows(&self, data: Samples<'_, X, L::Target>) -> Result<Evaluation<M>> {
        check_environment()?;
        check("the data to evaluate on", data.x.len(), data.t.len())?;
        data.x.check::<N>()?;
        let Compiled { model, loss, metrics, .. } = self;
        loss.validate()?;
        metrics.validate()?;
        let mut scorer = Scorer::<X, N, L, M>::new(loss, metrics, model.inference());
        let wait = Wait::new("evaluating", "samples", Some(data.x.len() as u64));
        let values = scorer.evaluate((&model.net, &model.options), data.x, data.t, data.weights, wait);
        Ok(Evaluation::new(names(metrics), values))
    }
}

impl<X: Input, N: Train<X>, O: Optimizer, L, M> Compiled<X, N, O, L, M> {
    /// The model without optimizer, loss and metrics, to set other layer options or to compile it anew.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1).layers(|net| net.0.kernel.frozen = true);
    /// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    /// // Fine-tuning trains all parameters, slowly.
    /// let model = model.into_model().layers(|net| net.0.kernel.frozen = false);
    /// let model = model.compile(Adam::new(1e-5), SparseCategoricalCrossentropy, ());
    /// assert_eq!(model.summary().trainable(), 15);
    /// ```
    pub fn into_model(self) -> Model<X, N> {
        self.model
    }

    /// The optimizer's settings, with the learning rate as a callback or a schedule has left it.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<4>, Dense<4, 1>>::new(1).compile(Adam::new(0.01), MeanSquaredError, ());
    /// assert_eq!(model.optimizer().learning_rate(), 0.01);
    /// ```
    #[must_use]
    pub fn optimizer(&self) -> &O {
        &self.optimizer
    }

    /// The optimizer's settings, to change them between two runs. The optimizer keeps its state unless the new settings
    /// need other moments, as [`Optimizer::moment`] tells them apart: a momentum that was 0, say, or an average of the
    /// weights in place of AMSGrad. It then starts afresh.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut model = Model::<Vector<4>, Dense<4, 1>>::new(1).compile(Adam::new(0.01), MeanSquaredError, ());
    /// model.optimizer_mut().learning_rate = 0.001;
    /// assert_eq!(*model.optimizer(), Adam::new(0.001));
    /// ```
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// Resets the optimizer's state: its moments are zeros again, and the next step is its first. Its settings stay.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([100.0])])?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Adam::new(0.1), MeanSquaredError, ());
    /// model.fit(&data, Fit { epochs: 10, ..Fit::default() })?;
    /// model.reset_optimizer();
    /// let before = model.net().bias[0];
    /// model.fit(&data, Fit::default())?;
    /// assert!((model.net().bias[0] - before - 0.1).abs() < 1e-5); // Adam's first step has the length of the rate
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn reset_optimizer(&mut self) {
        self.moments = OptimizerState::new(&self.optimizer);
    }

    /// Replaces the parameters by those of a checkpoint. After an error they are as before.
    ///
    /// As in Keras, the optimizer keeps its state, which belongs to the parameters before. To train from the loaded
    /// parameters as if the model had just been compiled, call [`reset_optimizer`](Self::reset_optimizer) as well. To
    /// continue a training instead, call [`resume`](Self::resume). A resumed run that has not started yet is forgotten.
    ///
    /// # Errors
    /// As those of [`Model::load`].
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("net.taut");
    /// Model::<Vector<4>, Dense<4, 1>>::new(1).save(&path)?;
    /// let mut model = Model::<Vector<4>, Dense<4, 1>>::new(2).compile(Adam::default(), MeanSquaredError, ());
    /// model.load_weights(&path)?;
    /// assert_eq!(model.net(), Model::<Vector<4>, Dense<4, 1>>::new(1).net());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.model.load_weights(path)?;
        self.resuming = false;
        Ok(())
    }

    /// The network, to change its parameters. As with [`load_weights`](Self::load_weights), the optimizer keeps its
    /// state.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut model = Model::<Vector<4>, Dense<4, 1>>::new(1).compile(Adam::default(), MeanSquaredError, ());
    /// model.net_mut().bias[0] = 7.0;
    /// assert_eq!(model.predict(&Vector::new([0.0; 4])).values(), [7.0]);
    /// ```
    pub fn net_mut(&mut self) -> &mut N {
        self.model.net_mut()
    }
}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// Adds an optimizer, a loss and metrics.
    ///
    /// - `loss` fits the output, and the [numbers that the last layer puts out](crate::Loss::Takes): a cross-entropy of
    ///   probabilities does not compile behind a `Dense`. Its targets are the labels of the datasets.
    /// - `metrics`: one, a tuple of up to eight, or `()`. Metrics of one name get a number, and metrics of one type are
    ///   told apart by their place:
    ///
    /// ```
    /// use taut::{metrics::Index, prelude::*};
    /// let of = |class| Recall { class_id: Some(class), ..Recall::default() };
    /// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
    /// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
    /// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, (of(1), Accuracy, of(2)));
    /// let stop = EarlyStopping::<_, Index<2>>::new(Val(of(2)));
    /// let history = model.validation_split(0.25).callbacks(stop).fit(&data, Fit::default())?;
    /// assert_eq!(history.names[..4], ["loss", "recall", "accuracy", "recall_1"]);
    /// println!("{:?}", history.get::<_, Index<2>>(Val(of(2))));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn compile<O, L, M>(self, optimizer: O, loss: L, metrics: M) -> Compiled<X, N, O, L, M>
    where
        O: Optimizer,
        L: Loss<N::Y>,
        L: Fits<L::Takes, N::Kind>,
        M: Metric<N::Y, L::Target>,
    {
        // For networks that `network!` did not write, of which only the constant is known.
        const { assert!(fits::<L::Takes>(N::OUTPUTS), "{}", <L::Takes as Takes>::ERROR) };
        let moments = OptimizerState::new(&optimizer);
        Compiled { model: self, optimizer, moments, loss, metrics, finished: Finished::default(), resuming: false }
    }
}
