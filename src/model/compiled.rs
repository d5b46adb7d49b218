use crate::callbacks::{Callback, NotValidated, Run, Validated};
use crate::datasets::{Augment, Dataset};
use crate::io::checkpoint::{self, Checkpoint, State};
use crate::io::error::{Error, Result};
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::model::fit::Validation;
use crate::model::{CHUNK, Evaluation, Fit, Fitting, History, Model, Weighable};
use crate::optimizers::{Moments, Optimizer};
use crate::params::{Buffer, Plain, boxed, flat_mut};
use crate::sample::Input;
use crate::train::{Params, Pass, Train, forward, set_values, values};
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
    pub(crate) moments: Moments<N>,
    pub(crate) loss: L,
    pub(crate) metrics: M,
    /// The last run, or that which is to be gone on with.
    pub(crate) done: Done<N>,
    pub(crate) goes_on: bool,
}

/// The epochs of a run, and the best parameters in it.
pub(crate) struct Done<N> {
    pub names: Vec<String>,
    pub rows: Vec<Vec<f32>>,
    pub best: Option<Box<N>>,
}

impl<N> Default for Done<N> {
    fn default() -> Self {
        Done { names: vec![], rows: vec![], best: None }
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
    /// Validates after each epoch on that data: then `Val…` can be monitored.
    pub fn validation<'a>(&'a mut self, data: &'a Dataset<X, L::Target>) -> Fitting<'a, X, N, O, L, M, Validated> {
        Fitting::new(self, Validation::Data(data))
    }

    /// Validates after each epoch on the last part of the training data, which is not trained on.
    ///
    /// - `fraction`: from 0 to 1, both excluded. As in Keras, the cut is before any shuffling.
    pub fn validation_split<'a>(&'a mut self, fraction: f64) -> Fitting<'a, X, N, O, L, M, Validated> {
        Fitting::new(self, Validation::Split(fraction))
    }

    /// Trains without validation, with that callback or tuple of callbacks.
    pub fn callbacks<'a>(
        &'a mut self,
        callbacks: impl Callback<Run<M, NotValidated>> + 'a,
    ) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        Fitting::new(self, Validation::None).callbacks(callbacks)
    }

    /// Trains without validation and callbacks; see [`Fitting::fit`].
    ///
    /// # Errors
    /// As those of [`Fitting::fit`].
    pub fn fit(&mut self, train: &Dataset<X, L::Target>, fit: Fit) -> Result<History<Run<M, NotValidated>>> {
        Fitting::new(self, Validation::None).fit(train, fit)
    }

    /// Trains without validation and callbacks, with a weight for each class; see [`Fitting::class_weight`].
    pub fn class_weight<'a, const C: usize>(&'a mut self, weights: [f32; C]) -> Fitting<'a, X, N, O, L, M, NotValidated>
    where
        L::Target: Weighable<C>,
    {
        Fitting::new(self, Validation::None).class_weight(weights)
    }

    /// Trains without validation and callbacks, with a weight for each sample; see [`Fitting::sample_weight`].
    pub fn sample_weight<'a>(&'a mut self, weights: &'a [f32]) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        Fitting::new(self, Validation::None).sample_weight(weights)
    }

    /// Trains without validation and callbacks, on samples that are changed at random; see [`Fitting::augment`].
    pub fn augment<'a>(&'a mut self, augmentation: impl Augment<X> + 'a) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        Fitting::new(self, Validation::None).augment(augmentation)
    }

    /// Trains without validation and callbacks, with samples that need not all be in memory; see [`Fitting::fit_stream`].
    ///
    /// # Errors
    /// As those of [`Fitting::fit_stream`].
    pub fn fit_stream<I>(&mut self, epochs: impl FnMut(usize) -> I, fit: Fit) -> Result<History<Run<M, NotValidated>>>
    where
        I: Iterator<Item = Result<(X, L::Target)>>,
    {
        Fitting::new(self, Validation::None).fit_stream(epochs, fit)
    }

    /// That a resumed run computes what it did before.
    pub(crate) fn check_resumed(&self, names: &[String]) -> Result<()> {
        if !self.goes_on || self.done.rows.is_empty() || self.done.names == names {
            return Ok(());
        }
        let known = format!("{:?} as before", self.done.names);
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
        let values = scorer.evaluate(&model.net, &model.plan, &data.x, &data.y, weights);
        Ok(Evaluation { names: self.names(""), values, metrics: PhantomData })
    }

    /// Writes the parameters and the state of the training: the optimizer's, the generator, and the epochs of the last run.
    ///
    /// # Errors
    /// As those of [`Model::save`].
    pub fn save_training(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let Compiled { model, optimizer, moments, done: Done { names, rows, best }, .. } = self;
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
        self.done = Done { names: state.names, rows: state.rows, best };
        self.goes_on = true;
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
    moments: &Moments<N>,
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
        moments: moments.values.iter().map(|moment| values(&**moment)).collect(),
        best: best.map(values),
    }
}

/// That there are samples, and a label for each.
pub(crate) fn check<X, T>(what: &'static str, x: &[X], y: &[T]) -> Result<()> {
    if x.is_empty() {
        return Err(Error::argument(what, "at least one sample", "none"));
    }
    if x.len() != y.len() {
        let received = format!("{} labels for {} samples", y.len(), x.len());
        return Err(Error::argument(what, "a label for each sample", received));
    }
    Ok(())
}

/// That there is a weight for each sample.
pub(crate) fn check_weights(what: &'static str, weights: &[f32], samples: usize) -> Result<()> {
    if weights.len() == samples {
        return Ok(());
    }
    Err(Error::argument(what, format!("{samples}, one for each sample"), weights.len()))
}

/// Runs batches forward, and adds up their loss and their metrics.
pub(crate) struct Scorer<'a, X, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> {
    loss: &'a L,
    metrics: &'a M,
    pub pass: Pass,
    pub cache: N::Cache,
    /// Outputs, and their gradient.
    p: Buffer<N::Y>,
    pub dy: Buffer<N::Y>,
    /// Room for the gradients whose step was made.
    pub made: Vec<usize>,
    sum: f64,
    samples: usize,
    state: M::State,
}

impl<'a, X: Input, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Scorer<'a, X, N, L, M> {
    pub fn new(loss: &'a L, metrics: &'a M, pass: Pass) -> Self {
        Scorer {
            loss,
            metrics,
            pass,
            cache: N::Cache::default(),
            p: Buffer::default(),
            dy: Buffer::default(),
            made: vec![],
            sum: 0.0,
            samples: 0,
            state: M::State::default(),
        }
    }

    /// Begins to add up anew.
    pub fn clear(&mut self) {
        (self.sum, self.samples, self.state) = (0.0, 0, M::State::default());
    }

    /// The loss of a batch, with all penalties; leaves its gradient in `dy`, which is what `backward` takes. Without `weights`, all samples
    /// count the same.
    pub fn score(&mut self, net: &N, plan: &N::Plan, x: &[X], t: &[L::Target], weights: &[f32]) -> f32 {
        let Scorer { loss, metrics, pass, cache, p, dy, sum, samples, state, .. } = self;
        let fused = L::FUSED.filter(|fused| Some(fused.head) == N::HEAD);
        (pass.penalty, pass.logits) = (0.0, fused.is_some());
        p.resize(x.len()).copy_from_slice(forward(net, plan, x, cache, pass));
        dy.resize(x.len());
        let scored = t.iter().filter(|t| !loss.ignores(t)).count();
        let n = scored.max(1) as f32;
        let mut mean = pass.penalty + net.penalty(plan);
        for (i, ((p, t), dy)) in p.iter_mut().zip(t).zip(dy.iter_mut()).enumerate() {
            let mut value = match &fused {
                Some(fused) if pass.logits => (fused.loss)(loss, p, t, dy),
                _ => loss.loss(p, t, dy),
            };
            if let Some(weight) = weights.get(i) {
                value *= weight;
                dy.values_mut().iter_mut().for_each(|dy| *dy *= weight);
            }
            if loss.ignores(t) {
                value = 0.0;
                dy.values_mut().fill(0.0);
            }
            mean += value / n;
        }
        flat_mut(dy).iter_mut().for_each(|dy| *dy /= n);
        // As in Keras, a batch of the training counts by its length; an evaluation does not depend on where it is cut in batches.
        let counted = if pass.training { x.len() } else { scored };
        *sum += (mean * counted as f32) as f64;
        *samples += counted;
        metrics.update(state, p, t, weights);
        mean
    }

    /// The loss and the metrics of all that was added up.
    pub fn values(&self) -> Vec<f32> {
        let mut values = vec![(self.sum / self.samples.max(1) as f64) as f32];
        self.metrics.report(&self.state, &mut |_, value| values.push(value));
        values
    }

    /// The loss and the metrics of all these samples.
    pub fn evaluate(&mut self, net: &N, plan: &N::Plan, x: &[X], t: &[L::Target], weights: &[f32]) -> Vec<f32> {
        self.clear();
        for (i, (x, t)) in x.chunks(CHUNK).zip(t.chunks(CHUNK)).enumerate() {
            self.score(net, plan, x, t, weights.get(i * CHUNK..).unwrap_or_default());
        }
        self.values()
    }
}
