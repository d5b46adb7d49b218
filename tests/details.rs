//! Details that other tests run and do not look at: changes of them in the source were noticed by none.
//! (See mutants/README.md.)
#![cfg(feature = "train")]

use taut::callbacks::{Lambda, Mode};
use taut::constraints::{Constrain, MinMaxNorm};
use taut::initializers::{Constant, Identity, Initialize, Orthogonal};
use taut::layers::*;
use taut::losses::{KlDivergence, Loss};
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
        text(Orthogonal(nan).validate()) => "Orthogonal: expected a number, received NaN";
    }
    // What is in the middle of all ranges passes.
    PiecewiseConstantDecay { first: 1.0, then: vec![(5, 0.5), (7, 0.1)] }.validate().unwrap();
    CosineDecayRestarts::new(0.1, 5).validate().unwrap();
    MinMaxNorm::default().validate().unwrap();
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
    // Where there is no error, there is no gradient.
    assert_eq!(loss(MeanAbsoluteError, [2.0, 0.5], Vector::new([2.0, 0.5])), (0.0, [0.0, 0.0]));
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
    let near = [agrees(0.5, 0.500_009), agrees(0.0, -0.000_009), agrees(200.0, 200.0018)];
    let far = [agrees(0.5, 0.500_012), agrees(0.0, -0.000_012), agrees(200.0, 200.0023), agrees(1.0, f32::NAN)];
    assert_eq!((near, far), ([true; 3], [false; 4]));
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
    use taut::initializers::LecunUniform;
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
