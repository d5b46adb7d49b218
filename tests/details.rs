//! Details that other tests run and do not look at: changes of them in the source were noticed by none.
//! (See mutants/README.md.)
#![cfg(feature = "train")]

use taut::callbacks::{Lambda, Mode};
use taut::constraints::{Constrain, MinMaxNorm};
use taut::initializers::{Constant, GlorotUniform, Identity, Initialize, LecunUniform, Orthogonal, RandomUniform};
use taut::layers::*;
use taut::losses::{CosineSimilarity, Dice, KlDivergence, Loss, MeanSquaredLogarithmicError};
use taut::memory::{regroup, regroup_mut};
use taut::metrics::{Mean, Named, TruePositives};
use taut::optimizers::*;
use taut::regularizers::Regularize;
use taut::schedules::*;
use taut::{Agrees, Int8, Metric, Scale, prelude::*};

const FIT: Fit = Fit {
    epochs: 1,
    batch_size: 4,
    shuffle: false,
    threads: None,
    verbose: Verbose::Silent,
    initial_epoch: 0,
    validation_frequency: 1,
    steps_per_epoch: None,
};

fn text(result: taut::Result<()>) -> String {
    result.unwrap_err().to_string()
}

/// As many moments as Keras has variables of a kernel, and the learning rate that a callback sets.
#[test]
fn optimizers_have_their_moments_and_take_a_learning_rate() {
    fn check(mut optimizer: impl Optimizer + std::fmt::Debug, moments: usize) {
        assert_eq!(optimizer.moments(), moments, "{optimizer:?}");
        optimizer.set_learning_rate(0.125);
        assert_eq!(optimizer.learning_rate(), 0.125, "{optimizer:?}");
    }
    check(Sgd::default(), 0);
    check(Sgd { momentum: 0.5, ..Sgd::default() }, 1);
    check(Sgd { momentum: 1.0, ..Sgd::default() }, 1);
    check(Adam::default(), 2);
    check(Adam { amsgrad: true, ..Adam::default() }, 3);
    check(AdamW::default(), 2);
    check(AdamW { amsgrad: true, ..AdamW::default() }, 3);
    check(Nadam::default(), 2);
    check(Adamax::default(), 2);
    check(RmsProp::default(), 1);
    check(RmsProp { momentum: 0.5, ..RmsProp::default() }, 2);
    check(RmsProp { momentum: 0.5, centered: true, ..RmsProp::default() }, 3);
    check(Adagrad::default(), 1);
    check(Adadelta::default(), 2);
    check(Ftrl::default(), 2);
    check(Lion::default(), 1);
    check(Lamb::default(), 2);
    check(ScheduleFreeAdamW::default(), 2);
    check(Adafactor::default(), 2);
    check(Muon::default(), 2);
    check(Sgd::default().with(OptimizerOptions::default()), 0);
}

#[test]
fn settings_of_schedules_constraints_and_initializers_have_ranges() {
    let nan = f32::NAN;
    let error = |schedule: &dyn Schedule| text(schedule.validate());
    macro_rules! rows { ($($value:expr => $text:literal;)*) => { $(assert_eq!($value, $text);)* } }
    rows! {
        error(&ExponentialDecay { initial: nan, rate: 0.5, steps: 1, staircase: false }) =>
            "ExponentialDecay's initial: expected a number from 0, received NaN";
        error(&ExponentialDecay { initial: 0.1, rate: -0.5, steps: 1, staircase: false }) =>
            "ExponentialDecay's rate: expected a number from 0, received -0.5";
        error(&InverseTimeDecay { initial: nan, rate: 0.5, steps: 1, staircase: false }) =>
            "InverseTimeDecay's initial: expected a number from 0, received NaN";
        error(&InverseTimeDecay { initial: 0.1, rate: -0.5, steps: 1, staircase: false }) =>
            "InverseTimeDecay's rate: expected a number from 0, received -0.5";
        error(&PiecewiseConstantDecay { first: -1.0, then: vec![] }) =>
            "PiecewiseConstantDecay's learning rates: expected a number from 0, received -1";
        error(&PiecewiseConstantDecay { first: 1.0, then: vec![(5, nan)] }) =>
            "PiecewiseConstantDecay's learning rates: expected a number from 0, received NaN";
        error(&PolynomialDecay::new(nan, 5)) => "PolynomialDecay's initial: expected a number from 0, received NaN";
        error(&PolynomialDecay { end: -1.0, ..PolynomialDecay::new(0.1, 5) }) =>
            "PolynomialDecay's end: expected a number from 0, received -1";
        error(&PolynomialDecay { power: -1.0, ..PolynomialDecay::new(0.1, 5) }) =>
            "PolynomialDecay's power: expected a number from 0, received -1";
        error(&CosineDecay::new(nan, 5)) => "CosineDecay's initial: expected a number from 0, received NaN";
        error(&CosineDecay { alpha: -1.0, ..CosineDecay::new(0.1, 5) }) =>
            "CosineDecay's alpha: expected a number from 0, received -1";
        error(&CosineDecay { warmup_target: Some(nan), ..CosineDecay::new(0.1, 5) }) =>
            "CosineDecay's warmup_target: expected a number from 0, received NaN";
        error(&CosineDecayRestarts::new(nan, 5)) =>
            "CosineDecayRestarts' initial: expected a number from 0, received NaN";
        error(&CosineDecayRestarts { t_mul: 0.5, ..CosineDecayRestarts::new(0.1, 5) }) =>
            "CosineDecayRestarts' t_mul: expected a number from 1, received 0.5";
        error(&CosineDecayRestarts { m_mul: nan, ..CosineDecayRestarts::new(0.1, 5) }) =>
            "CosineDecayRestarts' m_mul: expected a number from 0, received NaN";
        error(&CosineDecayRestarts { alpha: -1.0, ..CosineDecayRestarts::new(0.1, 5) }) =>
            "CosineDecayRestarts' alpha: expected a number from 0, received -1";
        text(Muon { epsilon: nan, ..Muon::default() }.validate()) =>
            "Muon's epsilon: expected a number from 0, received NaN";
        text(MinMaxNorm { min: -1.0, ..MinMaxNorm::default() }.validate()) =>
            "MinMaxNorm's min: expected a number from 0, received -1";
        text(MinMaxNorm { max: f32::NAN, ..MinMaxNorm::default() }.validate()) =>
            "MinMaxNorm's max: expected a number from 0, received NaN";
        text(MinMaxNorm { rate: 1.5, ..MinMaxNorm::default() }.validate()) =>
            "MinMaxNorm's rate: expected a number from 0 to 1, received 1.5";
        text(Constant(nan).validate()) => "Constant: expected a number, received NaN";
        text(Identity(nan).validate()) => "Identity: expected a number, received NaN";
        text(RandomUniform { low: nan, high: 1.0 }.validate()) =>
            "RandomUniform's low: expected a number, received NaN";
        text(RandomUniform { low: 0.0, high: nan }.validate()) =>
            "RandomUniform's high: expected a number, received NaN";
        text(Orthogonal(nan).validate()) => "Orthogonal: expected a number, received NaN";
    }
    // What is in the middle of all ranges passes.
    PiecewiseConstantDecay { first: 1.0, then: vec![(5, 0.5), (7, 0.1)] }.validate().unwrap();
    ExponentialDecay { initial: 0.1, rate: 0.5, steps: 1, staircase: false }.validate().unwrap();
    CosineDecayRestarts::new(0.1, 5).validate().unwrap();
    MinMaxNorm::default().validate().unwrap();
    MinMaxNorm { min: 2.0, max: 2.0, ..MinMaxNorm::default() }.validate().unwrap();
}

/// With a factor of 3, of which nothing is its own inverse: cosines of 10, 30 and 90 steps.
#[test]
fn cosines_restart_after_three_times_as_many_steps() {
    let decay = CosineDecayRestarts { t_mul: 3.0, m_mul: 0.5, ..CosineDecayRestarts::new(0.8, 10) };
    for (step, expected) in [(0, 0.8), (5, 0.4), (10, 0.4), (25, 0.2), (40, 0.2), (85, 0.1), (130, 0.1)] {
        assert!((decay.at(step) - expected).abs() < 1e-6, "{step}: {}, expected {expected}", decay.at(step));
    }
}

/// The mean of the outputs: larger is better.
#[derive(Clone, Copy, Debug)]
struct Output;
impl Named for Output {
    const NAME: &'static str = "output";
    const MAXIMIZE: bool = true;
}
impl Metric<Vector<1>, Vector<1>> for Output {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<1>, _: &Vector<1>, weight: f32) {
        state.add(f64::from(p.0[0]), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}

/// How many epochs a run has whose output moves towards the label, and that a callback stops as soon as it gets no
/// better.
fn epochs(label: f32, mode: Mode) -> usize {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([label])]).unwrap();
    let metrics = (taut::metrics::RootMeanSquaredError, Output);
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.01), MeanSquaredError, metrics);
    model
        .callbacks(EarlyStopping::new(Training(Output)).mode(mode))
        .fit(&data, Fit { epochs: 5, ..FIT })
        .unwrap()
        .rows
        .len()
}

#[test]
fn a_metric_of_which_more_is_better_is_watched_so() {
    // Without a mode, the metric knows.
    assert_eq!([epochs(100.0, Mode::Auto), epochs(-100.0, Mode::Auto)], [5, 2]);
    assert_eq!([epochs(100.0, Mode::Max), epochs(-100.0, Mode::Max)], [5, 2]);
    assert_eq!([epochs(100.0, Mode::Min), epochs(-100.0, Mode::Min)], [2, 5]);
}

#[test]
fn a_trained_model_is_not_initialized_anew() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    model.fit(&data, FIT).unwrap();
    let trained = model.net().clone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trained.taut");
    let mut resumed = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    let checkpoint = ModelCheckpoint::every_epoch(&path).training_state();
    resumed.callbacks(checkpoint).fit(&data, FIT).unwrap();
    let mut resumed = Model::<Vector<1>, Dense<1, 1>>::new(3).compile(Sgd::default(), MeanSquaredError, ());
    resumed.resume(&path).unwrap();
    assert!(*resumed.into_model().seed(2).net() == trained);
    let mut loaded = Model::<Vector<1>, Dense<1, 1>>::new(3);
    loaded.load_weights(&path).unwrap();
    assert!(*loaded.seed(2).net() == trained);
    let model = model.into_model().seed(2);
    assert!(*model.net() == trained);
    let model = model.layers(|net| net.kernel.initializer = taut::initializers::Ones.into());
    assert!(*model.net() == trained);
}

#[test]
fn samples_of_bytes_are_compared() {
    let of = |x| Int8::of(&Vector::new([3.0, x]), Scale { scale: 1.0, zero_point: 0 });
    for (x, same) in [(1.0, true), (2.0, false)] {
        assert_eq!(of(1.0) == of(x), same);
        assert_eq!(of(1.0).agrees(&of(x)), same);
    }
}

/// A sample without numbers: there is none of them in a sample with some.
#[test]
fn samples_without_numbers_are_none() {
    let mut x = [Vector::new([1.0, 2.0])];
    assert_eq!(regroup::<Vector<2>, Vector<0>>(&x).len(), 0);
    assert_eq!(regroup_mut::<Vector<2>, Vector<0>>(&mut x).len(), 0);
    assert_eq!(regroup_mut::<Vector<2>, Vector<1>>(&mut x).len(), 2);
}

#[test]
fn a_lambda_shows_which_hooks_it_has() {
    let shown = |lambda: Lambda<'_, taut::Run<(), taut::NotValidated>>| format!("{lambda:?}");
    let none =
        "Lambda { train_begin: false, epoch_begin: false, batch_end: false, epoch_end: false, train_end: false }";
    let with = |hook: &str| none.replace(&format!("{hook}: false"), &format!("{hook}: true"));
    assert_eq!(shown(Lambda::default()), none);
    assert_eq!(shown(Lambda { train_begin: Some(Box::new(|_| Ok(()))), ..Lambda::default() }), with("train_begin"));
    assert_eq!(shown(Lambda { epoch_begin: Some(Box::new(|_, _| Ok(()))), ..Lambda::default() }), with("epoch_begin"));
    assert_eq!(shown(Lambda { batch_end: Some(Box::new(|_| Ok(()))), ..Lambda::default() }), with("batch_end"));
    assert_eq!(shown(Lambda { epoch_end: Some(Box::new(|_| Ok(()))), ..Lambda::default() }), with("epoch_end"));
    assert_eq!(shown(Lambda { train_end: Some(Box::new(|| Ok(()))), ..Lambda::default() }), with("train_end"));
}

/// The loss of one sample, and its gradient.
fn loss<const N: usize, L: Loss<Vector<N>>>(loss: L, p: [f32; N], t: L::Target) -> (f32, [f32; N]) {
    let mut gradient = Vector::new([9.0; N]);
    let value = loss.loss(&Vector::new(p), &t, &mut gradient);
    (value, gradient.0.into())
}

#[test]
fn losses_at_the_ends_of_their_branches() {
    // A label whose output is ahead by more than 1.
    assert_eq!(loss(taut::losses::CategoricalHinge, [5.0, 0.0], Vector::new([1.0, 0.0])), (0.0, [0.0, 0.0]));
    // Where there is no error, there is no gradient.
    assert_eq!(loss(MeanAbsoluteError, [2.0, 0.5], Vector::new([2.0, 0.5])), (0.0, [0.0, 0.0]));
    // Below the least number that has a logarithm, the loss is flat: at its end, too.
    assert_eq!(loss(MeanSquaredLogarithmicError, [1e-7], Vector::new([1.0])).1, [0.0]);
    // Outputs and labels as small as what is added to their sum: 2 · (1e-14 / 3e-7 - 1e-7) / 3e-7.
    let dice = loss(Dice, [1e-7], Vector::new([1e-7])).1[0];
    assert!((dice + 4.0 / 9.0).abs() < 1e-4, "{dice}");
    // No probability is more than 1, in labels neither.
    let label = |t| loss(KlDivergence, [0.5, 0.5], Vector::new([t, 0.0]));
    assert_eq!(label(2.0), label(1.0));
}

#[test]
fn labels_of_one_number_are_two_classes() {
    use taut::metrics::ClassLabel;
    let class = |label: f32| ClassLabel::<2>::class(&Vector::new([label]));
    assert_eq!([0.0, 1.0, 0.9, -1.0, 2.0].map(class), [Some(0), Some(1), Some(1), None, None]);
}

/// The mean of a tensor, which is a number of all of it.
#[derive(Debug)]
struct MeanOfAll;
impl Regularize for MeanOfAll {
    fn value(&self, w: &[f32], _: &[usize]) -> f32 {
        (w.iter().sum::<f32>() / w.len() as f32).powi(2) / 2.0
    }
    fn add_gradient(&self, w: &[f32], _: &[usize], scale: f32, g: &mut [f32]) {
        let mean = w.iter().sum::<f32>() / w.len() as f32;
        g.iter_mut().for_each(|g| *g += scale * mean);
    }
}

/// A regularizer is given a tensor as a whole, unless it says that parts will do: steps come together with gradients.
#[test]
fn a_regularizer_of_the_whole_gets_the_whole() {
    type Wide = Dense<300, 200>;
    let data = Dataset::new(vec![Vector::new([0.0; 300]); 4], vec![Vector::new([0.0; 200]); 4]).unwrap();
    let mut model = Model::<Vector<300>, Wide>::new(1).layers(|net| net.kernel.regularizer = MeanOfAll.into());
    for (i, w) in model.net_mut().kernel.iter_mut().enumerate() {
        *w = (i / 1000) as f32;
    }
    let before = model.net().kernel.as_slice().to_vec();
    let mut model = model.compile(Sgd::new(0.5), MeanSquaredError, ());
    model.fit(&data, FIT).unwrap();
    // 0 to 59, each a thousand times; samples of zeros have no other gradient.
    for (w, before) in model.net().kernel.iter().zip(before) {
        assert!((w - (before - 0.5 * 29.5)).abs() < 1e-2, "{w} after {before}");
    }
}

/// A network of one layer, beside the same as a part of a network.
#[test]
fn the_activity_of_a_network_that_is_one_layer_is_regularized() {
    let data = Dataset::new(vec![Vector::new([1.0, -2.0]); 4], vec![Vector::new([0.5]); 4]).unwrap();
    let one = Model::<Vector<2>, Dense<2, 1>>::new(1).layers(|net| net.activity_regularizer = L2(0.5).into());
    let part =
        Model::<Vector<2>, (Dense<2, 1>, Linear)>::new(1).layers(|net| net.0.activity_regularizer = L2(0.5).into());
    let mut one = one.compile(Sgd::new(0.1), MeanSquaredError, ());
    let mut part = part.compile(Sgd::new(0.1), MeanSquaredError, ());
    let fit = Fit { epochs: 3, ..FIT };
    assert_eq!(one.fit(&data, fit).unwrap().rows, part.fit(&data, fit).unwrap().rows);
    assert!(*one.net() == part.net().0);
    assert!(one.net().kernel.abs().max() > 0.0);
}

/// What a step leaves in a network's caches does not reach the next: two steps of one run are those of two runs.
#[test]
fn nothing_of_an_earlier_step_is_left() {
    fn check<const T: usize, N>()
    where
        N: taut::Train<Sequence<T, 4>, Y = Sequence<T, 4>> + Clone + PartialEq,
    {
        let number = |i: usize| ((i * 37 + 11) % 29) as f32 / 14.0 - 1.0;
        let sample = |i: usize| {
            let mut x = <Sequence<T, 4> as Sample>::ZERO;
            taut::memory::Floats::values_mut(&mut x).iter_mut().enumerate().for_each(|(k, x)| *x = number(i * 13 + k));
            x
        };
        let data = Dataset::new((0..8).map(sample).collect(), (8..16).map(sample).collect()).unwrap();
        let parts = [0..4, 4..8].map(|part| Dataset::new(data.x[part.clone()].into(), data.y[part].into()).unwrap());
        let compiled = || Model::<Sequence<T, 4>, N>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
        let (mut one, mut two) = (compiled(), compiled());
        one.fit(&data, FIT).unwrap();
        parts.iter().for_each(|part| _ = two.fit(part, FIT).unwrap());
        assert!(one.net() == two.net(), "{}", std::any::type_name::<N>());
    }
    macro_rules! layers { ($($layer:ty),*) => { $(
        check::<1, (TimeDistributed<Dense<4, 4>>, $layer)>();
        check::<5, (TimeDistributed<Dense<4, 4>>, $layer)>();
    )* } }
    layers! {
        LayerNorm<4>, RmsNorm<4>, GroupNorm<4, 2>, BatchNorm<4>, UnitNormalization<4>, Softmax, Tanh, Gelu, PRelu<4>,
        Lstm<4, 4, ReturnSequence>, Gru<4, 4, ReturnSequence>, SimpleRnn<4, 4, ReturnSequence>
    }
}

#[test]
fn an_example_that_is_nan_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.taut");
    let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
    let expected = "the example and its output: expected finite numbers, received NaN";
    assert_eq!(text(model.save_with_example(&path, &Vector::new([f32::NAN]))), expected);
    assert!(!path.exists());
    model.save_with_example(&path, &Vector::new([1.0])).unwrap();
}

/// Inputs of another size than outputs, labels that are counted, and batch normalization that moves a bias.
#[test]
fn quantized_networks_have_the_scale_of_each_number() {
    let x: Vec<Vector<2>> = (0..40).map(|i| Vector::new([i as f32 * 5.0 - 100.0, 50.0 - i as f32])).collect();
    let mut model = Model::<Vector<2>, (Dense<2, 2>, BatchNorm<2>, Relu)>::new(1);
    let net = model.net_mut();
    net.0.kernel.copy_from_slice(&[0.01, 0.0, 0.0, 0.02]);
    net.0.bias.copy_from_slice(&[1.0, -0.5]);
    net.1.gamma.copy_from_slice(&[3.0, 0.25]);
    net.1.beta.copy_from_slice(&[0.5, 1.0]);
    net.1.moving_mean.copy_from_slice(&[0.25, -0.25]);
    let small = quantize(&model, &x).unwrap();
    let input = small.net().input();
    assert!((input.scale - 195.0 / 255.0).abs() < 0.1, "{}", input.scale);
    for x in &x {
        let (float, byte) = (model.predict(x), small.predict(x));
        assert!((float.0 - byte.0).abs().max() < 0.05, "{x:?}: {float:?}, in bytes {byte:?}");
    }
    let layers: Vec<&str> = small.layers().iter().map(|layer| layer.layer).collect();
    assert_eq!(layers, ["same", "same", "dense, clamped"]);
    assert!(small.to_string().contains("dense, clamped") && !small.to_string().contains("same"), "{small}");
    let data = Dataset::new(x.clone(), vec![Vector::new([1.0, 1.0]); 40]).unwrap();
    let counted = small.evaluate(&data, TruePositives::default()).unwrap().get(TruePositives::default());
    let positive = x.iter().flat_map(|x| small.predict(x).0.as_slice().to_vec()).filter(|y| *y > 0.5).count();
    assert_eq!(counted, positive as f32);
    let other = Dataset::new(x.clone(), vec![Vector::new([0.0, 0.0]); 40]).unwrap();
    let evaluated = |data| small.evaluate(data, TruePositives::default()).unwrap();
    assert!(evaluated(&data) == evaluated(&data) && evaluated(&data) != evaluated(&other));
}

#[test]
fn what_agrees_is_near_in_each_number() {
    let agrees = |y: f32, expected: f32| Vector::new([1.0, y]).agrees(&Vector::new([1.0, expected]));
    let near = [
        agrees(0.5, 0.500_009),
        agrees(0.0, -0.000_009),
        agrees(200.0, 200.0018),
        agrees(1e-5, 0.0),
        agrees(1.9, 1.900_015),
    ];
    let far = [agrees(0.5, 0.500_012), agrees(0.0, -0.000_012), agrees(200.0, 200.0023), agrees(1.0, f32::NAN)];
    assert_eq!((near, far), ([true; 5], [false; 4]));
}

/// NaN in each epoch.
#[derive(Clone, Copy, Debug)]
struct Nothing;
impl Named for Nothing {
    const NAME: &'static str = "nothing";
}
impl Metric<Vector<1>, Vector<1>> for Nothing {
    type State = ();
    fn add(&self, _: &mut (), _: &Vector<1>, _: &Vector<1>, _: f32) {}
    fn report(&self, _: &(), f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, f32::NAN);
    }
}

/// 1 in each epoch, by a name with what CSV quotes.
#[derive(Clone, Copy, Debug)]
struct Odd;
impl Named for Odd {
    const NAME: &'static str = "a,\"longer\"";
}
impl Metric<Vector<1>, Vector<1>> for Odd {
    type State = ();
    fn add(&self, _: &mut (), _: &Vector<1>, _: &Vector<1>, _: f32) {}
    fn report(&self, _: &(), f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, 1.0);
    }
}

/// If no epoch is better than the one before, the run has a second epoch, and the first one's weights are the best.
#[test]
fn the_first_epoch_is_the_best_of_those_that_are_none() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let compiled = || Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.01), MeanSquaredError, Nothing);
    let (mut one, mut all) = (compiled(), compiled());
    one.fit(&data, FIT).unwrap();
    let stop = EarlyStopping::new(Training(Nothing)).restore_best_weights();
    let history = all.callbacks(stop).fit(&data, Fit { epochs: 5, ..FIT }).unwrap();
    assert_eq!(history.rows.len(), 2);
    assert!(all.net() == one.net());
}

/// A callback that has ended a run begins the next one anew.
#[test]
fn early_stopping_is_used_again() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([-100.0])]).unwrap();
    let compiled = || Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.01), MeanSquaredError, Output);
    let mut first = compiled();
    first.fit(&data, FIT).unwrap();
    let mut stop = EarlyStopping::new(Training(Output)).patience(2).restore_best_weights();
    for _ in 0..2 {
        let mut model = compiled();
        let history = model.callbacks(&mut stop).fit(&data, Fit { epochs: 5, ..FIT }).unwrap();
        assert_eq!(history.rows.len(), 3);
        assert!(model.net() == first.net());
    }
}

#[test]
fn one_class_of_two() {
    use taut::metrics::BinaryIou;
    let (p, t) = ([0.9, 0.8, 0.1, 0.2].map(|p| Vector::new([p])), [1.0, 0.0, 0.0, 0.0].map(|t| Vector::new([t])));
    let of = |class| BinaryIou { class: Class::new(class), ..BinaryIou::default() }.value(&p, &t);
    assert!((of(0) - 2.0 / 3.0).abs() < 1e-6 && (of(1) - 0.5).abs() < 1e-6);
    assert!((BinaryIou::default().value(&p, &t) - 7.0 / 12.0).abs() < 1e-6);
}

#[test]
fn a_loss_of_logits_that_is_a_metric_checks_its_settings() {
    let loss = FromLogits(SparseCategoricalCrossentropy { ignore_class: Some(3) });
    let error = text(Metric::<Vector<3>, Class<3>>::validate(&loss));
    assert_eq!(error, "SparseCategoricalCrossentropy's ignore_class: expected a class below 3, received 3");
}

#[test]
fn a_layer_of_each_step_is_in_the_summary() {
    let summary = Model::<Sequence<3, 2>, TimeDistributed<Dense<2, 4>>>::new(1).summary();
    assert!(summary.to_string().contains("12"), "{summary}");
    assert_eq!(summary.rows.len(), 1);
}

#[test]
fn activations_are_flat_at_the_ends_of_their_slopes() {
    assert_eq!([-1.0, 0.0, 1.0].map(|x| SparseSigmoid.derivative(x, 0.0)), [0.0, 0.5, 0.0]);
}

/// One input: the limit of a uniform distribution is √3.
#[test]
fn a_fan_of_one_is_one() {
    let model = Model::<Vector<1>, Dense<1, 1000>>::new(1);
    let model = model.layers(|net| net.kernel.initializer = LecunUniform.into());
    let largest = model.net().kernel.abs().max();
    assert!((1.7..1.7321).contains(&largest), "{largest}");
}

#[test]
fn the_norm_of_each_column_is_its_own() {
    use taut::constraints::MaxNorm;
    // Numbers whose squares a float does not hold, behind a block of columns, in two rows.
    let mut w = [[0.5; 80]; 2];
    (w[0][70], w[1][70]) = (3e30, 4e30);
    MaxNorm(1.0).constrain(w.as_flattened_mut(), &[2, 80]);
    assert!((w[0][70] - 0.6).abs() < 1e-5 && (w[1][70] - 0.8).abs() < 1e-5, "{} {}", w[0][70], w[1][70]);
    assert!(w.iter().all(|row| row.iter().enumerate().all(|(i, w)| i == 70 || (*w - 0.5).abs() < 1e-5)));
}

#[test]
fn a_score_of_one_class() {
    use taut::metrics::F1Score;
    let score = F1Score { threshold: Some(0.5), ..F1Score::default() };
    let score = |right: f32, wrong: f32| {
        let mut state = Default::default();
        for (p, t, weight) in [(1.0, 1.0, right), (1.0, 0.0, wrong), (0.0, 1.0, wrong)] {
            Metric::<Vector<1>, Vector<1>>::add(&score, &mut state, &Vector::new([p]), &Vector::new([t]), weight);
        }
        let mut value = f32::NAN;
        Metric::<Vector<1>, Vector<1>>::report(&score, &state, &mut |_, score| value = score);
        value
    };
    assert!((score(1.0, 1.0) - 0.5).abs() < 1e-6, "{}", score(1.0, 1.0));
    // Precision and recall of a thousandth, which are not much more than the 1e-7 that is added to their sum.
    assert!((score(1.0, 999.0) - 2e-6 / (2e-3 + 1e-7)).abs() < 1e-8, "{}", score(1.0, 999.0));
    // A weight that is no more than what is added to it: half of all is right.
    assert!((score(1e-7, 0.0) - 0.5).abs() < 1e-4, "{}", score(1e-7, 0.0));
    // The largest output is predicted, unless it is nothing.
    let largest = |p| F1Score::default().value(&[Vector::new([p, 0.0])], &[Vector::new([1.0, 0.0])]);
    assert_eq!((largest(1e-9), largest(2e-9) > 0.4), (0.0, true));
}

#[test]
fn an_intersection_is_no_more_than_its_union() {
    use taut::metrics::BinaryIou;
    let (iou, one) = (BinaryIou::default(), Vector::new([1.0]));
    let mut state = Default::default();
    Metric::<Vector<1>, Vector<1>>::add(&iou, &mut state, &one, &one, 1e6);
    let mut value = f32::NAN;
    Metric::<Vector<1>, Vector<1>>::report(&iou, &state, &mut |_, iou| value = iou);
    assert!(value <= 1.0 && value > 0.999_999, "{value}");
}

#[test]
fn an_output_that_is_nan_is_one_of_all_thresholds() {
    use taut::metrics::{Auc, PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity};
    let p = [Vector::new([0.9]), Vector::new([0.2]), Vector::new([f32::NAN])];
    for label in [0.0, 1.0] {
        let t = [1.0, 0.0, label].map(|t| Vector::new([t]));
        let values = [
            Auc::default().value(&p, &t),
            PrecisionAtRecall::new(0.5).value(&p, &t),
            RecallAtPrecision::new(0.5).value(&p, &t),
            SensitivityAtSpecificity::new(0.5).value(&p, &t),
        ];
        assert!(values.iter().all(|value| value.is_nan()), "{label}: {values:?}");
    }
}

/// A hundred million numbers are the most that thresholds take: 5,882,353 outputs may have 16 of them.
#[test]
fn thresholds_of_many_outputs_are_few() {
    type Many = Vector<5_882_353>;
    let with = |thresholds| {
        let auc = taut::metrics::Auc { thresholds, multi_label: true, ..Default::default() };
        Metric::<Many, Many>::validate(&auc).map_err(|error| error.to_string())
    };
    assert_eq!(with(16), Ok(()));
    assert_eq!(with(17), Err("Auc's thresholds: expected from 2 to 16, received 17".to_string()));
}

#[test]
fn one_output_is_explained_as_well_as_two() {
    use taut::metrics::ExplainedVariance;
    let (p, t) = ([1.0, 2.0, 4.0].map(|p| Vector::new([p])), [0.0, 1.0, 3.0].map(|t| Vector::new([t])));
    assert!((ExplainedVariance.value(&p, &t) - 1.0).abs() < 1e-6);
    let [p, t] = [p, t].map(|of| of.map(|x| Vector::new([x.0[0], x.0[0]])));
    assert!((ExplainedVariance.value(&p, &t) - 1.0).abs() < 1e-6);
}

/// The mean of two batches is clipped as one of twice as many samples.
#[test]
fn the_norm_of_gradients_that_were_added_up_is_clipped() {
    let x = [[1.0, -2.0], [0.5, 3.0], [-1.0, 1.0], [2.0, 0.25]].map(Vector::new).to_vec();
    let data = Dataset::new(x, [4.0, -3.0, 2.0, 1.0].map(|t| Vector::new([t])).to_vec()).unwrap();
    let after = |batch_size, accumulate, momentum| {
        let options = OptimizerOptions { clip: Clip::GlobalNorm(0.5), accumulate, ..OptimizerOptions::default() };
        let optimizer = Sgd { momentum, ..Sgd::new(0.1) }.with(options);
        let mut model = Model::<Vector<2>, Dense<2, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
        model.fit(&data, Fit { epochs: 3, batch_size, ..FIT }).unwrap();
        model.net().kernel
    };
    for momentum in [0.0, 0.5] {
        let difference = (after(4, 1, momentum) - after(2, 2, momentum)).abs().max();
        assert!(difference < 1e-5, "{difference} with a momentum of {momentum}");
    }
}

/// A convolution whose output is one number, beside a dense layer.
#[test]
fn a_convolution_of_one_window_is_a_dense_layer() {
    let number = |i: usize, k: usize| [((i * 5 + k * 7) % 11) as f32 / 5.0 - 1.0];
    let image = |i| Image(std::array::from_fn(|row| std::array::from_fn(|column| number(i, 3 * row + column))));
    let data = Dataset::new((0..4).map(image).collect(), (0..4).map(|i| Vector::new([i as f32])).collect()).unwrap();
    let mut conv =
        Model::<Image<3, 3, 1>, (Conv2d<1, 1, 3>, Flatten)>::new(1).compile(Sgd::new(0.05), MeanSquaredError, ());
    let mut dense =
        Model::<Image<3, 3, 1>, (Flatten, Dense<9, 1>)>::new(1).compile(Sgd::new(0.05), MeanSquaredError, ());
    let kernel = |conv: &Conv2d<1, 1, 3>| conv.kernel.as_flattened().iter().map(|w| w[0]).collect::<Vec<f32>>();
    dense.net_mut().1.kernel.copy_from_slice(&kernel(&conv.net().0));
    let fit = Fit { epochs: 3, ..FIT };
    conv.fit(&data, fit).unwrap();
    dense.fit(&data, fit).unwrap();
    assert!(kernel(&conv.net().0).iter().zip(dense.net().1.kernel.iter()).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!((conv.net().0.bias[0] - dense.net().1.bias[0]).abs() < 1e-5);
}

#[test]
fn the_first_of_equal_numbers_is_the_largest() {
    assert_eq!(Vector::new([f32::NEG_INFINITY; 2]).argmax(), 0);
    assert_eq!(Vector::new([1.0, 2.0, 2.0]).argmax(), 1);
}

#[test]
fn what_is_orthogonal_is_left() {
    let regularizer = taut::regularizers::OrthogonalRegularizer::default();
    let mut gradient = [0.0; 4];
    regularizer.add_gradient(&[1.0, 0.0, 0.0, 1.0], &[2, 2], 1.0, &mut gradient);
    assert_eq!(gradient, [0.0; 4]);
    // What is no matrix has no lines, and one line is orthogonal to all others.
    assert_eq!([&[2][..], &[1, 2]].map(|shape| regularizer.value(&[1.0, 2.0], shape)), [0.0; 2]);
}

/// The example of a network of bytes: whole words, as they are in memory.
#[test]
fn an_example_of_bytes_is_in_its_file() {
    type Net = Dense<2, 2>;
    let x: Vec<Vector<2>> = (0..20).map(|i| Vector::new([i as f32 - 9.0, 4.0 - i as f32 / 2.0])).collect();
    let small = quantize(&Model::<Vector<2>, Net>::new(1), &x).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [plain, with] = ["plain", "with"].map(|name| folder.path().join(name));
    small.save(&plain).unwrap();
    small.save_with_example(&with, &x[3]).unwrap();
    let input = Int8::of(&x[3], small.net().input());
    let output = small.predict_bytes(&input);
    let word = |q: &[i8]| [q[0] as u8, q[1] as u8, 0, 0];
    let expected = [word(input.bytes()), word(output.bytes())].concat();
    let [plain, with] = [plain, with].map(|path| std::fs::read(path).unwrap());
    assert!(with.ends_with(&expected) && !plain.ends_with(&expected), "{with:?} does not end with {expected:?}");
}

/// The numbers between the quotes of an attribute, of the lines of that color.
#[cfg(feature = "plot")]
fn lines_of(svg: &str, color: &str) -> Vec<(String, Vec<[f32; 2]>)> {
    let lines = svg.split("<polyline").skip(1).map(|line| line.split_once("/>").unwrap().0);
    let attribute = |line: &str, name: &str| {
        line.split_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0.to_string()
    };
    lines
        .filter(|line| attribute(line, "stroke") == color)
        .map(|line| {
            let points = attribute(line, "points");
            let point = |point: &str| {
                let (x, y) = point.split_once(',').unwrap();
                [x, y].map(|number| number.parse().unwrap())
            };
            (attribute(line, "stroke-width"), points.split_whitespace().map(point).collect())
        })
        .collect()
}

#[cfg(feature = "plot")]
#[test]
fn a_plot_fills_its_panel_and_its_legend_keeps_clear() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    let mut history = model.fit(&data, FIT).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plot.svg");
    // The curve, and the line of it in the legend.
    let mut drawn = |losses: &[f32]| {
        history.rows = losses.iter().map(|loss| vec![*loss]).collect();
        history.plot(&path).unwrap();
        let lines = lines_of(&std::fs::read_to_string(&path).unwrap(), "#0000FF");
        assert!(lines.len() == 2 && lines.iter().all(|(width, _)| width == "2"), "{lines:?}");
        (lines[0].1.clone(), lines[1].1.clone())
    };
    // Three epochs, from the axis to the margin of a panel of 720 by 320, lowest at the bottom.
    let (curve, legend) = drawn(&[4.0, 3.0, 1.0]);
    let [first, second, last] = curve[..] else { panic!("{curve:?}") };
    assert!((first[0] - 72.0).abs() < 2.0 && (last[0] - 708.0).abs() < 2.0, "{curve:?}");
    assert!((2.0 * second[0] - first[0] - last[0]).abs() < 2.0 && first[1] < second[1] && second[1] < last[1]);
    let height = |points: &[[f32; 2]]| points[0][1];
    let middle = (first[1] + last[1]) / 2.0;
    assert!(height(&legend) < middle, "{legend:?}");
    // The axis is a thousandth of the values, at least.
    let (nearly_flat, _) = drawn(&[1e3, 1e3, 999.9]);
    assert!(nearly_flat[2][1] - nearly_flat[0][1] < 0.1 * (last[1] - first[1]), "{nearly_flat:?}");
    // Below a curve that rises, and above one that stays.
    assert!(height(&drawn(&[1.0, 3.0, 4.0]).1) > middle);
    let stays = [0.25, 7.0].map(|loss| drawn(&[loss; 3]));
    for (curve, legend) in &stays {
        assert!(height(legend) < middle && (height(curve) - middle).abs() < 3.0, "{curve:?} {legend:?}");
    }
    // The marks of the axis differ, also where the losses are small, or near to each other.
    let mut marks = |losses: [f32; 2]| -> Vec<f64> {
        history.rows = losses.map(|loss| vec![loss]).to_vec();
        history.plot(&path).unwrap();
        let svg = std::fs::read_to_string(&path).unwrap();
        let numbers =
            svg.lines().map(str::trim).filter(|line| line.contains(['.', 'e'])).filter_map(|mark| mark.parse().ok());
        numbers.collect()
    };
    // Without a number, from 0 to 1.
    assert_eq!(marks([f32::NAN; 2]), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
    for losses in [[4.0, 1.0], [3e-6, 1e-6], [1.000_02, 1.0], [2e9, 1e9], [0.0, 0.0], [1e-30, 0.0], [5e-4, 4.999e-4]] {
        let marks = marks(losses);
        let steps: Vec<f64> = marks.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(
            marks.len() > 2 && steps.iter().all(|step| (step / steps[0] - 1.0).abs() < 0.01),
            "{losses:?}: {marks:?}"
        );
    }
    let error = history.plot(folder.path().join("plot")).unwrap_err().to_string();
    assert!(error.contains("expected a name that ends in .svg"), "{error}");
}

/// What a child of the next tests does: it has an environment of its own.
#[test]
#[ignore = "other tests call it, in a process of its own"]
fn child() {
    let folder = std::path::PathBuf::from(std::env::var_os("FOLDER").unwrap());
    let samples = |n| Dataset::new(vec![Vector::new([1.0]); n], vec![Vector::new([2.0]); n]).unwrap();
    let compiled = || Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    match std::env::var("TASK").unwrap().as_str() {
        "lines" => {
            // A bar is for terminals.
            let fit = Fit { epochs: 2, batch_size: 2, verbose: Verbose::Bar, ..FIT };
            let path = folder.join("run.taut");
            let checkpoint = ModelCheckpoint::every_epoch(&path).training_state();
            compiled().callbacks(checkpoint).fit(&samples(3), fit).unwrap();
            let mut resumed = compiled();
            resumed.resume(&path).unwrap();
            resumed.fit(&samples(3), fit).unwrap();
            let mut resumed = compiled();
            resumed.resume(&path).unwrap();
            resumed.fit(&samples(3), Fit { epochs: 3, ..fit }).unwrap();
        }
        "below 0" => {
            let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.0), MeanSquaredError, Output);
            model.net_mut().kernel.fill(-1.5);
            model.fit(&samples(1), Fit { verbose: Verbose::Line, ..FIT }).unwrap();
        }
        "bar" => {
            let pause = |batch: &mut taut::BatchEnd<'_>| {
                std::thread::sleep(std::time::Duration::from_millis(if batch.number == 1 { 70 } else { 0 }));
                Ok(())
            };
            for verbose in [Verbose::Auto, Verbose::Bar] {
                let callback = Lambda { batch_end: Some(Box::new(pause)), ..Lambda::default() };
                let fit = Fit { batch_size: 1, verbose, ..FIT };
                compiled().callbacks(callback).fit(&samples(4), fit).unwrap();
            }
        }
        #[cfg(all(feature = "datasets", target_os = "linux"))]
        "cifar" => {
            let Err(taut::Error::DatasetNotFound { looked_in, .. }) = datasets::cifar100() else { panic!() };
            let name = "cifar-100-binary";
            assert_eq!(looked_in, [folder.clone(), folder.join(name), folder.join("taut").join(name)]);
        }
        #[cfg(all(feature = "datasets", target_os = "linux"))]
        "no folder" => {
            let error = text(datasets::cifar100().map(drop));
            assert_eq!(
                error,
                "TAUT_DATA: expected the folder of the datasets, or no such variable, received nowhere, which does not exist"
            );
        }
        #[cfg(all(feature = "datasets", target_os = "linux"))]
        task @ ("labels" | "images") => {
            // From now on, the process gets another 24 MB.
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
            let size: usize = size.trim().trim_end_matches(" kB").parse().unwrap();
            let limit = format!("--as={}", 1024 * size + (24 << 20));
            let process = std::process::id().to_string();
            let limited = std::process::Command::new("prlimit").args(["--pid", &process, &limit]).status().unwrap();
            assert!(limited.success());
            let error = match task {
                "labels" => datasets::idx::read_labels::<10>("/dev/stdin").map(drop),
                _ => datasets::idx::read_images::<Vector<16>>("/dev/stdin", 1.0).map(drop),
            };
            let Err(taut::Error::Io { source, .. }) = error else { panic!("{error:?}") };
            assert_eq!(source.kind(), std::io::ErrorKind::OutOfMemory);
        }
        task => panic!("{task}"),
    }
}

/// Says so past the test harness, which shows what a test prints only if it fails.
#[cfg(target_os = "linux")]
fn skipped(what: &str) {
    use std::io::Write;
    std::io::stderr().write_all(format!("\nskipped: {what}\n").as_bytes()).unwrap();
    assert_ne!(std::env::var("TAUT_CI").as_deref(), Ok("1"), "with TAUT_CI=1 no test may be skipped");
}

/// This program as a child, with that program before it.
fn run_child(before: &[&str], task: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let arguments = ["--ignored", "--exact", "child", "--nocapture"];
    let mut command = match before {
        [] => std::process::Command::new(&program),
        [before, options @ ..] => {
            let mut command = std::process::Command::new(before);
            command.args(options).arg(format!("{} {}", program.display(), arguments.join(" "))).arg("/dev/null");
            command
        }
    };
    if before.is_empty() {
        command.args(arguments);
    }
    let folders = ["FOLDER", "TAUT_DATA", "XDG_CACHE_HOME"].map(|name| (name, folder.path()));
    command.env("TASK", task).envs(folders);
    if task == "no folder" {
        command.env("TAUT_DATA", "nowhere");
    }
    let run = command.stdin(std::process::Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{text}{}", String::from_utf8_lossy(&run.stderr));
    text
}

#[test]
fn a_run_prints_its_epochs() {
    let text = run_child(&[], "lines");
    let of_run = |line: &&str| {
        line.starts_with("Epoch") || line.starts_with("2/2 ━━━━━━━━━━━━━━━━━━━━ 0s ") || line.starts_with("All")
    };
    let starts: Vec<&str> = text.lines().filter(of_run).map(|line| line.split(" ━").next().unwrap()).collect();
    let all = "All 2 epochs of the resumed run are done";
    assert_eq!(starts, ["Epoch 1/2", "2/2", "Epoch 2/2", "2/2", all, "Epoch 3/3", "2/2"], "{text}");
    let text = run_child(&[], "below 0");
    assert!(text.contains("/step - loss: 12.2500 - output: -1.5000\n"), "{text}");
}

/// On a terminal: the bar is drawn again when the last drawing is 50 ms ago.
#[cfg(all(feature = "progress", target_os = "linux"))]
#[test]
fn a_bar_is_drawn_twenty_times_a_second() {
    if std::process::Command::new("script").arg("--version").output().is_err() {
        return skipped("a bar on a terminal, which the program script makes");
    }
    let text = run_child(&["script", "-qec"], "bar");
    let runs: Vec<&str> = text.split("Epoch 1/1").skip(1).collect();
    assert_eq!(runs.len(), 2, "{text:?}");
    for run in runs {
        assert!(run.contains("2/4 ━") && run.contains("4/4 ━━━━━━━━━━━━━━━━━━━━ 0s "), "{run:?}");
        assert!(!run.contains("1/4 ━") && !run.contains("3/4 ━"), "{run:?}");
    }
}

#[cfg(feature = "datasets")]
#[test]
fn errors_of_data_say_where() {
    use taut::Label;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let write = |bytes: &[u8]| std::fs::write(&path, bytes).unwrap();
    write(b"x,a,b\n1,2,3\n4,word,6\n");
    let error = text(datasets::Csv::new(&path).read::<Vector<1>, Vector<2>>().map(drop));
    assert!(error.ends_with(", row 3, column \"a\": expected a number, received \"word\""), "{error}");
    assert_eq!(<Class<3> as Label>::parse(&["3"]).unwrap_err().0, 0);
    write(&[0, 0, 8, 1, 0, 0, 0, 1, 2]);
    assert_eq!(datasets::idx::read_labels::<3>(&path).unwrap()[0].index(), 2);
    write(&[0, 7, 8, 1, 0, 0, 0, 0]);
    let error = text(datasets::idx::read_labels::<3>(&path).map(drop));
    assert!(error.ends_with("expected an IDX file, which begins with the bytes 00 00, received 00 07"), "{error}");
}

/// A column of two pixels, as a BMP file: the first is the lower one.
#[cfg(feature = "image")]
#[test]
fn a_picture_of_one_column_has_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut bmp = vec![0; 62];
    for (at, value) in [(2, 62_u32), (10, 54), (14, 40), (18, 1), (22, 2), (26, 1 | 24 << 16), (34, 8)] {
        bmp[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    bmp[..2].copy_from_slice(b"BM");
    bmp[54..57].fill(51);
    bmp[58..61].fill(255);
    let read = |bytes: &[u8], name: &str| {
        for class in ["first", "second"] {
            std::fs::create_dir_all(folder.path().join(class)).unwrap();
            std::fs::write(folder.path().join(class).join("picture").with_extension(name), bytes).unwrap();
        }
        let read = datasets::image_folder::<Image<2, 1, 1>, 2>(folder.path());
        ["first", "second"].iter().for_each(|class| std::fs::remove_dir_all(folder.path().join(class)).unwrap());
        read.map(|(data, _)| data.x[0])
    };
    assert_eq!(read(&bmp, "bmp").unwrap().values(), [1.0, 0.2]);
    // Between the segments of a JPEG file there may be what no standard knows.
    let good = include_bytes!("fixtures/progressive.jpg");
    let with_more = [&good[..20], &[0; 5], &good[20..]].concat();
    assert_eq!(read(&with_more, "jpg").unwrap(), read(good, "jpg").unwrap());
    // It has 580 bytes, and 16 MiB and as many times 16 KiB are 26,279,936: less than 2968 · 2968 · 3.
    let frame = good.windows(2).position(|marker| marker == [0xff, 0xc2]).unwrap();
    let mut large = good.to_vec();
    large[frame + 5..frame + 9].copy_from_slice(&[0x0b, 0x98, 0x0b, 0x98]);
    let error = text(read(&large, "jpg").map(drop));
    assert!(error.ends_with("received one of 2968 x 2968 pixels in 580 bytes"), "{error}");
}

#[cfg(all(feature = "datasets", target_os = "linux"))]
#[test]
fn cifar_100_is_searched_where_the_page_says() {
    run_child(&[], "cifar");
    run_child(&[], "no folder");
}

/// A stream of which nobody knows the length: where the memory ends, it is an error, and not the end of the process.
#[cfg(all(feature = "datasets", target_os = "linux"))]
#[test]
fn a_stream_larger_than_the_memory_is_an_error() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    if Command::new("prlimit").arg("--version").output().is_err() {
        return skipped("a stream larger than the memory, which the program prlimit limits");
    }
    for (task, axes) in [("labels", &[u32::MAX][..]), ("images", &[1 << 28, 16])] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--ignored", "--exact", "child", "--nocapture"]).env("TASK", task).env("FOLDER", "");
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut to = child.stdin.take().unwrap();
        let header = [0, 0, 8, axes.len() as u8].into_iter().chain(axes.iter().flat_map(|axis| axis.to_be_bytes()));
        to.write_all(&header.collect::<Vec<u8>>()).unwrap();
        // Until nobody reads any more; 64 MB are too many.
        let written = (0..64).try_for_each(|_| to.write_all(&vec![0; 1 << 20]));
        drop(to);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && written.is_err(), "{task}: {said}");
    }
}

#[test]
fn events_show_their_numbers() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let shown = std::cell::RefCell::new(vec![]);
    let events = Lambda {
        batch_end: Some(Box::new(|batch| {
            shown.borrow_mut().push(format!("{batch:?}"));
            Ok(())
        })),
        epoch_end: Some(Box::new(|epoch| {
            shown.borrow_mut().push(format!("{epoch:?}"));
            Ok(())
        })),
        ..Lambda::default()
    };
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.5), MeanSquaredError, ());
    model.net_mut().kernel.fill(1.0);
    let text = format!("{model:?}");
    let parts = ["model: Model", "optimizer: Sgd { learning_rate: 0.5", "loss: MeanSquaredError", "metrics: ()"];
    assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    model.callbacks(events).fit(&data, FIT).unwrap();
    let expected = [
        "BatchEnd { epoch: 1, number: 1, loss: 1.0, learning_rate: 0.5, stop: false, .. }",
        "EpochEnd { number: 1, learning_rate: 0.5, stop: false, names: [\"loss\"], row: [1.0], .. }",
    ];
    assert_eq!(shown.into_inner(), expected);
}

#[test]
fn tables_have_columns() {
    let mut matrix = taut::metrics::ConfusionMatrix::<2>::new();
    let [first, second] = [0, 1].map(|class| Class::<2>::new(class).unwrap());
    matrix.add(&[Vector::new([1.0, 0.0]); 12], &[first; 12]);
    matrix.add(&[Vector::new([1.0, 0.0]); 3], &[second; 3]);
    assert_eq!(matrix.to_string(), "actual | predicted\n       |  0 1\n     0 | 12 0\n     1 |  3 0\n");
    // What a terminal obeys is not printed.
    let text = matrix.names(["\x1b[2Ja\nb", &"long ".repeat(9)]).to_string();
    let [_, head, first, second] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    assert_eq!(head, "                     | \u{FFFD}[2Ja\u{FFFD}b long long long long…");
    assert!(first.ends_with("\u{FFFD}[2Ja\u{FFFD}b |      12                    0"), "{text}");
    assert!(second.ends_with("long long long long… |       3                    0"), "{text}");

    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.5), MeanSquaredError, (Output, Odd));
    let mut history = model.fit(&data, FIT).unwrap();
    history.rows = vec![vec![0.5, -1.25, 100.0]];
    let expected = "epoch        loss      output  a,\"longer\"\n    1      0.5000     -1.2500    100.0000";
    assert_eq!(history.to_string(), expected);
    // A log is CSV: fields with what separates fields are quoted.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    model.callbacks(taut::CsvLogger::new(&path)).fit(&data, FIT).unwrap();
    let log = std::fs::read_to_string(&path).unwrap();
    assert_eq!(log.lines().next(), Some("epoch,loss,output,\"a,\"\"longer\"\"\""));
}

/// Steps by the number of elements that a shape has.
struct Elements;
impl Optimizer for Elements {
    const NAME: &'static str = "Elements";
    fn moments(&self) -> usize {
        0
    }
    fn learning_rate(&self) -> f32 {
        1.0
    }
    fn set_learning_rate(&mut self, _: f32) {}
    fn rule(&self, _: taut::StepInfo) -> impl taut::Rule {
        |w: &mut [f32], _: &mut [f32], _: taut::Moments, shape: &[usize]| {
            w.iter_mut().for_each(|w| *w += shape.iter().product::<usize>() as f32);
        }
    }
    fn is_elementwise(&self) -> bool {
        false
    }
}

#[test]
fn a_table_has_its_shape_for_the_optimizer() {
    let data = Dataset::new(vec![Tokens([1, 3])], vec![Vector::new([0.0; 6])]).unwrap();
    let mut model = Model::<Tokens<2>, (Embedding<5, 3>, Flatten)>::new(1).compile(Elements, MeanSquaredError, ());
    let before = model.net().0.embeddings;
    model.fit(&data, FIT).unwrap();
    assert!((model.net().0.embeddings - before).iter().all(|step| (step - 15.0).abs() < 1e-5));
}

/// Layers of one's own, some of which do not what they say of their place.
mod own {
    use taut::{
        Context, NoParameters, Regularizer, Step, TensorOptions, Train, memory::Buffer, params, place, prelude::*,
    };

    /// What a layer returns which should return its input, and what lies behind it.
    pub static VALUES: [Vector<2>; 2] = [Vector::new([5.0, -6.0]), Vector::new([-1.0, -2.0])];

    macro_rules! layer {
        ($name:ident, $place:ident, $scratch:ty, $infer:expr) => {
            #[repr(C)]
            pub struct $name;
            params!($name {} as NoParameters);
            impl Layer<Vector<2>> for $name {
                type Y = Vector<2>;
                type Scratch = $scratch;
                type Place = place::$place;
                fn infer<'a>(&self, x: &'a Vector<2>, scratch: &'a mut $scratch) -> &'a Vector<2> {
                    let infer: for<'b> fn(&'b Vector<2>, &'b mut $scratch) -> &'b Vector<2> = $infer;
                    infer(x, scratch)
                }
            }
        };
    }
    layer!(Twice, Other, Vector<2>, |x, y| {
        *y = Vector([2.0 * x.0[0], 2.0 * x.0[1]].into());
        y
    });
    layer!(Elsewhere, Alias, (), |_, _| &VALUES[0]);
    layer!(Through, Private, Vector<2>, |x, _| x);
    layer!(Values, Private, Vector<2>, |_, _| &VALUES[0]);
    layer!(Untouched, Private, Vector<2>, |_, scratch| scratch);

    /// `y = gain · x + shift`, whose `shift` no step changes: it takes the update, and leaves it.
    #[repr(C)]
    pub struct Kept {
        gain: nalgebra::SVector<f32, 2>,
        pub shift: nalgebra::SVector<f32, 2>,
    }
    #[derive(Clone, Default)]
    pub struct KeptOptions {
        pub gain: TensorOptions,
        pub shift: TensorOptions,
        pub activity_regularizer: Regularizer,
    }
    params!(Kept { gain: Gain, shift: Bias } as KeptOptions);
    impl Layer<Vector<2>> for Kept {
        type Y = Vector<2>;
        type Scratch = Vector<2>;
        type Place = place::Other;
        fn infer<'a>(&self, x: &'a Vector<2>, y: &'a mut Vector<2>) -> &'a Vector<2> {
            y.0 = self.gain.component_mul(&x.0) + self.shift;
            y
        }
    }
    impl Train<Vector<2>> for Kept {
        type Cache = Buffer<Vector<2>>;
        fn forward<'a>(
            &self,
            _: &KeptOptions,
            x: &'a [Vector<2>],
            y: &'a mut Self::Cache,
            _: &mut Context,
        ) -> &'a [Vector<2>] {
            for (x, y) in x.iter().zip(y.resize(x.len())) {
                self.infer(x, y);
            }
            y
        }
        fn output<'a>(_: &'a [Vector<2>], y: &'a Self::Cache) -> &'a [Vector<2>] {
            y
        }
        fn backward<'a>(
            &mut self,
            options: &KeptOptions,
            x: &[Vector<2>],
            dy: &'a mut [Vector<2>],
            _: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [Vector<2>] {
            grad.gain.fill(0.0);
            let (w, g) = (&mut self.shift, &mut grad.shift);
            step.apply(&options.shift, (1, |layer| &mut layer.shift), w, g, |g, _| g.fill(1.0));
            for (x, dy) in x.iter().zip(&mut *dy) {
                grad.gain += dy.0.component_mul(&x.0);
                dy.0.component_mul_assign(&self.gain);
            }
            dy
        }
    }
}

/// A tensor whose update a layer takes gets no other, and all others get theirs.
#[test]
fn an_update_that_a_layer_takes_is_that_of_its_tensor() {
    type Net = (Dense<2, 2>, own::Kept);
    let data = Dataset::new(vec![Vector::new([1.0, 2.0])], vec![Vector::new([9.0, -9.0])]).unwrap();
    let mut model = Model::<Vector<2>, Net>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    model.fit(&data, FIT).unwrap();
    let (dense, kept) = model.net();
    assert_eq!(kept.shift.as_slice(), [0.0; 2]);
    assert!(dense.bias.iter().all(|bias| *bias != 0.0), "{:?}", dense.bias);
}

/// The values of layers that break their contract are what comes out, and nothing but the scratch memory is written to.
#[test]
fn layers_that_do_not_what_they_say_do_no_harm() {
    use own::{Elsewhere, Through, Twice, Untouched, VALUES, Values};
    #[repr(C)]
    struct Memory<S> {
        scratch: S,
        behind: [f32; 4],
    }
    macro_rules! outputs { ($($net:expr => $expected:expr;)*) => { $({
        let net = $net;
        let mut memory = Memory { scratch: scratch_of(&net), behind: [7.0; 4] };
        let x = Vector::new([1.0, -2.0]);
        for _ in 0..2 {
            let y = Layer::<Vector<2>>::infer(&net, &x, &mut memory.scratch);
            assert_eq!(y.values(), $expected, stringify!($net));
        }
        assert_eq!(memory.behind, [7.0; 4], stringify!($net));
        assert_eq!(VALUES[0].values(), [5.0, -6.0]);
    })* } }
    fn scratch_of<N: Layer<Vector<2>>>(_: &N) -> N::Scratch {
        Budget::<Vector<2>, N>::scratch()
    }
    outputs! {
        (Twice, Elsewhere, Relu) => [5.0, 0.0];
        (Twice, Elsewhere) => [5.0, -6.0];
        (Twice, Twice, Elsewhere, Relu) => [5.0, 0.0];
        (Values, Relu) => [5.0, 0.0];
        (Through, Relu) => [1.0, 0.0];
        (Twice, Untouched) => [0.0, 0.0];
        (Twice, Twice, Untouched) => [0.0, 0.0];
        (Twice, Through, Twice) => [4.0, -8.0];
        (Twice, Twice, Through, Relu, Twice) => [8.0, 0.0];
        (Twice, Twice, Values, Twice) => [10.0, -12.0];
    }
}

#[test]
fn quantized_layers_have_scales_of_their_own() {
    // Logits whose exponentials a float does not hold.
    let x: Vec<Vector<1>> = (0..=20).map(|i| Vector::new([i as f32 / 20.0])).collect();
    let mut model = Model::<Vector<1>, (Dense<1, 2>, Softmax)>::new(1);
    model.net_mut().0.kernel.copy_from_slice(&[100.0, -100.0]);
    let small = quantize(&model, &x).unwrap();
    assert!(small.layers().iter().all(|layer| layer.largest.is_finite()), "{small}");
    assert!((small.predict(&x[20]).0[0] - 1.0).abs() < 0.01, "{:?}", small.predict(&x[20]));
    // What a following clamp leaves out needs no bytes.
    let x: Vec<Vector<1>> = (-100..=1).map(|i| Vector::new([i as f32])).collect();
    let mut clamped = Model::<Vector<1>, (Dense<1, 1>, Relu)>::new(1);
    clamped.net_mut().0.kernel.fill(1.0);
    let scale = quantize(&clamped, &x).unwrap().layers()[1].scale;
    assert!((scale.scale - 1.0 / 255.0).abs() < 1e-6 && scale.zero_point == -128, "{scale:?}");
    // The smallest range that has a scale of its own.
    let x = [0.0, 255.0 * f32::MIN_POSITIVE].map(|x| Vector::new([x]));
    assert_eq!(quantize(&model, &x).unwrap().net().input().scale, f32::MIN_POSITIVE);
    // A table of which the outputs have a smaller range than the inputs.
    let x: Vec<Vector<1>> = (-50..=2).map(|i| Vector::new([i as f32])).collect();
    let mut model = Model::<Vector<1>, (Dense<1, 1>, Silu)>::new(1);
    model.net_mut().0.kernel.fill(1.0);
    let small = quantize(&model, &x).unwrap();
    let expected = (Silu.apply(2.0) - Silu.apply(-1.0)) / 255.0;
    assert!((small.layers()[1].scale.scale / expected - 1.0).abs() < 1e-3, "{small}");
}

/// A file with a sound checksum, as another program might write it.
#[test]
fn a_clamp_of_bytes_is_within_them() {
    use taut::io::format::{HEADER, scan};
    type Net = (Dense<1, 1>, Relu);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.taut");
    quantize(&Model::<Vector<1>, Net>::new(1), &[Vector::new([1.0])]).unwrap().save(&path).unwrap();
    let file = std::fs::read(&path).unwrap();
    let parameters = HEADER + u32::from_le_bytes(file[32..36].try_into().unwrap()) as usize;
    let clamp = file.len() - 8;
    let load = |[min, max]: [i32; 2]| {
        let mut file = file.clone();
        file[clamp..clamp + 4].copy_from_slice(&min.to_le_bytes());
        file[clamp + 4..].copy_from_slice(&max.to_le_bytes());
        let checksum = scan(&file[parameters..]).0;
        file[8..16].copy_from_slice(&checksum.to_le_bytes());
        std::fs::write(&path, file).unwrap();
        taut::int8::QuantizedModel::<Vector<1>, Net>::load(&path).map(drop)
    };
    load([127, 127]).unwrap();
    assert!(text(load([128, 128])).ends_with("expected a minimum from -128 to 127, received 128"));
    assert!(text(load([127, 128])).ends_with("expected a maximum from the minimum to 127, received 128"));
}

/// Half of the weight is half of all counts, of which an area has the ratios only.
#[test]
fn an_area_is_that_of_any_weight() {
    use taut::metrics::{Auc, Curve};
    let auc = Auc { curve: Curve::Pr, ..Auc::default() };
    let area = |weight| {
        let mut state = Default::default();
        for (p, t) in [(0.9, true), (0.7, false), (0.4, true), (0.2, false)] {
            let t = Vector::new([f32::from(u8::from(t))]);
            Metric::<Vector<1>, Vector<1>>::add(&auc, &mut state, &Vector::new([p]), &t, weight);
        }
        let mut area = f32::NAN;
        Metric::<Vector<1>, Vector<1>>::report(&auc, &state, &mut |_, value| area = value);
        area
    };
    assert!((area(1.0) - area(0.125)).abs() < 1e-6, "{} {}", area(1.0), area(0.125));
}

#[test]
fn numbers_next_to_nothing() {
    // A variance of 0, of which the root is 1e-7.
    let mut normalization = Model::<Vector<1>, Normalization<1>>::new(1);
    normalization.net_mut().adapt(&[Vector::new([0.0])]).unwrap();
    let y = normalization.predict(&Vector::new([1e-7])).0[0];
    assert!((y - 1.0).abs() < 1e-5, "{y}");
    // Variances of 1e-8, which are less than the 1e-7 that is added to them: 2 / (2 + 10).
    let of = [Vector::new([0.0, 2e-4])];
    let concordance = taut::metrics::ConcordanceCorrelation.value(&of, &of);
    assert!((concordance - 1.0 / 6.0).abs() < 1e-4, "{concordance}");
    // An output whose norm is clipped: no part of the gradient along it.
    assert_eq!(loss(CosineSimilarity, [5e-8, 0.0], Vector::new([0.0, 1.0])).1[0], 0.0);
    // The least norm that is not clipped: nothing but the part along the output, which the cosine does not change with.
    assert_eq!(loss(CosineSimilarity, [1e-7, 0.0], Vector::new([1.0, 0.0])).1[0], 0.0);
    // Lines of a matrix of which the norm is the least that has a direction.
    let w = [1.000_1e-7, 0.0, 1.000_1e-7, 0.0];
    let parallel = taut::regularizers::OrthogonalRegularizer { factor: 1.0, ..Default::default() }.value(&w, &[2, 2]);
    assert!((parallel - 1.0).abs() < 1e-4, "{parallel}");
    // Neighbours, of which f32 does not hold the mean: an error where it is off by more than a hundredth of the 1e-7
    // that a standard deviation is at least.
    let adapted = |x: f32| {
        Model::<Vector<1>, Normalization<1>>::new(1).net_mut().adapt(&[x, x.next_up()].map(|x| Vector::new([x])))
    };
    adapted(0.03).unwrap();
    assert!(text(adapted(0.05)).contains("means and variances that f32 holds"));
}

#[test]
fn a_tensor_without_axes_is_a_number() {
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
    let mut w = [0.0];
    Orthogonal(3.0).fill(&mut w, &[], &mut Xoshiro256PlusPlus::seed_from_u64(1));
    assert!((w[0].abs() - 3.0).abs() < 1e-6, "{w:?}");
    // Its fans are 1: the limits are √(3 / 1) and √(6 / (1 + 1)).
    for of in [&LecunUniform as &dyn Initialize, &GlorotUniform] {
        let mut w = [0.0; 1000];
        of.fill(&mut w, &[], &mut Xoshiro256PlusPlus::seed_from_u64(1));
        let largest = w.iter().fold(0.0_f32, |largest, w| largest.max(w.abs()));
        assert!((1.7..1.7321).contains(&largest), "{of:?}: {largest}");
    }
}
