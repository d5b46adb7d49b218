//! `fit` on a compiled model: each method starts a [`Fitting`], which documents it.

use crate::callbacks::callback::Callback;
use crate::callbacks::monitor::{NotValidated, Run, Validated};
use crate::contract::train::Train;
use crate::datasets::augment::Augment;
use crate::datasets::training_data::TrainingData;
use crate::io::error::Result;
use crate::losses::loss::Loss;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::fitting::Fitting;
use crate::model::history::History;
use crate::model::loss_weights::Weighable;
use crate::model::options::Fit;
use crate::model::parameters::Model;
use crate::model::validation::{Samples, Validation};
use crate::optimizers::optimizer::Optimizer;
use crate::shape::sample::Input;

/// Training: each method starts a run, to which [`Fitting`]'s methods add more.
impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Compiled<X, N, O, L, M> {
    /// A run that validates on that data after each epoch. Callbacks can then monitor `Val…`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let (train, test) = data.split(0.25)?;
    /// let history = model.validation(&test).fit(&train, Fit { epochs: 3, ..Fit::default() })?;
    /// assert_eq!(history.get(ValLoss).last(), Some(&model.evaluate(&test)?.loss()));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn validation<'a>(
        &'a mut self,
        data: &'a impl TrainingData<X, L::Target>,
    ) -> Fitting<'a, X, N, O, L, M, Validated> {
        Fitting::new(self, Validation::Data(Samples::new(data, &[])))
    }

    /// A run that validates on the last part of the training data, which it does not train on.
    ///
    /// - `fraction`: above 0 and below 1. As in Keras, samples are split off before any shuffling.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let labels = [3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 100.0, 100.0].map(|t| Vector::new([t]));
    /// let data = Dataset::new(vec![Vector::new([1.0]); 8], labels.into())?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let history = model.validation_split(0.25).fit(&data, Fit { epochs: 50, ..Fit::default() })?;
    /// assert!(history.get(TrainingLoss)[49] < 1e-3 && history.get(ValLoss)[49] > 9_000.0); // 97²
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn validation_split<'a>(&'a mut self, fraction: f64) -> Fitting<'a, X, N, O, L, M, Validated> {
        Fitting::new(self, Validation::Split(fraction))
    }

    fn run(&mut self) -> Fitting<'_, X, N, O, L, M, NotValidated> {
        Fitting::new(self, Validation::None)
    }

    /// [`Fitting::fit`] without validation and callbacks.
    ///
    /// # Errors
    /// Those of [`Fitting::fit`].
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let history = model.fit(&data, Fit { epochs: 50, ..Fit::default() })?;
    /// assert!(history.get(TrainingLoss)[0] > 1.0 && history.get(TrainingLoss)[49] < 1e-3);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn fit(&mut self, train: &impl TrainingData<X, L::Target>, fit: Fit) -> Result<History<Run<M, NotValidated>>> {
        self.run().fit(train, fit)
    }

    /// [`Fitting::fit_stream`] without validation and callbacks.
    ///
    /// # Errors
    /// Those of [`Fitting::fit_stream`].
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let lines = |_epoch| (0..8).map(|_| Ok((Vector::new([1.0]), Vector::new([3.0]))));
    /// model.fit_stream(lines, Fit { epochs: 50, ..Fit::default() })?;
    /// assert!((model.predict(&Vector::new([1.0])).0[0] - 3.0).abs() < 1e-3);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn fit_stream<I>(&mut self, epochs: impl FnMut(usize) -> I, fit: Fit) -> Result<History<Run<M, NotValidated>>>
    where
        I: Iterator<Item = Result<(X, L::Target)>>,
    {
        self.run().fit_stream(epochs, fit)
    }

    /// [`Fitting::callbacks`] of a run without validation.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let stop = EarlyStopping::new(TrainingLoss).min_delta(1e-3);
    /// let history = model.callbacks(stop).fit(&data, Fit { epochs: 50, ..Fit::default() })?;
    /// assert!(history.get(TrainingLoss).len() < 50);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn callbacks<'a>(
        &'a mut self,
        callbacks: impl Callback<Run<M, NotValidated>> + 'a,
    ) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        self.run().callbacks(callbacks)
    }

    /// [`Fitting::class_weight`] of a run without validation.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([1.0])], vec![Class::<2>::new(1).unwrap()])?;
    /// let model = Model::<Vector<1>, (Dense<1, 2>, Softmax)>::new(1);
    /// let mut model = model.compile(Sgd::default(), SparseCategoricalCrossentropy, ());
    /// let plain = model.evaluate(&data)?.loss();
    /// let history = model.class_weight([1.0, 7.0]).fit(&data, Fit::default())?;
    /// assert!((history.get(TrainingLoss)[0] / plain - 7.0).abs() < 1e-5);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn class_weight<const C: usize>(&mut self, weights: [f32; C]) -> Fitting<'_, X, N, O, L, M, NotValidated>
    where
        L::Target: Weighable<C>,
    {
        self.run().class_weight(weights)
    }

    /// [`Fitting::sample_weight`] of a run without validation.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([0.0]); 2], vec![Vector::new([3.0]), Vector::new([100.0])])?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// let history = model.sample_weight(&[1.0, 0.0]).fit(&data, Fit::default())?;
    /// assert_eq!(history.get(TrainingLoss), [9.0 / 2.0]); // divided by the number of samples
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn sample_weight<'a>(&'a mut self, weights: &'a [f32]) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        self.run().sample_weight(weights)
    }

    /// [`Fitting::augment`] of a run without validation.
    ///
    /// ```
    /// use taut::{datasets::RandomFlip, prelude::*};
    /// let data = Dataset::new(vec![Image([[[0.0], [1.0]]]); 64], vec![Vector::new([1.0]); 64])?;
    /// let model = Model::<Image<1, 2, 1>, (Flatten, Dense<2, 1, NoBias>)>::new(1);
    /// let mut model = model.compile(Sgd::new(0.5), MeanSquaredError, ());
    /// model.augment(RandomFlip::Horizontal).fit(&data, Fit { epochs: 50, ..Fit::default() })?;
    /// assert!((model.net().1.kernel[0] - 1.0).abs() < 1e-3); // it has met the one on the left as well
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn augment<'a>(&'a mut self, augmentation: impl Augment<X> + 'a) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        self.run().augment(augmentation)
    }
}

/// Implemented by no type: its message tells the user to compile the model.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this model is not compiled",
    label = "call `.compile(optimizer, loss, metrics)` before `.fit`",
    note = "`compile` returns the model that can be trained; if this one is compiled, another error says what does not fit"
)]
pub trait IsCompiled {}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// Never compiles: without it, the compiler would suggest the method `fmt`.
    #[doc(hidden)]
    pub fn fit<D>(&mut self, _: &D, _: Fit) -> Result<History<Run<(), NotValidated>>>
    where
        Self: IsCompiled,
    {
        unreachable!("no `Model` is compiled")
    }
}
