//! Details that other tests run and do not look at: changing them in the source was noticed by none (see mutants/README.md).
#![cfg(feature = "train")]

use taut::callbacks::{Lambda, Mode};
use taut::constraints::{Constrain, MinMaxNorm};
use taut::memory::{regroup, regroup_mut};
use taut::metrics::{Mean, Named};
use taut::optimizers::*;
use taut::schedules::*;
use taut::{Agrees, Int8, Metric, Scale, prelude::*};

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
    check(Muon::default(), 2);
    check(Sgd::default().with(OptimizerOptions::default()), 0);
}

#[test]
fn settings_of_schedules_and_constraints_have_ranges() {
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
        text(MinMaxNorm { min: -1.0, ..MinMaxNorm::default() }.validate()) =>
            "MinMaxNorm's min: expected a number from 0, received -1";
        text(MinMaxNorm { max: f32::NAN, ..MinMaxNorm::default() }.validate()) =>
            "MinMaxNorm's max: expected a number from 0, received NaN";
        text(MinMaxNorm { rate: 1.5, ..MinMaxNorm::default() }.validate()) =>
            "MinMaxNorm's rate: expected a number from 0 to 1, received 1.5";
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

/// How many epochs a run has whose output moves towards the label, and that a callback stops as soon as it gets no better.
fn epochs(label: f32, mode: Mode) -> usize {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([label])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.01), MeanSquaredError, Output);
    let fit = Fit { epochs: 5, verbose: Verbose::Silent, ..Fit::default() };
    model.callbacks(EarlyStopping::new(Training(Output)).mode(mode)).fit(&data, fit).unwrap().rows.len()
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
    model.fit(&data, Fit { verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    let trained = model.net().clone();
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
