//! `fit` on a compiled model: each method starts a [`Fitting`], which documents it.

use crate::callbacks::callback::Callback;
use crate::callbacks::monitor::{NotValidated, Run, Validated};
use crate::contract::train::Train;
use crate::datasets::augment::Augment;
use crate::datasets::dataset::Dataset;
use crate::io::error::Result;
use crate::losses::loss::Loss;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::fitting::Fitting;
use crate::model::history::History;
use crate::model::loss_weights::Weighable;
use crate::model::options::Fit;
use crate::model::parameters::Model;
use crate::model::validation::Validation;
use crate::optimizers::optimizer::Optimizer;
use crate::shape::sample::Input;

/// Training: each method starts a run, to which [`Fitting`]'s methods add more.
impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Compiled<X, N, O, L, M> {
    /// A run that validates on that data after each epoch. Callbacks can then monitor `Val…`.
    pub fn validation<'a>(&'a mut self, data: &'a Dataset<X, L::Target>) -> Fitting<'a, X, N, O, L, M, Validated> {
        Fitting::new(self, Validation::Data(data))
    }

    /// A run that validates on the last part of the training data, which it does not train on.
    ///
    /// - `fraction`: above 0 and below 1. As in Keras, samples are split off before any shuffling.
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
    pub fn fit(&mut self, train: &Dataset<X, L::Target>, fit: Fit) -> Result<History<Run<M, NotValidated>>> {
        self.run().fit(train, fit)
    }

    /// [`Fitting::fit_stream`] without validation and callbacks.
    ///
    /// # Errors
    /// Those of [`Fitting::fit_stream`].
    pub fn fit_stream<I>(&mut self, epochs: impl FnMut(usize) -> I, fit: Fit) -> Result<History<Run<M, NotValidated>>>
    where
        I: Iterator<Item = Result<(X, L::Target)>>,
    {
        self.run().fit_stream(epochs, fit)
    }

    /// [`Fitting::callbacks`] of a run without validation.
    pub fn callbacks<'a>(
        &'a mut self,
        callbacks: impl Callback<Run<M, NotValidated>> + 'a,
    ) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        self.run().callbacks(callbacks)
    }

    /// [`Fitting::class_weight`] of a run without validation.
    pub fn class_weight<const C: usize>(&mut self, weights: [f32; C]) -> Fitting<'_, X, N, O, L, M, NotValidated>
    where
        L::Target: Weighable<C>,
    {
        self.run().class_weight(weights)
    }

    /// [`Fitting::sample_weight`] of a run without validation.
    pub fn sample_weight<'a>(&'a mut self, weights: &'a [f32]) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        self.run().sample_weight(weights)
    }

    /// [`Fitting::augment`] of a run without validation.
    pub fn augment<'a>(&'a mut self, augmentation: impl Augment<X> + 'a) -> Fitting<'a, X, N, O, L, M, NotValidated> {
        self.run().augment(augmentation)
    }
}

/// Implemented by no type: its message tells the user to compile the model.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this model is not compiled",
    label = "call `.compile(optimizer, loss, metrics)` before `.fit`",
    note = "`compile` returns the model that can be trained"
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
