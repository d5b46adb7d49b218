//! A model with all that training needs.

use crate::contract::train::set_values;
use crate::contract::train::{Params, Train};
use crate::datasets::dataset::Dataset;
use crate::io::checkpoint;
use crate::io::checkpoint::{Checkpoint, State};
use crate::io::error::{Error, Result};
use crate::losses::loss::Loss;
use crate::memory::heap::boxed;
use crate::metrics::metric::Metric;
use crate::model::history::Evaluation;
use crate::model::parameters::Model;
use crate::model::score::Scorer;
use crate::model::score::check;
use crate::model::score::check_weights;
use crate::optimizers::optimizer::{Optimizer, OptimizerState};
use crate::shape::sample::Input;
use rand::rngs::Xoshiro256PlusPlus;
use std::marker::PhantomData;
use std::path::Path;

/// A model with all that training needs, which [`Model::compile`] makes; it is a [`Model`] for all that does not.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// model.fit(&data, Fit { epochs: 2, ..Fit::default() })?;
/// println!("{}", model.evaluate(&data)?);
/// println!("{:?}", model.predict(&data.x[0]));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/>.
pub struct Compiled<X: Input, N: Train<X>, O: Optimizer, L, M> {
    pub(crate) model: Model<X, N>,
    pub(crate) optimizer: O,
    pub(crate) moments: OptimizerState<N>,
    pub(crate) loss: L,
    pub(crate) metrics: M,
    /// The last run, or that which is to be gone on with.
    pub(crate) finished: Finished<N>,
    pub(crate) resuming: bool,
}

/// The epochs of a run, and the best parameters in it.
pub(crate) struct Finished<N> {
    pub names: Vec<String>,
    pub rows: Vec<Vec<f32>>,
    pub best: Option<Box<N>>,
}

impl<N> Default for Finished<N> {
    fn default() -> Self {
        Finished { names: vec![], rows: vec![], best: None }
    }
}

impl<X: Input, N: Train<X>, O: Optimizer, L, M> std::ops::Deref for Compiled<X, N, O, L, M> {
    type Target = Model<X, N>;
    fn deref(&self) -> &Model<X, N> {
        &self.model
    }
}

impl<X: Input, N: Train<X>, O: Optimizer, L, M> std::ops::DerefMut for Compiled<X, N, O, L, M> {
    fn deref_mut(&mut self) -> &mut Model<X, N> {
        &mut self.model
    }
}

impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Compiled<X, N, O, L, M> {
    /// That a resumed run computes what it did before.
    pub(crate) fn check_resumed(&self, names: &[String]) -> Result<()> {
        if !self.resuming || self.finished.rows.is_empty() || self.finished.names == names {
            return Ok(());
        }
        let known = format!("{:?} as before", self.finished.names);
        Err(Error::argument("a resumed run", known, format!("{names:?}")))
    }

    /// The loss, regularizers included, and the metrics over some data.
    ///
    /// # Errors
    /// [`Error::Argument`] where the data are empty, have another number of labels than of samples, or a token that the network does not
    /// know, or where a setting of the loss or of a metric is out of its range.
    pub fn evaluate(&self, data: &Dataset<X, L::Target>) -> Result<Evaluation<M>> {
        self.evaluate_rows(data, &[])
    }

    /// As [`evaluate`](Self::evaluate), with a weight for each sample, by which its loss is multiplied; of the metrics, those that are
    /// [`Weighted`](crate::Weighted) take notice of it. As in Keras, the loss is still divided by the number of samples.
    ///
    /// # Errors
    /// As those of `evaluate`, and [`Error::Argument`] where there are not as many weights as samples.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 2], vec![Class::<3>::new(1).unwrap(); 2])?;
    /// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
    /// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Weighted(Accuracy));
    /// println!("{}", model.evaluate_weighted(&data, &[1.0, 0.5])?); // loss: 1.2319 - weighted_accuracy: 0.0000
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn evaluate_weighted(&self, data: &Dataset<X, L::Target>, sample_weight: &[f32]) -> Result<Evaluation<M>> {
        check_weights("the weights to evaluate with", sample_weight, data.x.len())?;
        self.evaluate_rows(data, sample_weight)
    }

    fn evaluate_rows(&self, data: &Dataset<X, L::Target>, weights: &[f32]) -> Result<Evaluation<M>> {
        check("the data to evaluate on", &data.x, &data.y)?;
        N::check(&data.x)?;
        let Compiled { model, loss, metrics, .. } = self;
        loss.validate()?;
        metrics.validate()?;
        let mut scorer = Scorer::<X, N, L, M>::new(loss, metrics, model.inference());
        let values = scorer.evaluate(&model.net, &model.options, &data.x, &data.y, weights);
        Ok(Evaluation { names: self.names(""), values, metrics: PhantomData })
    }

    /// Writes the parameters and the state of the training: the optimizer's, the generator, and the epochs of the last run.
    ///
    /// # Errors
    /// As those of [`Model::save`].
    pub fn save_training(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let Compiled { model, optimizer, moments, finished: Finished { names, rows, best }, .. } = self;
        let rate = *optimizer.learning_rate();
        let state = state::<N, O>(&model.random, rate, moments, names.clone(), rows.clone(), best.as_deref());
        checkpoint::save(path.as_ref(), &*model.net, &state.bytes())
    }

    /// Goes on from a training checkpoint: the next [`fit`](Fitting::fit) begins with the epoch after those that the checkpoint has seen,
    /// and ends with the bits of a run that was never interrupted.
    ///
    /// The model has been given the same plan, optimizer, loss and metrics as that which was saved, and is given the
    /// same data. Layers that do nothing in inference are not compared: with another dropout, training goes on with
    /// that.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Checkpoint`] where the file is damaged, holds another network or no training state, and [`Error::Data`]
    /// where the state is that of another optimizer or other metrics. After an error the model is as before.
    ///
    /// ```no_run
    /// use taut::prelude::*;
    /// # let data: Dataset<Vector<4>, Class<3>> = Dataset::new(vec![], vec![]).unwrap();
    /// let mut model =
    ///     Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    /// if std::path::Path::new("run.taut").exists() {
    ///     model.resume("run.taut")?;
    /// }
    /// model
    ///     .callbacks(ModelCheckpoint::every_epoch("run.taut").training_state())
    ///     .fit(&data, Fit { epochs: 100, ..Fit::default() })?;
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn resume(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let checkpoint = Checkpoint::read::<N>(path)?;
        let state = checkpoint.state::<N>(path, O::NAME, self.optimizer.moments())?;
        let (names, validated) = (self.names(""), [self.names(""), self.names("val_")].concat());
        if !state.names.is_empty() && state.names != names && state.names != validated {
            return Err(Error::data(path, ", its history", format!("{names:?}"), format!("{:?}", state.names)));
        }
        checkpoint.load(&mut *self.model.net);
        self.model.fresh = false;
        self.model.random = state.random;
        *self.optimizer.learning_rate() = state.learning_rate;
        self.moments.steps = state.steps;
        self.moments.values.resize_with(state.moments.len(), boxed);
        for (moment, values) in self.moments.values.iter_mut().zip(&state.moments) {
            set_values(&mut **moment, values);
        }
        let best = state.best.map(|values| {
            let mut best = boxed::<N>();
            set_values(&mut *best, &values);
            best
        });
        self.finished = Finished { names: state.names, rows: state.rows, best };
        self.resuming = true;
        Ok(())
    }

    /// The model without what `compile` added, to be given other options or compiled anew.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1).layers(|net| net.0.kernel.frozen = true);
    /// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    /// // Fine-tuning: all is trained, slowly.
    /// let model = model.into_model().layers(|net| net.0.kernel.frozen = false);
    /// let model = model.compile(Adam { learning_rate: 1e-5, ..Adam::default() }, SparseCategoricalCrossentropy, ());
    /// ```
    pub fn into_model(self) -> Model<X, N> {
        self.model
    }

    /// The optimizer's settings. Where new ones need another number of moments, as for a momentum that was 0, the optimizer's memory begins
    /// anew.
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// `loss` and the metrics, each with a prefix. As in Keras, a name that is there already gets a number: `precision_1`.
    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        let mut known = vec!["loss"];
        let mut names = vec![format!("{prefix}loss")];
        self.metrics.report(&M::State::default(), &mut |name, _| {
            let number = match known.iter().filter(|known| **known == name).count() {
                0 => String::new(),
                number => format!("_{number}"),
            };
            known.push(name);
            names.push(format!("{prefix}{name}{number}"));
        });
        names
    }
}

pub(crate) fn state<N: Params, O: Optimizer>(
    random: &Xoshiro256PlusPlus,
    learning_rate: f32,
    moments: &OptimizerState<N>,
    names: Vec<String>,
    rows: Vec<Vec<f32>>,
    best: Option<&N>,
) -> State {
    State {
        optimizer: O::NAME.into(),
        learning_rate,
        steps: moments.steps,
        random: random.clone(),
        names,
        rows,
        moments: moments.values.iter().map(|moment| crate::contract::train::values(&**moment)).collect(),
        best: best.map(crate::contract::train::values),
    }
}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// Adds to the model what training needs.
    ///
    /// - `loss` fits the output; its targets are the labels of the datasets. `metrics`: one, a tuple of up to eight, or `()`. Those of one
    ///   name are told apart by a number behind it, and those of one type by their place:
    ///
    /// ```
    /// use taut::prelude::*;
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
        M: Metric<N::Y, L::Target>,
    {
        let moments = OptimizerState::new(&optimizer);
        Compiled { model: self, optimizer, moments, loss, metrics, finished: Finished::default(), resuming: false }
    }
}
