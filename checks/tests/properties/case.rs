//! What a property is tried with.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use taut::memory::flat;
use taut::{Input, Params, Train, optimizers::*, prelude::*};

/// Parameters, data and the settings of a run.
#[derive(Clone, Debug)]
pub struct Case {
    pub seed: u64,
    /// Parameters and data are from `-spread` to `spread`.
    pub spread: f32,
    pub samples: usize,
    pub batch: usize,
    pub epochs: usize,
    /// The epoch after which a run is cut off.
    pub cut: usize,
    pub threads: usize,
    /// Whether a gradient is that of training, or of inference.
    pub training: bool,
    pub learning_rate: f32,
    pub options: OptimizerOptions,
}

/// Inputs that can be drawn.
pub trait Drawn: Input {
    fn draw(next: &mut impl FnMut() -> f32) -> Self;
    /// The numbers that have a gradient.
    fn floats(&mut self) -> &mut [f32];
}

macro_rules! drawn { ($([$($size:ident)*] $sample:ty;)*) => { $(
    impl<$(const $size: usize),*> Drawn for $sample {
        fn draw(next: &mut impl FnMut() -> f32) -> Self {
            sample(next)
        }
        fn floats(&mut self) -> &mut [f32] {
            self.values_mut()
        }
    }
)* } }
drawn! {
    [N] Vector<N>;
    [H W C] Image<H, W, C>;
    [T C] Sequence<T, C>;
}

impl<const T: usize> Drawn for Tokens<T> {
    fn draw(next: &mut impl FnMut() -> f32) -> Self {
        // All networks know seven words.
        Tokens([(); T].map(|()| (next().abs() * 1e4) as u16 % 7))
    }
    fn floats(&mut self) -> &mut [f32] {
        &mut []
    }
}

pub fn sample<X: Sample>(next: &mut impl FnMut() -> f32) -> X {
    let mut x = X::ZERO;
    x.values_mut().iter_mut().for_each(|x| *x = next());
    x
}

/// The bits of all numbers.
pub fn numbers<Y: Sample>(y: &[Y]) -> Vec<u32> {
    flat(y).iter().map(|y| y.to_bits()).collect()
}

/// The bits of the outputs.
pub fn outputs<X: Drawn, N: Train<X>>(model: &Model<X, N>, x: &[X]) -> Vec<u32> {
    numbers(&model.predict_batch(x))
}

/// The bits of all parameters.
pub fn bits<N: Params>(net: &N) -> Vec<u32> {
    let mut bits = vec![];
    net.read(&Default::default(), &mut |_, _, values| bits.extend(values.iter().map(|value| value.to_bits())));
    bits
}

/// Fails at the first number that differs in a bit.
#[track_caller]
pub fn same(what: &str, received: &[u32], expected: &[u32]) {
    assert_eq!(received.len(), expected.len(), "{what}");
    if let Some(at) = (0..expected.len()).find(|at| received[*at] != expected[*at]) {
        let [expected, received] = [expected[at], received[at]].map(f32::from_bits);
        panic!("{what}: expected {expected:e} at {at}, received {received:e}");
    }
}

impl Case {
    /// A generator for one of several purposes.
    pub fn random(&self, purpose: u64) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.seed.wrapping_mul(8).wrapping_add(purpose))
    }

    pub fn numbers(&self, purpose: u64) -> impl FnMut() -> f32 + use<> {
        let (mut random, spread) = (self.random(purpose), self.spread);
        move || random.random_range(-spread..spread)
    }

    /// The model of the case. Moving variances are positive.
    pub fn model<X: Drawn, N: Train<X>>(&self) -> Model<X, N> {
        self.model_of(self.seed)
    }

    /// The model of another seed, with other parameters.
    pub fn model_of<X: Drawn, N: Train<X>>(&self, seed: u64) -> Model<X, N> {
        let (mut model, mut next) = (Model::<X, N>::new(seed), Case { seed, ..self.clone() }.numbers(1));
        N::visit(&N::Options::default(), [model.net_mut()], &mut |tensor, _, [w]| {
            let positive = tensor.name.contains("variance");
            w.iter_mut().for_each(|w| *w = if positive { 0.2 + next().abs() } else { next() });
        });
        model
    }

    pub fn inputs<X: Drawn>(&self) -> Vec<X> {
        let mut next = self.numbers(2);
        (0..self.samples).map(|_| X::draw(&mut next)).collect()
    }

    pub fn data<X: Drawn, N: Train<X>>(&self) -> Dataset<X, N::Y> {
        let mut next = self.numbers(3);
        Dataset::new(self.inputs(), (0..self.samples).map(|_| sample(&mut next)).collect()).unwrap()
    }

    pub fn optimizer<O: Optimizer>(&self, of: fn(f32) -> O) -> With<O> {
        of(self.learning_rate).with(self.options.clone())
    }

    /// A run without shuffling.
    pub fn fit(&self) -> Fit {
        let Case { epochs, batch: batch_size, threads, .. } = *self;
        let verbose = Verbose::Silent;
        Fit { epochs, batch_size, threads: Some(threads), shuffle: false, verbose, ..Fit::default() }
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let clip = prop_oneof![
        Just(Clip::None),
        (0.1_f32..2.0).prop_map(Clip::Norm),
        (0.1_f32..2.0).prop_map(Clip::Value),
        (0.1_f32..2.0).prop_map(Clip::GlobalNorm),
    ];
    let ema = prop::option::of((0.5_f32..0.99, prop::option::of(1_usize..4)))
        .prop_map(|ema| ema.map(|(momentum, overwrite_frequency)| Ema { momentum, overwrite_frequency }));
    let weight_decay = prop_oneof![Just(0.0), 0.001_f32..0.1];
    let options = (weight_decay, clip, ema, 1_usize..4).prop_map(|(weight_decay, clip, ema, accumulate)| {
        OptimizerOptions { weight_decay, clip, ema, accumulate, ..OptimizerOptions::default() }
    });
    let sizes = (2_usize..12, 1_usize..9, 2_usize..5, 1_usize..4, 1_usize..6);
    let numbers = (any::<u32>(), 0.2_f32..1.2, 1e-4_f32..0.03, any::<bool>());
    (numbers, sizes, options).prop_map(|((seed, spread, learning_rate, training), sizes, options)| {
        let (samples, batch, epochs, cut, threads) = sizes;
        let cut = cut.min(epochs - 1);
        Case { seed: seed.into(), spread, samples, batch, epochs, cut, threads, training, learning_rate, options }
    })
}

/// How many cases are drawn, and from which seed: the same in each run, unless the environment says otherwise.
fn config() -> Config {
    let given = |name: &str| std::env::var_os(name).is_some();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if !given("PROPTEST_CASES") {
        config.cases = 10;
    }
    if !given("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

/// Tries a property, and fails with the simplest case found that breaks it.
pub fn holds(property: impl Fn(&Case)) {
    let tried = TestRunner::new(config()).run(&cases(), |case| {
        property(&case);
        Ok(())
    });
    tried.unwrap_or_else(|error| panic!("{error}"));
}

/// The cases that `holds` tries, without looking for simpler ones.
pub fn all() -> Vec<Case> {
    let (mut runner, cases) = (TestRunner::new(config()), cases());
    (0..config().cases).map(|_| cases.new_tree(&mut runner).unwrap().current()).collect()
}
