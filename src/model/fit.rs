//! Training: a run is put together, and goes on epoch by epoch.

use crate::callbacks::callback::Callback;
use crate::callbacks::event::AverageDuring;
use crate::callbacks::event::{BatchEnd, EpochEnd, Requests, TrainBegin, Weights};
use crate::callbacks::monitor::NotValidated;
use crate::callbacks::monitor::Run;
use crate::callbacks::monitor::Validated;
use crate::contract::train::{Context, Params, Train};
use crate::datasets::augment::Augment;
use crate::datasets::dataset::Dataset;
use crate::io::checkpoint;
use crate::io::error::{Error, Result};
use crate::kernels::with_threads;
use crate::losses::loss::Loss;
use crate::memory::heap::{Buffer, boxed};
use crate::metrics::label::ClassLabel;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::compiled::{Finished, state};
use crate::model::history::History;
use crate::model::parameters::Model;
use crate::model::progress::Progress;
use crate::model::progress::Verbose;
use crate::model::score::{Scorer, check, check_weights};
use crate::optimizers::optimizer::{Optimizer, OptimizerState};
use crate::optimizers::with::check_memory;
use crate::shape::sample::Input;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::marker::PhantomData;
use std::path::Path;

/// How a run goes.
///
/// ```
/// use taut::prelude::*;
/// let fit = Fit { epochs: 20, batch_size: 30, ..Fit::default() };
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#fit-method>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fit {
    /// How often the training data are gone through, the epochs before a run was resumed included; 1 by default.
    pub epochs: usize,
    /// How many samples make a step; the last batch of an epoch may be shorter. 32 by default.
    pub batch_size: usize,
    /// Whether each epoch has an order of its own; true by default.
    pub shuffle: bool,
    /// How many threads compute, the caller's included; 0, the default, are as many as there are cores. The results have the same bits for
    /// any number, and small batches are computed by one.
    pub threads: usize,
    /// What is printed.
    pub verbose: Verbose,
    /// How many epochs before are counted, of other runs, say; 0 by default. The first epoch has the number after it.
    pub initial_epoch: usize,
    /// In how many epochs there is one with validation: in those whose number it divides; 1 by default. In the others the numbers of the
    /// validation are NaN in the history, and callbacks that monitor them do nothing.
    pub validation_frequency: usize,
    /// How many batches an epoch has at most; 0, the default, is as many as there are. (In Keras, an epoch of an array goes on where the one
    /// before has ended; here, so that a run can be resumed, each begins anew.)
    pub steps_per_epoch: usize,
}

impl Default for Fit {
    fn default() -> Self {
        Fit {
            epochs: 1,
            batch_size: 32,
            shuffle: true,
            threads: 0,
            verbose: Verbose::Auto,
            initial_epoch: 0,
            validation_frequency: 1,
            steps_per_epoch: 0,
        }
    }
}

/// Where the validation data come from.
pub(crate) enum Validation<'a, X, T> {
    None,
    Data(&'a Dataset<X, T>),
    Split(f64),
}

/// Samples and their labels.
type Rows<'a, X, T> = (&'a [X], &'a [T]);

/// Samples, their labels, and their weights; without these, all count the same.
type Weighed<'a, X, T> = (&'a [X], &'a [T], &'a [f32]);

/// What is trained on, and what is validated on.
type Parts<'a, X, T> = (Rows<'a, X, T>, Option<Rows<'a, X, T>>);

impl<'a, X, T> Validation<'a, X, T> {
    fn part<'b>(&self, train: &'b Dataset<X, T>) -> Result<Parts<'b, X, T>>
    where
        'a: 'b,
    {
        let (x, t) = (&train.x[..], &train.y[..]);
        check("the training data", x, t)?;
        match *self {
            Validation::None => Ok(((x, t), None)),
            Validation::Data(data) => {
                check("the validation data", &data.x, &data.y)?;
                Ok(((x, t), Some((&data.x, &data.y))))
            }
            Validation::Split(fraction) => {
                let at = (x.len() as f64 * (1.0 - fraction)).floor();
                if !(fraction > 0.0 && at >= 1.0 && at < x.len() as f64) {
                    let expected = "a fraction that leaves both parts a sample";
                    return Err(Error::argument(
                        "validation_split",
                        expected,
                        format!("{fraction} of {} samples", x.len()),
                    ));
                }
                let ((x, rest), (t, labels)) = (x.split_at(at as usize), t.split_at(at as usize));
                Ok(((x, t), Some((rest, labels))))
            }
        }
    }
}

/// Where the batches of a run come from.
trait Source<X, T> {
    /// How many samples an epoch has, if that is known.
    fn samples(&self) -> Option<usize>;
    /// Begins an epoch.
    fn begin(&mut self, epoch: usize, random: &mut Xoshiro256PlusPlus);
    /// Puts the next samples into the batch; none, if the epoch has ended.
    fn next(&mut self, size: usize, batch: &mut Batch<X, T>) -> Result<()>;
}

/// Rows in memory, in an order of its own in each epoch.
struct InMemory<'a, X, T> {
    x: &'a [X],
    t: &'a [T],
    weights: &'a [f32],
    shuffle: bool,
    order: Vec<usize>,
    at: usize,
}

impl<X: Input, T: Clone> Source<X, T> for InMemory<'_, X, T> {
    fn samples(&self) -> Option<usize> {
        Some(self.x.len())
    }
    fn begin(&mut self, _: usize, random: &mut Xoshiro256PlusPlus) {
        self.at = 0;
        self.order.clear();
        self.order.extend(0..self.x.len());
        if self.shuffle {
            self.order.shuffle(random);
        }
    }
    fn next(&mut self, size: usize, batch: &mut Batch<X, T>) -> Result<()> {
        let rest = &self.order[self.at..];
        let order = &rest[..size.min(rest.len())];
        self.at += order.len();
        batch.clear();
        for (to, from) in batch.x.resize(order.len()).iter_mut().zip(order) {
            *to = self.x[*from];
            batch.t.push(self.t[*from].clone());
            batch.weights.extend(self.weights.get(*from));
        }
        Ok(())
    }
}

/// Samples that come one after another, anew in each epoch.
struct Stream<F, I> {
    epochs: F,
    now: Option<I>,
}

impl<X: Input, T, I: Iterator<Item = Result<(X, T)>>, F: FnMut(usize) -> I> Source<X, T> for Stream<F, I> {
    fn samples(&self) -> Option<usize> {
        None
    }
    fn begin(&mut self, epoch: usize, _: &mut Xoshiro256PlusPlus) {
        self.now = Some((self.epochs)(epoch));
    }
    fn next(&mut self, size: usize, batch: &mut Batch<X, T>) -> Result<()> {
        batch.clear();
        let mut samples = self.now.iter_mut().flatten().take(size);
        let room = batch.x.resize(size);
        for to in room {
            let Some(sample) = samples.next() else { break };
            let (x, t) = sample?;
            *to = x;
            batch.t.push(t);
        }
        batch.x.resize(batch.t.len());
        Ok(())
    }
}

/// What is weighed in the loss of the training.
enum WeightSource<'a, T> {
    /// Nothing.
    None,
    /// Each sample, by its row.
    Rows(&'a [f32]),
    /// The samples of each class.
    Classes(Box<dyn Fn(&T) -> f32 + 'a>),
    /// Both were asked for.
    Both,
}

/// Labels that a weight for each of `C` classes fits: those that are [`ClassLabel`] them.
#[diagnostic::on_unimplemented(
    message = "class weights do not fit labels `{Self}`",
    label = "expected a weight for each class of the labels",
    note = "labels are `Class<C>`, one-hot `Vector<C>`, or, for two classes, `Vector<1>`"
)]
pub trait Weighable<const C: usize>: ClassLabel<C> {}
#[diagnostic::do_not_recommend]
impl<const C: usize, T: ClassLabel<C>> Weighable<C> for T {}

/// A run being put together: validation first, then callbacks, then [`fit`](Self::fit).
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
/// # let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// # let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// let history = model
///     .validation_split(0.25)
///     .class_weight([1.0, 2.0, 1.0])
///     .callbacks((EarlyStopping::new(ValLoss).patience(3), ReduceLrOnPlateau::new(Val(Accuracy))))
///     .fit(&data, Fit { epochs: 10, batch_size: 4, ..Fit::default() })?;
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#fit-method>.
#[must_use = "nothing is trained before `.fit(&data, Fit { .. })`"]
pub struct Fitting<'a, X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M, V> {
    compiled: &'a mut Compiled<X, N, O, L, M>,
    validation: Validation<'a, X, L::Target>,
    weights: WeightSource<'a, L::Target>,
    augmentation: Option<Box<dyn Augment<X> + 'a>>,
    validation_weights: Option<&'a [f32]>,
    callbacks: Box<dyn Callback<Run<M, V>> + 'a>,
}

impl<'a, X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>, V>
    Fitting<'a, X, N, O, L, M, V>
{
    pub(crate) fn new(compiled: &'a mut Compiled<X, N, O, L, M>, validation: Validation<'a, X, L::Target>) -> Self {
        let (weights, callbacks) = (WeightSource::None, Box::new(()));
        Fitting { compiled, validation, weights, validation_weights: None, augmentation: None, callbacks }
    }

    /// Adds a callback, or a tuple of up to eight.
    pub fn callbacks(self, callbacks: impl Callback<Run<M, V>> + 'a) -> Self
    where
        M: 'a,
        V: 'a,
    {
        Fitting { callbacks: Box::new((self.callbacks, callbacks)), ..self }
    }

    /// Multiplies the loss of each sample of the training by the weight of its class, where some classes are rare, say.
    ///
    /// As in Keras, the loss is still divided by the number of samples, and the validation is not weighed, nor are metrics, but for those
    /// that are [`Weighted`](crate::Weighted).
    ///
    /// - `weights`: one for each class of the labels, which are `Class<C>`, one-hot `Vector<C>`, or, for two classes, `Vector<1>`; another
    ///   number of weights does not compile. A label of no class has a weight of 1.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let x = (0..8).map(|i| Vector::new([i as f32])).collect();
    /// let data = Dataset::new(x, (0..8).filter_map(|i| Class::<2>::new((i == 0) as usize)).collect())?;
    /// let model = Model::<Vector<1>, (Dense<1, 2>, Softmax)>::new(1);
    /// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    /// model.class_weight([1.0, 7.0]).fit(&data, Fit::default())?;
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn class_weight<const C: usize>(self, weights: [f32; C]) -> Self
    where
        L::Target: Weighable<C>,
    {
        let weight = move |label: &L::Target| label.class().map_or(1.0, |class| weights[class]);
        let weights = match self.weights {
            WeightSource::None => WeightSource::Classes(Box::new(weight)),
            _ => WeightSource::Both,
        };
        Fitting { weights, ..self }
    }

    /// Multiplies the loss of each sample of the training by its weight. As in Keras, the loss is still divided by the number of samples,
    /// and metrics are not weighed, but for those that are [`Weighted`](crate::Weighted); nor is the validation, unless it is split off.
    ///
    /// - `weights`: one for each row of the data that are trained on.
    pub fn sample_weight(self, weights: &'a [f32]) -> Self {
        let weights = match self.weights {
            WeightSource::None => WeightSource::Rows(weights),
            _ => WeightSource::Both,
        };
        Fitting { weights, ..self }
    }

    /// Changes each sample of the training at random, anew in each epoch; what is validated on stays as it is.
    ///
    /// It is drawn from the model's generator: the same seed gives the same bits, also where a run is resumed.
    ///
    /// - `augmentation`: a [`RandomFlip`](crate::RandomFlip), a [`RandomTranslation`](crate::RandomTranslation), a tuple of some, which come one
    ///   after another, or any [`Augment`]. Of several calls, the last one counts.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # type Net = (Flatten, Dense<64, 10>, Softmax);
    /// let (train, test) = datasets::digits()?.split(0.2)?;
    /// # let train = train.take(64);
    /// let mut model = Model::<Image<8, 8, 1>, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    /// model.validation(&test).augment((RandomFlip::Horizontal, RandomTranslation::default())).fit(&train, Fit::default())?;
    /// # Ok::<(), taut::Error>(())
    /// ```
    ///
    /// See <https://keras.io/api/layers/preprocessing_layers/image_augmentation/>.
    pub fn augment(self, augmentation: impl Augment<X> + 'a) -> Self {
        Fitting { augmentation: Some(Box::new(augmentation)), ..self }
    }

    /// Multiplies the loss of each sample of the [`validation`](Compiled::validation) by its weight.
    ///
    /// - `weights`: one for each row of the validation data. A validation that is split off has those of
    ///   [`sample_weight`](Self::sample_weight).
    pub fn validation_sample_weight(self, weights: &'a [f32]) -> Self {
        Fitting { validation_weights: Some(weights), ..self }
    }

    /// The weights of the validation: none, where all count the same.
    fn weights_of_validation(&self) -> Result<&'a [f32]> {
        let Some(weights) = self.validation_weights else { return Ok(&[]) };
        let Validation::Data(data) = &self.validation else {
            let received = "a validation that is split off, or none";
            return Err(Error::argument("validation_sample_weight", "validation data", received));
        };
        check_weights("validation_sample_weight", weights, data.x.len())?;
        Ok(weights)
    }

    /// Trains, and returns what was computed after each epoch.
    ///
    /// As in Keras, the loss of an epoch is the mean over its batches, weighted by their lengths, of the loss before each step, regularizers
    /// included. What was trained before, as by another `fit`, is gone on from.
    ///
    /// # Errors
    /// [`Error::Argument`] where the data are empty, have another number of labels than of samples, the batch size is 0, a split leaves
    /// one part empty, a setting of the optimizer or of an augmentation is out of its range, there are both class weights and sample weights, or not a
    /// sample weight for each sample, or a token is none of the network's; what a callback returns. The parameters are then those of the last step
    /// that was made.
    pub fn fit(self, train: &Dataset<X, L::Target>, fit: Fit) -> Result<History<Run<M, V>>> {
        with_threads(fit.threads, || self.fit_rows(train, fit))
    }

    /// As [`fit`](Self::fit), with samples that need not all be in memory.
    ///
    /// - `epochs`: is given the number of an epoch, counted from 1, and returns its samples, in the order in which they are trained on. The
    ///   epoch ends with them, or after [`steps_per_epoch`](Fit::steps_per_epoch).
    ///
    /// # Errors
    /// As those of `fit`, and what the samples are in place of samples. [`Error::Argument`] where an epoch has none, and where there are
    /// sample weights or a validation that is split off.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// // Read from a file in pieces, or, as here, without an end.
    /// let samples = |_epoch| (0..).map(|i| (i % 7) as f32 / 7.0).map(|x| Ok((Vector::new([x]), Vector::new([2.0 * x]))));
    /// let history = model.fit_stream(samples, Fit { epochs: 3, steps_per_epoch: 10, ..Fit::default() })?;
    /// assert_eq!(history.rows.len(), 3);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn fit_stream<I>(self, epochs: impl FnMut(usize) -> I, fit: Fit) -> Result<History<Run<M, V>>>
    where
        I: Iterator<Item = Result<(X, L::Target)>>,
    {
        let weights = self.weights_of_validation()?;
        let validation = match self.validation {
            Validation::None => None,
            Validation::Data(data) => {
                check("the validation data", &data.x, &data.y)?;
                N::check(&data.x)?;
                Some((&data.x[..], &data.y[..], weights))
            }
            Validation::Split(_) => {
                return Err(Error::argument("validation_split", "data in memory", "a stream of samples"));
            }
        };
        if let WeightSource::Rows(_) = self.weights {
            return Err(Error::argument("sample_weight", "data in memory", "a stream of samples"));
        }
        let source = Stream { epochs, now: None };
        with_threads(fit.threads, || self.run(source, validation, fit))
    }

    fn fit_rows(self, train: &Dataset<X, L::Target>, fit: Fit) -> Result<History<Run<M, V>>> {
        let ((x, t), validation) = self.validation.part(train)?;
        let of_validation = self.weights_of_validation()?;
        let all = match self.weights {
            WeightSource::Rows(weights) => weights,
            _ => &[],
        };
        if let WeightSource::Rows(_) = self.weights {
            check_weights("sample_weight", all, train.x.len())?;
        }
        let (weights, rest) = all.split_at(x.len().min(all.len()));
        let rest = if rest.is_empty() { of_validation } else { rest };
        let validation = validation.map(|(x, t)| (x, t, rest));
        N::check(x)?;
        N::check(validation.map_or(&[], |(x, ..)| x))?;
        let source = InMemory { x, t, weights, shuffle: fit.shuffle, order: vec![], at: 0 };
        self.run(source, validation, fit)
    }

    fn run(
        self,
        mut source: impl Source<X, L::Target>,
        validation: Option<Weighed<'_, X, L::Target>>,
        fit: Fit,
    ) -> Result<History<Run<M, V>>> {
        let Fitting { compiled, mut callbacks, weights, augmentation, .. } = self;
        if fit.batch_size == 0 {
            return Err(Error::argument("batch_size", "at least 1", 0));
        }
        if fit.validation_frequency == 0 {
            return Err(Error::argument("validation_frequency", "at least 1", 0));
        }
        if let WeightSource::Both = weights {
            return Err(Error::argument("class_weight", "no sample_weight beside it, as in Keras", "both"));
        }
        check_memory(&compiled.optimizer)?;
        augmentation.as_ref().map_or(Ok(()), |augmentation| augmentation.check())?;
        N::validate(&compiled.model.options)?;
        compiled.loss.validate()?;
        compiled.metrics.validate()?;

        let mut names = compiled.names("");
        let metrics = names.len() - 1;
        if validation.is_some() {
            names.extend(compiled.names("val_"));
        }
        compiled.check_resumed(&names)?;
        let mut start = TrainBegin { epochs: fit.epochs, names: &names, requests: Requests::default() };
        callbacks.train_begin(&mut start)?;
        let Requests { resume, average: swapping } = start.requests;
        if let Some(path) = resume.filter(|path| path.exists()) {
            compiled.resume(path)?;
            compiled.check_resumed(&names)?;
        }
        let mut history = History { names, rows: vec![], metrics, initial_epoch: fit.initial_epoch, run: PhantomData };

        let Compiled { model, optimizer, moments, loss, metrics: measured, finished, resuming } = compiled;
        let Model { net, options, random, fresh, .. } = model;
        let net = &mut **net;
        if moments.values.len() != optimizer.moments() {
            // Other settings than in an earlier run, which need another memory: the optimizer begins anew.
            *moments = OptimizerState::new(optimizer);
        }
        let average = optimizer.options().and_then(|options| options.average_of(optimizer.moments()));
        if swapping.is_some() && average.is_none() {
            let expected = "an optimizer that follows an average: OptimizerOptions::ema";
            return Err(Error::argument("SwapEmaWeights", expected, "one that does not"));
        }
        // Which moment stands in for the weights while validating, and at the end of an epoch.
        let validating_with = average.filter(|_| swapping.is_some());
        let ending_with = average.filter(|_| swapping == Some(AverageDuring::EpochEnd));
        *fresh = false;

        // The epochs before the run was resumed, if it was.
        let Finished { mut rows, mut best, .. } = std::mem::take(finished);
        if !std::mem::take(resuming) {
            (rows, best) = (vec![], None);
        }
        let validated = |number: usize| validation.is_some() && number.is_multiple_of(fit.validation_frequency);
        let (mut stop, last) = (false, rows.len());
        swap(options, net, moments, ending_with);
        for row in rows {
            history.rows.push(row);
            let mut replayed = Replayed { net, best: &mut best, last: history.rows.len() == last };
            let mut epoch = history.epoch(optimizer.learning_rate(), &mut replayed);
            epoch.validated = validated(epoch.number);
            callbacks.resumed(&mut epoch)?;
            stop = epoch.stop;
        }
        swap(options, net, moments, ending_with);

        let mut training = Scorer::<X, N, L, M>::new(loss, measured, Context::training(random.clone()));
        let mut validating = Scorer::<X, N, L, M>::new(loss, measured, Context::inference(random.clone()));
        let mut grad = boxed::<N>();
        let mut batch = Batch { x: Buffer::default(), t: vec![], weights: vec![] };
        let most = if fit.steps_per_epoch == 0 { usize::MAX } else { fit.steps_per_epoch };
        let steps = source.samples().map_or(most, |samples| samples.div_ceil(fit.batch_size).min(most));
        let mut progress = Progress::new(fit.verbose, fit.epochs, steps);

        for number in fit.initial_epoch + history.rows.len() + 1..=fit.epochs {
            if stop {
                break;
            }
            with_learning_rate(optimizer, |learning_rate| callbacks.epoch_begin(number, learning_rate))?;
            progress.epoch_begin(number);
            source.begin(number, &mut training.context.random);
            training.clear();
            for step in 1..=most {
                source.next(fit.batch_size, &mut batch)?;
                if source.samples().is_none() {
                    N::check(&batch.x)?;
                }
                if batch.t.is_empty() {
                    if step == 1 {
                        return Err(Error::argument("the training data", "at least one sample in each epoch", "none"));
                    }
                    break;
                }
                if let Some(augmentation) = &augmentation {
                    batch.x.iter_mut().for_each(|x| augmentation.augment(x, &mut training.context.random));
                }
                if let WeightSource::Classes(weight) = &weights {
                    batch.weights.extend(batch.t.iter().map(weight));
                }
                let loss = training.score(net, options, &batch.x, &batch.t, &batch.weights);
                training.step(net, options, &batch.x, &mut grad, optimizer, moments);
                progress.batch_end(step, &history.names, || training.values());
                let mut keep = RunWeights {
                    net,
                    options,
                    best: &mut best,
                    random,
                    moments,
                    average: None,
                    names: &history.names,
                    rows: &history.rows,
                    optimizer: PhantomData::<O>,
                };
                let ended = with_learning_rate(optimizer, |learning_rate| {
                    let (names, weights) = (&history.names[..=metrics], &mut keep);
                    let values = &|| training.values();
                    let mut ended = BatchEnd {
                        epoch: number,
                        number: step,
                        loss,
                        learning_rate,
                        stop: false,
                        names,
                        values,
                        weights,
                    };
                    callbacks.batch_end(&mut ended)?;
                    Ok(ended.stop)
                })?;
                if ended {
                    stop = true;
                    break;
                }
            }
            *random = training.context.random.clone();

            let mut row = training.values();
            if let Some((x, t, weights)) = validation.filter(|_| validated(number)) {
                swap(options, net, moments, validating_with);
                row.extend(validating.evaluate(net, options, x, t, weights));
                swap(options, net, moments, validating_with);
            }
            progress.epoch_end(&history.names, &row);
            row.resize(history.names.len(), f32::NAN);
            history.rows.push(row);
            swap(options, net, moments, ending_with);
            let mut keep = RunWeights {
                net,
                options,
                best: &mut best,
                random,
                moments,
                average: ending_with,
                names: &history.names,
                rows: &history.rows,
                optimizer: PhantomData::<O>,
            };
            let ended = with_learning_rate(optimizer, |learning_rate| {
                let mut epoch = history.epoch(learning_rate, &mut keep);
                (epoch.stop, epoch.validated) = (stop, validated(number));
                callbacks.epoch_end(&mut epoch)?;
                Ok(epoch.stop)
            });
            swap(options, net, moments, ending_with);
            stop = ended?;
        }
        if moments.steps > 0 && average.is_some() {
            swap(options, net, moments, average);
            average.into_iter().for_each(|average| copy(net, &mut moments.values[average]));
        }
        if let Some(best) = &mut best {
            copy(&mut **best, net);
        }
        *finished = Finished { names: history.names.clone(), rows: history.rows.clone(), best };
        callbacks.train_end()?;
        Ok(history)
    }
}

/// Tells callbacks something; who changes the learning rate that a schedule decides on is told that it cannot.
fn with_learning_rate<O: Optimizer, T>(optimizer: &mut O, tell: impl FnOnce(&mut f32) -> Result<T>) -> Result<T> {
    let before = *optimizer.learning_rate();
    let with_learning_rate = tell(optimizer.learning_rate())?;
    let after = *optimizer.learning_rate();
    let scheduled = optimizer.options().is_some_and(|options| options.learning_rate.get().is_some());
    if scheduled && after.to_bits() != before.to_bits() {
        return Err(Error::argument("a callback's learning rate", format!("that of the schedule, {before}"), after));
    }
    Ok(with_learning_rate)
}

impl<R> History<R> {
    /// Its last epoch, as a callback sees it.
    fn epoch<'a>(&'a self, learning_rate: &'a mut f32, weights: &'a mut dyn Weights) -> EpochEnd<'a, R> {
        EpochEnd {
            number: self.initial_epoch + self.rows.len(),
            learning_rate,
            stop: false,
            names: &self.names,
            row: self.rows.last().map_or(&[], Vec::as_slice),
            metrics: self.metrics,
            validated: true,
            weights,
            run: PhantomData,
        }
    }
}

/// The samples of a batch, one after another.
struct Batch<X, T> {
    x: Buffer<X>,
    t: Vec<T>,
    /// As many, or none, where all count the same.
    weights: Vec<f32>,
}

impl<X, T> Batch<X, T> {
    fn clear(&mut self) {
        self.t.clear();
        self.weights.clear();
    }
}

/// What callbacks may do with the parameters of a run.
struct RunWeights<'a, N: Params, O> {
    net: &'a mut N,
    options: &'a N::Options,
    best: &'a mut Option<Box<N>>,
    random: &'a Xoshiro256PlusPlus,
    moments: &'a mut OptimizerState<N>,
    /// The moment that has changed places with the parameters, if one has.
    average: Option<usize>,
    names: &'a [String],
    rows: &'a [Vec<f32>],
    optimizer: PhantomData<O>,
}

impl<N: Params, O: Optimizer> Weights for RunWeights<'_, N, O> {
    fn save(&mut self, path: &Path) -> Result<()> {
        checkpoint::save(path, self.net, &[])
    }
    fn save_training(&mut self, path: &Path, learning_rate: f32) -> Result<()> {
        let (names, rows) = (self.names.to_vec(), self.rows.to_vec());
        swap(self.options, self.net, self.moments, self.average);
        let state = state::<N, O>(self.random, learning_rate, self.moments, names, rows, self.best.as_deref());
        let saved = checkpoint::save(path, self.net, &state.bytes());
        swap(self.options, self.net, self.moments, self.average);
        saved
    }
    fn keep_as_best(&mut self) {
        copy(self.net, self.best.get_or_insert_with(boxed));
    }
}

/// What they may do in an epoch before the run was resumed. What it saved is there already; the parameters that there are, are those of
/// the last of these epochs.
struct Replayed<'a, N> {
    net: &'a mut N,
    best: &'a mut Option<Box<N>>,
    last: bool,
}

impl<N: Params> Weights for Replayed<'_, N> {
    fn save(&mut self, _: &Path) -> Result<()> {
        Ok(())
    }
    fn save_training(&mut self, _: &Path, _: f32) -> Result<()> {
        Ok(())
    }
    fn keep_as_best(&mut self) {
        if self.last {
            copy(self.net, self.best.get_or_insert_with(boxed));
        }
    }
}

/// Exchanges the parameters that are trained with a moment, if one is given.
fn swap<N: Params>(options: &N::Options, net: &mut N, moments: &mut OptimizerState<N>, average: Option<usize>) {
    let Some(average) = average.filter(|_| moments.steps > 0) else { return };
    let average = &mut *moments.values[average];
    N::visit_trainable(options, [net, average], &mut |_, _, [w, average]| w.swap_with_slice(average));
}

fn copy<N: Params>(from: &mut N, to: &mut N) {
    N::visit(&N::Options::default(), [from, to], &mut |_, _, [from, to]| to.copy_from_slice(from));
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
}

/// Implemented by no type: its message says what to do with a model that is not compiled.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this model is not compiled",
    label = "call `.compile(optimizer, loss, metrics)` before `.fit`",
    note = "`compile` returns the model that can be trained"
)]
pub trait IsCompiled {}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// There for its message alone: without it the compiler would propose `fmt`.
    #[doc(hidden)]
    pub fn fit<D>(
        &mut self,
        _: &D,
        _: Fit,
    ) -> Result<History<crate::callbacks::monitor::Run<(), crate::callbacks::monitor::NotValidated>>>
    where
        Self: IsCompiled,
    {
        unreachable!("no `Model` is compiled")
    }
}
