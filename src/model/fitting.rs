//! A training run that is being configured.

use crate::callbacks::callback::Callback;
use crate::callbacks::event::{Requests, TrainBegin};
use crate::callbacks::monitor::Run;
use crate::contract::train::Train;
use crate::datasets::augment::Augment;
use crate::datasets::training_data::TrainingData;
use crate::io::error::{Error, Result};
use crate::losses::loss::Loss;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::history::History;
use crate::model::loss_weights::{LossWeights, Weighable};
use crate::model::names::{names, validation_names};
use crate::model::options::Fit;
use crate::model::score::check;
use crate::model::source::{InMemory, Source, Stream};
use crate::model::trainer::{Parts, Trainer};
use crate::model::validation::{Samples, Validation};
use crate::optimizers::optimizer::Optimizer;
use crate::optimizers::with::check_memory;
use crate::shape::sample::Input;
use std::fmt::{self, Debug};

/// A training run that is being configured: validation first, then callbacks and weights, then [`fit`](Self::fit).
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
/// assert_eq!(history.names, ["loss", "accuracy", "val_loss", "val_accuracy"]);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#fit-method>.
#[must_use = "nothing is trained before `.fit(&data, Fit { .. })`"]
pub struct Fitting<'a, X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M, V> {
    compiled: &'a mut Compiled<X, N, O, L, M>,
    validation: Validation<'a, X, L::Target>,
    loss_weights: LossWeights<'a, L::Target>,
    augmentation: Option<Box<dyn Augment<X> + 'a>>,
    validation_weights: Option<&'a [f32]>,
    callbacks: Box<dyn Callback<Run<M, V>> + 'a>,
}

impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M, V> Debug for Fitting<'_, X, N, O, L, M, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fitting").field("model", &self.compiled.model).finish_non_exhaustive()
    }
}

impl<'a, X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>, V>
    Fitting<'a, X, N, O, L, M, V>
{
    pub(crate) fn new(compiled: &'a mut Compiled<X, N, O, L, M>, validation: Validation<'a, X, L::Target>) -> Self {
        Fitting {
            compiled,
            validation,
            loss_weights: LossWeights::None,
            augmentation: None,
            validation_weights: None,
            callbacks: Box::new(()),
        }
    }

    /// Adds a callback, or a tuple of up to eight. Callbacks run in the order in which they were added.
    pub fn callbacks(self, callbacks: impl Callback<Run<M, V>> + 'a) -> Self
    where
        M: 'a,
        V: 'a,
    {
        Fitting { callbacks: Box::new((self.callbacks, callbacks)), ..self }
    }

    /// Multiplies the training loss of each sample by the weight of its class, for classes that are rare, say.
    ///
    /// As in Keras, the loss is still divided by the number of samples. The validation has no weights, and neither have
    /// metrics that are not [`Weighted`](crate::Weighted).
    ///
    /// - `weights`: a number from 0 for each class of the labels, which are `Class<C>`, one-hot `Vector<C>`, or, for
    ///   two classes, `Vector<1>`. Another number of weights does not compile. A label of no class has a weight of 1.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let labels = (0..8).filter_map(|i| Class::<2>::new((i == 0) as usize)).collect(); // one of eight is rare
    /// let data = Dataset::new(vec![Vector::new([0.0]); 8], labels)?;
    /// let model = Model::<Vector<1>, (Dense<1, 2>, Softmax)>::new(1); // each output is one half
    /// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    /// let history = model.validation_split(0.25).class_weight([1.0, 7.0]).fit(&data, Fit::default())?;
    /// let [training, validation] = [history.get(TrainingLoss)[0], history.get(ValLoss)[0]];
    /// assert!((training - 2.0_f32.ln() * (5.0 + 7.0) / 6.0).abs() < 1e-6 && validation < 1.0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn class_weight<const C: usize>(self, weights: [f32; C]) -> Self
    where
        L::Target: Weighable<C>,
    {
        Fitting { loss_weights: self.loss_weights.or_both(LossWeights::classes(weights)), ..self }
    }

    /// Multiplies the training loss of each sample by its weight.
    ///
    /// As in Keras, the loss is still divided by the number of samples, and metrics that are not
    /// [`Weighted`](crate::Weighted) have no weights. The validation has weights only if it is split off.
    ///
    /// - `weights`: a number from 0 for each sample of the training data.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let labels = [3.0, 100.0, 3.0, 100.0].map(|t| Vector::new([t]));
    /// let data = Dataset::new(vec![Vector::new([0.0]); 4], labels.into())?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.0), MeanSquaredError, ());
    /// let history = model.validation_split(0.5).sample_weight(&[1.0, 0.0, 2.0, 0.0]).fit(&data, Fit::default())?;
    /// assert_eq!((history.get(TrainingLoss)[0], history.get(ValLoss)[0]), (9.0 / 2.0, 2.0 * 9.0 / 2.0));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn sample_weight(self, weights: &'a [f32]) -> Self {
        Fitting { loss_weights: self.loss_weights.or_both(LossWeights::Samples(weights)), ..self }
    }

    /// Changes each training sample at random, anew in each epoch. The validation data stay as they are.
    ///
    /// The changes are drawn from the model's generator: the same seed gives the same bits, also in a resumed run.
    ///
    /// - `augmentation`: a [`RandomFlip`](crate::RandomFlip), a [`RandomTranslation`](crate::RandomTranslation), a
    ///   tuple of them, applied in order, or any [`Augment`]. Of several calls, the last one counts.
    ///
    /// ```
    /// use taut::{datasets::{RandomFlip, RandomTranslation}, prelude::*};
    /// # type Net = (Flatten, Dense<64, 10>, Softmax);
    /// let (train, test) = datasets::digits()?.split(0.2)?;
    /// # let train = train.take(64);
    /// let model = Model::<Image<8, 8, 1>, Net>::new(1);
    /// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    /// let augmentation = (RandomFlip::Horizontal, RandomTranslation::default());
    /// let history = model.validation(&test).augment(augmentation).fit(&train, Fit::default())?;
    /// assert_eq!(history.get(ValLoss), [model.evaluate(&test)?.loss()]); // of images as they are
    /// # Ok::<(), taut::Error>(())
    /// ```
    ///
    /// See <https://keras.io/api/layers/preprocessing_layers/image_augmentation/>.
    pub fn augment(self, augmentation: impl Augment<X> + 'a) -> Self {
        Fitting { augmentation: Some(Box::new(augmentation)), ..self }
    }

    /// Multiplies the loss of each sample of the [`validation`](Compiled::validation) data by its weight.
    ///
    /// - `weights`: a number from 0 for each validation sample. Samples that are split off have their weights from
    ///   [`sample_weight`](Self::sample_weight).
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([0.0]); 2], vec![Vector::new([3.0]), Vector::new([100.0])])?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.0), MeanSquaredError, ());
    /// let history = model.validation(&data).validation_sample_weight(&[1.0, 0.0]).fit(&data, Fit::default())?;
    /// assert_eq!((history.get(TrainingLoss)[0], history.get(ValLoss)[0]), (10_009.0 / 2.0, 9.0 / 2.0));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn validation_sample_weight(self, weights: &'a [f32]) -> Self {
        Fitting { validation_weights: Some(weights), ..self }
    }

    /// Trains, and returns the loss and the metrics of each epoch. A model that was trained before continues from its
    /// weights and the optimizer's state.
    ///
    /// As in Keras, the loss of an epoch is the mean over its batches, weighted by their lengths, of the loss before
    /// each step, regularizers included.
    ///
    /// - `train`: a dataset of `X` or, if it stores [`Pixels`](crate::Pixels), its
    ///   [`as_floats`](crate::Dataset::as_floats), which become floats batch by batch.
    ///
    /// # Errors
    /// [`Error::Argument`] if the data are empty, labels or weights are not one for each sample, a weight is NaN,
    /// negative or infinite, a split leaves a part empty, an option of [`Fit`] or a setting of the optimizer, a loss, a
    /// metric, a layer, a callback or an augmentation is out of its range, classes and samples both have weights, the
    /// network does not know a token, or the environment variable `TAUT_SIMD` names no instruction set; and, while the
    /// model trains, if a schedule or a callback gives a learning rate that is NaN, negative or infinite; and any error
    /// of a callback. The parameters are then those of the last step, and the next `fit` begins with epoch 1. A resumed
    /// run that fails before its first step stays resumed: the next `fit` begins where this one was to.
    pub fn fit(self, train: &impl TrainingData<X, L::Target>, fit: Fit) -> Result<History<Run<M, V>>> {
        fit.run(|| {
            let n = train.rows().len();
            check("the training data", n, train.targets().len())?;
            let mut samples = Samples::new(train, self.loss_weights.of_samples(n)?);
            let mut validation = self.validation.data(self.validation_weights)?;
            if let Validation::Split(fraction) = self.validation {
                let (first, last) = samples.split(fraction)?;
                (samples, validation) = (first, Some(last));
            }
            samples.x.check::<N>()?;
            let copies = fit.shuffle || self.augmentation.is_some();
            self.run(InMemory::new(samples, fit.shuffle, copies, N::MACS), validation, fit)
        })
    }

    /// As [`fit`](Self::fit), with samples that need not all be in memory.
    ///
    /// - `epochs`: returns the samples of an epoch, in the order of training, for the epoch's number, counted from 1.
    ///   The epoch ends with them, or after [`steps_per_epoch`](Fit::steps_per_epoch).
    ///
    /// # Errors
    /// As those of `fit`, and any error among the samples. [`Error::Argument`] if an epoch has no samples, and for
    /// sample weights or a validation that is split off.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// // Read from a file in pieces, or, as here, without an end.
    /// let inputs = || (0..).map(|i| (i % 7) as f32 / 7.0);
    /// let samples = |_epoch| inputs().map(|x| Ok((Vector::new([x]), Vector::new([2.0 * x]))));
    /// let history = model.fit_stream(samples, Fit { epochs: 3, steps_per_epoch: Some(10), ..Fit::default() })?;
    /// assert_eq!(history.rows.len(), 3);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn fit_stream<I>(self, epochs: impl FnMut(usize) -> I, fit: Fit) -> Result<History<Run<M, V>>>
    where
        I: Iterator<Item = Result<(X, L::Target)>>,
    {
        fit.run(|| {
            let validation = self.validation.data(self.validation_weights)?;
            if let Validation::Split(_) = self.validation {
                return Err(Error::argument("validation_split", "data in memory", "a stream of samples"));
            }
            self.loss_weights.check_stream()?;
            self.run(Stream::new(epochs), validation, fit)
        })
    }

    /// Checks all settings, resumes the run where a callback wants it, and trains.
    fn run<'b>(
        self,
        source: impl Source<'b, X, L::Target>,
        validation: Option<Samples<'b, X, L::Target>>,
        fit: Fit,
    ) -> Result<History<Run<M, V>>>
    where
        'a: 'b,
    {
        let Fitting { compiled, mut callbacks, loss_weights, augmentation, .. } = self;
        validation.as_ref().map_or(Ok(()), |samples| samples.x.check::<N>())?;
        check_memory(&compiled.optimizer)?;
        augmentation.as_ref().map_or(Ok(()), |augmentation| augmentation.check())?;
        N::validate(&compiled.model.options)?;
        compiled.loss.validate()?;
        compiled.metrics.validate()?;

        let mut names = names(&compiled.metrics);
        let metrics = names.len() - 1;
        if validation.is_some() {
            names.extend(validation_names(&names));
        }
        compiled.check_resumed(&names, &fit)?;
        let layers = &compiled.model.summary().rows;
        let mut begin =
            TrainBegin { epochs: fit.epochs, names: &names, layers, metrics, requests: Requests::default() };
        callbacks.train_begin(&mut begin)?;
        let Requests { resume, average, .. } = begin.requests;
        if let Some(path) = resume.filter(|path| path.exists()) {
            compiled.resume(path)?;
            compiled.check_resumed(&names, &fit)?;
            check_memory(&compiled.optimizer)?;
        }
        let history = History::new(names, metrics, fit.initial_epoch);
        let parts = Parts { fit, validation, loss_weights, augmentation, callbacks };
        Trainer::begin(compiled, parts, history, source.samples(), average)?.run(source)
    }
}
