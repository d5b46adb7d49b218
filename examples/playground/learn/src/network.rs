//! Networks of each depth, width and activation, behind one trait.
//!
//! A network is a type, so that a choice in the page is a `match` over types, which a macro writes.

use crate::data::Points;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use taut::{L1L2, Regularize, model::Compiled, prelude::*};

/// The factors of a layer's penalties, which the page may change while the network trains.
///
/// A regularizer that is set by `Model::layers` is fixed until the model is compiled anew, which would forget the
/// optimizer's moments. This one reads its factors for each step.
#[derive(Debug, Default)]
pub struct Penalty {
    l1: AtomicU32,
    l2: AtomicU32,
}

impl Penalty {
    pub fn set(&self, L1L2 { l1, l2 }: L1L2) {
        self.l1.store(l1.to_bits(), Relaxed);
        self.l2.store(l2.to_bits(), Relaxed);
    }

    fn get(&self) -> L1L2 {
        L1L2 { l1: f32::from_bits(self.l1.load(Relaxed)), l2: f32::from_bits(self.l2.load(Relaxed)) }
    }
}

/// A [`Penalty`] as the options of a tensor hold it.
#[derive(Debug)]
struct Live(Arc<Penalty>);

impl Regularize for Live {
    fn value(&self, w: &[f32], shape: &[usize]) -> f32 {
        self.0.get().value(w, shape)
    }
    fn add_gradient(&self, w: &[f32], shape: &[usize], scale: f32, g: &mut [f32]) {
        self.0.get().add_gradient(w, shape, scale, g);
    }
    fn is_elementwise(&self) -> bool {
        true
    }
    fn validate(&self) -> taut::Result<()> {
        self.0.get().validate()
    }
}

/// What an epoch computed.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Epoch {
    pub loss: f32,
    pub accuracy: f32,
    pub validation_loss: f32,
    pub validation_accuracy: f32,
}

/// A network that the page trains.
pub trait Learner {
    /// Trains for an epoch.
    ///
    /// # Errors
    /// Those of `fit`: the learning rate, the batch size or a penalty is out of its range.
    fn epoch(&mut self, train: &Points, test: &Points, batch_size: usize, learning_rate: f32) -> taut::Result<Epoch>;

    /// The loss and the accuracy of points, as `validation_` numbers, and of others.
    ///
    /// # Errors
    /// Those of `evaluate`: a penalty is out of its range.
    fn evaluate(&self, train: &Points, test: &Points) -> taut::Result<Epoch>;

    /// The probability of the second class at each point.
    fn predict(&self, points: &[Vector<2>]) -> Vec<Vector<1>>;

    /// The weights of a dense layer with their number of outputs, without biases: output after output for each input.
    fn weights(&self, layer: usize) -> Option<Weights<'_>>;
}

/// A layer's weights, with its number of outputs.
type Weights<'a> = (&'a [f32], usize);

/// A model with the places of its dense layers' weights.
struct Trained<N: Train<Vector<2>, Y = Vector<1>>> {
    model: Compiled<Vector<2>, N, Adam, BinaryCrossentropy, BinaryAccuracy>,
    weights: fn(&N, usize) -> Option<Weights>,
}

impl<N: Train<Vector<2>, Y = Vector<1>>> Learner for Trained<N> {
    fn epoch(&mut self, train: &Points, test: &Points, batch_size: usize, learning_rate: f32) -> taut::Result<Epoch> {
        self.model.optimizer_mut().learning_rate = learning_rate;
        let fit = Fit { batch_size, threads: Some(1), verbose: Verbose::Silent, ..Fit::default() };
        let history = self.model.validation(test).fit(train, fit)?;
        let last = |values: Vec<f32>| values.last().copied().unwrap_or(f32::NAN);
        Ok(Epoch {
            loss: last(history.get(TrainingLoss)),
            accuracy: last(history.get(Training(BinaryAccuracy::default()))),
            validation_loss: last(history.get(ValLoss)),
            validation_accuracy: last(history.get(Val(BinaryAccuracy::default()))),
        })
    }

    fn evaluate(&self, train: &Points, test: &Points) -> taut::Result<Epoch> {
        let (train, test) = (self.model.evaluate(train)?, self.model.evaluate(test)?);
        Ok(Epoch {
            loss: train.loss(),
            accuracy: train.get(BinaryAccuracy::default()),
            validation_loss: test.loss(),
            validation_accuracy: test.get(BinaryAccuracy::default()),
        })
    }

    fn predict(&self, points: &[Vector<2>]) -> Vec<Vector<1>> {
        self.model.predict_batch(points)
    }

    fn weights(&self, layer: usize) -> Option<Weights<'_>> {
        (self.weights)(self.model.net(), layer)
    }
}

/// Units of each hidden layer.
const WIDTH: usize = 8;

type One<A> = (Dense<2, WIDTH>, A, Dense<WIDTH, 1>, Sigmoid);
type Two<A> = (Dense<2, WIDTH>, A, Dense<WIDTH, WIDTH>, A, Dense<WIDTH, 1>, Sigmoid);
type Three<A> = (Dense<2, WIDTH>, A, Dense<WIDTH, WIDTH>, A, Dense<WIDTH, WIDTH>, A, Dense<WIDTH, 1>, Sigmoid);

/// A network of that type, whose dense layers are the parts at those places.
macro_rules! learner {
    ($net:ty, $seed:expr, $penalties:expr; $($layer:tt)+) => {{
        let mut penalties = $penalties.iter();
        let model = Model::<Vector<2>, $net>::new($seed).layers(|net| {
            $(if let Some(penalty) = penalties.next() {
                net.$layer.kernel.regularizer = Live(penalty.clone()).into();
            })+
        });
        let model = model.compile(Adam::default(), BinaryCrossentropy, BinaryAccuracy::default());
        let weights: fn(&$net, usize) -> Option<Weights> =
            |net, layer| [$((net.$layer.kernel.as_slice(), net.$layer.bias.len())),+].get(layer).copied();
        Some(Box::new(Trained { model, weights }) as Box<dyn Learner>)
    }};
}

/// One arm for each activation, and in each one for each depth.
macro_rules! learners { ($($activation:ident)+) => {
    /// The activations that the page offers.
    pub const ACTIVATIONS: &[&str] = &[$(stringify!($activation)),+];

    /// A new network; none, where the page offers no such one.
    ///
    /// - `depth`: hidden layers, from 1 to 3; `activation`: an index of [`ACTIVATIONS`].
    /// - `penalties`: those of each dense layer, the last one included.
    pub fn learner(depth: usize, activation: usize, seed: u64, penalties: &[Arc<Penalty>]) -> Option<Box<dyn Learner>> {
        match (depth, *ACTIVATIONS.get(activation)?) {
            $(
                (1, stringify!($activation)) => learner!(One<$activation>, seed, penalties; 0 2),
                (2, stringify!($activation)) => learner!(Two<$activation>, seed, penalties; 0 2 4),
                (3, stringify!($activation)) => learner!(Three<$activation>, seed, penalties; 0 2 4 6),
            )+
            _ => None,
        }
    }
} }
learners! { Relu Tanh Sigmoid Gelu }
