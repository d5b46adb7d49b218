//! Each optimizer with each option, schedules, regularizers and constraints: the weights are those that real Keras
//! arrives at, and minima are found. `tests/fixtures/README.md` tells of the stored numbers.
#![cfg(feature = "train")]

use serde_json::Value;
use taut::Error;
use taut::{AnyNumbers, Params};
use taut::{
    callbacks::Callback, constraints::*, losses::Loss, optimizers::*, prelude::*, regularizers::*, schedules::*,
};

type Net = (Dense<5, 7>, Tanh, Dense<7, 3>);
type NetOptions = <Net as Params>::Options;

struct Fixture {
    json: Value,
    data: Dataset<Vector<5>, Vector<3>>,
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32).collect()
}

fn weights(net: &Net) -> Vec<f32> {
    let mut all = vec![];
    net.read(&NetOptions::default(), &mut |_, _, values| all.extend_from_slice(values));
    all
}

impl Fixture {
    fn new() -> Self {
        let json: Value = serde_json::from_str(include_str!("fixtures/optimizers.json")).unwrap();
        let x = floats(&json["x"]).as_chunks().0.iter().map(|x| Vector::new(*x)).collect();
        let y = floats(&json["y"]).as_chunks().0.iter().map(|y| Vector::new(*y)).collect();
        Fixture { data: Dataset::new(x, y).unwrap(), json }
    }

    /// What differs from Keras after 50 steps.
    fn compare(&self, case: &str, optimizer: impl Optimizer, options: impl FnOnce(&mut NetOptions)) -> Option<String> {
        let mut model = Model::<Vector<5>, Net>::new(1).layers(options);
        let mut initial = &floats(&self.json["initial"])[..];
        Net::visit(&NetOptions::default(), [model.net_mut()], &mut |_, _, [w]| {
            let (now, rest) = initial.split_at(w.len());
            w.copy_from_slice(now);
            initial = rest;
        });
        let mut model = model.compile(optimizer, MeanSquaredError, ());
        let fit = Fit { epochs: 10, batch_size: 8, shuffle: false, verbose: Verbose::Silent, ..Fit::default() };
        model.fit(&self.data, fit).unwrap();
        differs(case, &weights(model.net()), &floats(&self.json["cases"][case]))
    }
}

/// Where numbers are further from the expected ones than a part in ten thousand.
fn differs(case: &str, received: &[f32], expected: &[f32]) -> Option<String> {
    assert_eq!(received.len(), expected.len(), "{case}");
    let error = |(r, e): (&f32, &f32)| (r - e).abs() / (e.abs() + 0.01);
    let worst = received.iter().zip(expected).map(error).fold(0.0, |a: f32, b| if b <= a { a } else { b });
    let near = received.iter().zip(expected).all(|(r, e)| (r - e).abs() <= 1e-4 * e.abs() + 1e-6);
    (!near).then(|| format!("{case}: {worst:e}\n"))
}

fn none(_: &mut NetOptions) {}

#[test]
fn optimizers_are_keras_s() {
    let fixture = Fixture::new();
    let (rate, mut seen, mut wrong) = (0.01, 0, String::new());
    macro_rules! cases { ($($case:literal: $optimizer:expr;)*) => { $(
        seen += 1;
        wrong.extend(fixture.compare($case, $optimizer, none));
    )* } }
    cases! {
        "sgd": Sgd::default();
        "sgd momentum": Sgd { learning_rate: rate, momentum: 0.9, ..Sgd::default() };
        "sgd nesterov": Sgd { learning_rate: rate, momentum: 0.9, nesterov: true };
        "adam": Adam::default();
        "adam options": Adam { learning_rate: rate, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3, ..Adam::default() };
        "adam amsgrad": Adam { learning_rate: rate, beta_2: 0.9, amsgrad: true, ..Adam::default() };
        "adamw": AdamW::default();
        "adamw options":
            AdamW { learning_rate: rate, weight_decay: 0.1, beta_2: 0.9, amsgrad: true, ..AdamW::default() };
        "nadam": Nadam::default();
        "nadam options": Nadam { learning_rate: rate, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3 };
        "adamax": Adamax::default();
        "adamax options": Adamax { learning_rate: rate, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3 };
        "rmsprop": RmsProp::default();
        "rmsprop momentum":
            RmsProp { learning_rate: rate, rho: 0.8, momentum: 0.5, epsilon: 1e-4, ..RmsProp::default() };
        "rmsprop centered": RmsProp { centered: true, epsilon: 1e-4, ..RmsProp::default() };
        "rmsprop centered momentum": RmsProp { momentum: 0.5, centered: true, epsilon: 1e-3, ..RmsProp::default() };
        "adagrad": Adagrad::default();
        "adagrad options": Adagrad { learning_rate: rate, initial_accumulator: 0.01, epsilon: 1e-3 };
        "adadelta": Adadelta::default();
        "adadelta options": Adadelta { learning_rate: 1.0, rho: 0.8, epsilon: 1e-4 };
        "ftrl": Ftrl::default();
        "ftrl options": Ftrl {
            learning_rate: 0.1,
            learning_rate_power: -0.4,
            initial_accumulator: 0.2,
            l1: 0.01,
            l2: 0.02,
            l2_shrinkage: 0.03,
            beta: 0.04,
        };
        "lion": Lion::default();
        "lion options": Lion { learning_rate: 0.002, beta_1: 0.8, beta_2: 0.95 };
        "lamb": Lamb::default();
        "lamb options": Lamb { learning_rate: rate, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3 };
        "adafactor": Adafactor::default();
        "adafactor options": Adafactor {
            learning_rate: 0.3,
            beta_2_decay: -0.6,
            epsilon_1: 1e-12,
            epsilon_2: 0.01,
            clip_threshold: 0.5,
        };
        "muon": Muon::default();
        "muon options": Muon {
            learning_rate: rate,
            momentum: 0.8,
            nesterov: false,
            newton_schulz_steps: 3,
            coefficients: [3.0, -4.0, 1.8],
            rms_rate: None,
            weight_decay: 0.2,
            adam_beta_1: 0.8,
            adam_beta_2: 0.95,
            epsilon: 1e-3,
            adam_weight_decay: 0.1,
            adam_learning_rate_ratio: 0.5,
        };
        "schedule free": ScheduleFreeAdamW::default();
        "schedule free options":
            ScheduleFreeAdamW { learning_rate: rate, beta_1: 0.8, beta_2: 0.95, epsilon: 1e-3, warmup_steps: 20 };
    }

    let warm = CosineDecay { alpha: 0.1, warmup_target: Some(0.02), warmup_steps: 10, ..CosineDecay::new(0.001, 30) };
    let halves = ExponentialDecay { initial: 0.1, steps: 10, rate: 0.5, staircase: false };
    cases! {
        "schedule": Adam::default().with(OptimizerOptions { learning_rate: warm.into(), ..OptimizerOptions::default() });
        "schedule, accumulate": Sgd::default().with(OptimizerOptions {
            learning_rate: halves.into(),
            weight_decay: 0.1,
            accumulate: 3,
            ..OptimizerOptions::default()
        });
    }

    // What a tensor's slot leaves out.
    macro_rules! slots { ($($case:literal: $optimizer:expr, $options:expr;)*) => { $(
        seen += 1;
        wrong.extend(fixture.compare($case, $optimizer, $options));
    )* } }
    let without_bias = |net: &mut NetOptions| {
        net.0.bias.no_weight_decay = true;
        net.2.bias.no_weight_decay = true;
    };
    slots! {
        "adamw without bias": AdamW { learning_rate: rate, weight_decay: 0.1, ..AdamW::default() }, without_bias;
        "weight_decay without bias":
            Sgd::new(rate).with(OptimizerOptions { weight_decay: 0.1, ..OptimizerOptions::default() }), without_bias;
        "muon without bias":
            Muon { learning_rate: rate, weight_decay: 0.2, adam_weight_decay: 0.1, ..Muon::default() }, without_bias;
        "muon hidden":
            Muon { learning_rate: rate, ..Muon::default() }, |net: &mut NetOptions| net.2.kernel.as_vector = true;
    }

    // What all have in common, with optimizers that remember in different ways.
    let options = || OptimizerOptions::default();
    let ema = |momentum, overwrite_frequency| Some(Ema { momentum, overwrite_frequency });
    let rows = [
        ("weight_decay", OptimizerOptions { weight_decay: 0.1, ..options() }),
        ("clipnorm", OptimizerOptions { clip: Clip::Norm(0.05), ..options() }),
        ("clipvalue", OptimizerOptions { clip: Clip::Value(0.01), ..options() }),
        ("global_clipnorm", OptimizerOptions { clip: Clip::GlobalNorm(0.1), ..options() }),
        ("ema", OptimizerOptions { ema: ema(0.9, None), ..options() }),
        ("ema overwrite", OptimizerOptions { ema: ema(0.9, Some(7)), ..options() }),
        ("accumulate", OptimizerOptions { accumulate: 4, ..options() }),
        (
            "all",
            OptimizerOptions {
                weight_decay: 0.1,
                clip: Clip::GlobalNorm(0.1),
                ema: ema(0.8, Some(3)),
                accumulate: 4,
                ..options()
            },
        ),
    ];
    for (name, options) in rows {
        macro_rules! bases { ($($base:literal: $optimizer:expr;)*) => { $(
            seen += 1;
            wrong.extend(fixture.compare(&format!("{}, {name}", $base), $optimizer.with(options.clone()), none));
        )* } }
        bases! {
            "sgd": Sgd { learning_rate: 0.05, momentum: 0.9, ..Sgd::default() };
            "adam": Adam::new(rate);
            "nadam": Nadam { learning_rate: rate, ..Nadam::default() };
            "adagrad": Adagrad { learning_rate: rate, ..Adagrad::default() };
            "lamb": Lamb { learning_rate: rate, ..Lamb::default() };
            "amsgrad": Adam { learning_rate: rate, amsgrad: true, ..Adam::default() };
        }
    }

    // On the first kernel, together with a clip that must see the regularizer's part of the gradient.
    let clipped =
        || Sgd::new(0.05).with(OptimizerOptions { clip: Clip::GlobalNorm(0.5), ..OptimizerOptions::default() });
    for (name, regularizer) in regularizers() {
        seen += 1;
        let case = format!("regularizer {name}");
        wrong.extend(fixture.compare(&case, clipped(), |net| net.0.kernel.regularizer = regularizer));
    }
    for (name, constraint) in constraints() {
        seen += 1;
        let case = format!("constraint {name}");
        wrong.extend(fixture.compare(&case, Sgd::new(0.05), |net| net.0.kernel.constraint = constraint));
    }
    assert!(wrong.is_empty(), "further from Keras than 1e-4:\n{wrong}");
    assert_eq!(seen, fixture.json["cases"].as_object().unwrap().len(), "each case of the fixture has its row here");
}

fn regularizers() -> [(&'static str, Regularizer); 5] {
    [
        ("l1", L1(0.02).into()),
        ("l2", L2(0.03).into()),
        ("l1_l2", L1L2 { l1: 0.02, l2: 0.03 }.into()),
        ("orthogonal rows", OrthogonalRegularizer { factor: 0.1, lines: Lines::Rows }.into()),
        ("orthogonal columns", OrthogonalRegularizer { factor: 0.1, lines: Lines::Columns }.into()),
    ]
}

fn constraints() -> [(&'static str, Constraint); 4] {
    [
        ("max_norm", MaxNorm(0.8).into()),
        ("non_neg", NonNeg.into()),
        ("unit_norm", UnitNorm.into()),
        ("min_max_norm", MinMaxNorm { min: 0.9, max: 1.1, rate: 0.7 }.into()),
    ]
}

#[test]
fn regularizers_and_constraints_are_keras_s() {
    let Fixture { json, .. } = Fixture::new();
    let kernel = &floats(&json["initial"])[..35];
    for (name, regularizer) in regularizers() {
        let value = regularizer.get().unwrap().value(kernel, &[5, 7]);
        assert_eq!(differs(name, &[value], &[json["regularizers"][name].as_f64().unwrap() as f32]), None);
    }
    for (name, constraint) in constraints() {
        let mut w = kernel.to_vec();
        constraint.get().unwrap().constrain(&mut w, &[5, 7]);
        assert_eq!(differs(name, &w, &floats(&json["constraints"][name])), None);
    }
}

#[test]
fn schedules_are_keras_s() {
    let Fixture { json, .. } = Fixture::new();
    let exponential = |staircase| ExponentialDecay { initial: 0.1, steps: 7, rate: 0.5, staircase };
    let inverse = |staircase| InverseTimeDecay { initial: 0.1, steps: 7, rate: 0.5, staircase };
    let polynomial = |power, cycle| PolynomialDecay { end: 0.01, power, cycle, ..PolynomialDecay::new(0.1, 20) };
    let rows: [(&str, LearningRate); 11] = [
        ("exponential", exponential(false).into()),
        ("exponential staircase", exponential(true).into()),
        ("piecewise", PiecewiseConstantDecay { first: 0.1, then: vec![(5, 0.05), (20, 0.01)] }.into()),
        ("polynomial", polynomial(2.0, false).into()),
        ("polynomial cycle", polynomial(0.5, true).into()),
        ("inverse time", inverse(false).into()),
        ("inverse time staircase", inverse(true).into()),
        ("cosine", CosineDecay { alpha: 0.1, ..CosineDecay::new(0.1, 30) }.into()),
        (
            "cosine warm-up",
            CosineDecay { alpha: 0.1, warmup_target: Some(0.1), warmup_steps: 10, ..CosineDecay::new(0.01, 30) }.into(),
        ),
        ("cosine restarts", CosineDecayRestarts { m_mul: 0.8, alpha: 0.1, ..CosineDecayRestarts::new(0.1, 10) }.into()),
        (
            "cosine restarts even",
            CosineDecayRestarts { t_mul: 1.0, m_mul: 0.9, ..CosineDecayRestarts::new(0.1, 10) }.into(),
        ),
    ];
    let steps = json["steps"].as_array().unwrap();
    for (name, rate) in rows {
        let rate = rate.get().unwrap();
        rate.validate().unwrap();
        let expected = floats(&json["schedules"][name]);
        for (step, expected) in steps.iter().map(|step| step.as_u64().unwrap()).zip(expected) {
            assert_eq!(differs(&format!("{name} at {step}"), &[rate.at(step)], &[expected]), None);
        }
    }
}

/// `(1 - a)² + 100 (b - a²)²`, whose valley is bent: the minimum is at (1, 1).
struct Rosenbrock;
impl Loss<Vector<2>> for Rosenbrock {
    type Target = ();
    type Takes = AnyNumbers;
    fn loss(&self, p: &Vector<2>, _: &(), dp: &mut Vector<2>) -> f32 {
        let [a, b] = *p.as_array();
        let off = b - a * a;
        *dp = Vector::new([2.0 * (a - 1.0) - 400.0 * a * off, 200.0 * off]);
        (1.0 - a).powi(2) + 100.0 * off * off
    }
}

/// `4 (a - 1)² + (b + 2)²`.
struct Parabola;
impl Loss<Vector<2>> for Parabola {
    type Target = ();
    type Takes = AnyNumbers;
    fn loss(&self, p: &Vector<2>, _: &(), dp: &mut Vector<2>) -> f32 {
        let [a, b] = *p.as_array();
        *dp = Vector::new([8.0 * (a - 1.0), 2.0 * (b + 2.0)]);
        4.0 * (a - 1.0).powi(2) + (b + 2.0).powi(2)
    }
}

/// The loss that so many steps from near (0, 0) lead to.
fn minimum(
    optimizer: impl Optimizer,
    loss: impl Loss<Vector<2>, Target = (), Takes = AnyNumbers>,
    steps: usize,
) -> f32 {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![()]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1);
    model.net_mut().kernel.fill(0.05);
    let mut model = model.compile(optimizer, loss, ());
    model.fit(&data, Fit { epochs: steps, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    model.evaluate(&data).unwrap().loss()
}

#[test]
fn minima_are_found() {
    let mut wrong = String::new();
    let fade = |rate: f32| OptimizerOptions {
        learning_rate: PolynomialDecay { end: 0.0, ..PolynomialDecay::new(rate, 4000) }.into(),
        ..OptimizerOptions::default()
    };
    macro_rules! rows { ($($optimizer:expr, $parabola:literal, $rosenbrock:literal;)*) => { $(
        let name = stringify!($optimizer).split_whitespace().collect::<Vec<_>>().join(" ");
        let (parabola, rosenbrock) = (minimum($optimizer, Parabola, 4000), minimum($optimizer, Rosenbrock, 4000));
        if !(parabola <= $parabola && rosenbrock <= $rosenbrock) {
            wrong += &format!("{name}: {parabola:e} {rosenbrock:e}\n");
        }
    )* } }
    rows! {
        Sgd::new(5e-4), 1e-6, 0.2;
        Sgd { learning_rate: 3e-4, momentum: 0.9, nesterov: false }, 1e-6, 1e-3;
        Sgd { learning_rate: 3e-4, momentum: 0.9, nesterov: true }, 1e-6, 1e-3;
        Adam::new(0.02), 1e-6, 1e-3;
        Adam { learning_rate: 0.02, amsgrad: true, ..Adam::default() }, 1e-6, 1e-2;
        AdamW { learning_rate: 0.02, weight_decay: 1e-5, ..AdamW::default() }, 1e-6, 1e-3;
        Nadam { learning_rate: 0.02, ..Nadam::default() }, 1e-6, 1e-3;
        Adamax { learning_rate: 0.02, ..Adamax::default() }, 1e-6, 1e-2;
        RmsProp::default().with(fade(0.01)), 1e-4, 1e-2;
        RmsProp { momentum: 0.5, centered: true, ..RmsProp::default() }.with(fade(0.005)), 1e-4, 1e-2;
        Adagrad { learning_rate: 0.5, ..Adagrad::default() }, 1e-6, 1e-2;
        Adadelta { epsilon: 1e-6, ..Adadelta::default() }.with(fade(1.0)), 1e-4, 1e-2;
        Ftrl { learning_rate: 0.5, ..Ftrl::default() }, 1e-6, 1e-2;
        Lion::default().with(fade(0.005)), 1e-4, 1e-2;
        Lamb::default().with(fade(0.02)), 1e-4, 1e-2;
        Adafactor { learning_rate: 0.1, ..Adafactor::default() }, 1e-4, 1e-1;
        Muon { weight_decay: 0.0, adam_weight_decay: 0.0, ..Muon::default() }.with(fade(0.02)), 1e-4, 1e-2;
        ScheduleFreeAdamW { learning_rate: 0.02, ..ScheduleFreeAdamW::default() }, 1e-4, 1e-2;
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn settings_out_of_range_are_errors_before_training() {
    fn error(optimizer: impl Optimizer) -> String {
        let data = Dataset::new(vec![Vector::new([1.0])], vec![()]).unwrap();
        let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1).compile(optimizer, Parabola, ());
        let before = model.net().clone();
        let error = model.fit(&data, Fit::default()).unwrap_err();
        assert!(matches!(error, Error::Argument { .. }), "{error}");
        assert_eq!(*model.net(), before);
        error.to_string()
    }
    macro_rules! rows { ($($optimizer:expr => $text:literal;)*) => { $( assert_eq!(error($optimizer), $text); )* } }
    let with = |options| Sgd::default().with(options);
    let nan = f32::NAN;
    rows! {
        Sgd::new(-0.1) => "Sgd's learning_rate: expected a number from 0, received -0.1";
        Sgd { momentum: 1.5, ..Sgd::default() } => "Sgd's momentum: expected a number from 0 to 1, received 1.5";
        Adam::new(nan) => "Adam's learning_rate: expected a number from 0, received NaN";
        Adam { beta_1: 1.5, ..Adam::default() } => "Adam's beta_1: expected a number from 0 to below 1, received 1.5";
        Adam { epsilon: f32::INFINITY, ..Adam::default() } => "Adam's epsilon: expected a number from 0, received inf";
        AdamW { weight_decay: -1.0, ..AdamW::default() } => "AdamW's weight_decay: expected a number from 0, received -1";
        Nadam { beta_2: 1.0, ..Nadam::default() } => "Nadam's beta_2: expected a number from 0 to below 1, received 1";
        Adamax { beta_1: -0.1, ..Adamax::default() } =>
            "Adamax's beta_1: expected a number from 0 to below 1, received -0.1";
        RmsProp { rho: nan, ..RmsProp::default() } => "RmsProp's rho: expected a number from 0 to 1, received NaN";
        Adagrad { initial_accumulator: -1.0, ..Adagrad::default() } =>
            "Adagrad's initial_accumulator: expected a number from 0, received -1";
        Adadelta { rho: 2.0, ..Adadelta::default() } => "Adadelta's rho: expected a number from 0 to 1, received 2";
        Ftrl { learning_rate_power: 0.5, ..Ftrl::default() } =>
            "Ftrl's learning_rate_power: expected a number to 0, received 0.5";
        Lion { beta_2: 1.0, ..Lion::default() } => "Lion's beta_2: expected a number from 0 to below 1, received 1";
        Lamb { epsilon: -1.0, ..Lamb::default() } => "Lamb's epsilon: expected a number from 0, received -1";
        Adafactor { beta_2_decay: 0.8, ..Adafactor::default() } =>
            "Adafactor's beta_2_decay: expected a number to 0, received 0.8";
        Muon { coefficients: [1.0, nan, 1.0], ..Muon::default() } =>
            "Muon's coefficients: expected a number, received NaN";
        Muon { rms_rate: Some(nan), ..Muon::default() } => "Muon's rms_rate: expected a number from 0, received NaN";
        Muon { learning_rate: -1.0, ..Muon::default() } => "Muon's learning_rate: expected a number from 0, received -1";
        Muon { momentum: nan, ..Muon::default() } => "Muon's momentum: expected a number from 0 to 1, received NaN";
        Muon { weight_decay: nan, ..Muon::default() } => "Muon's weight_decay: expected a number from 0, received NaN";
        Muon { adam_weight_decay: nan, ..Muon::default() } =>
            "Muon's adam_weight_decay: expected a number from 0, received NaN";
        Muon { adam_learning_rate_ratio: nan, ..Muon::default() } =>
            "Muon's adam_learning_rate_ratio: expected a number from 0, received NaN";
        Muon { newton_schulz_steps: u32::MAX, ..Muon::default() } =>
            "Muon's newton_schulz_steps: expected at most 100, received 4294967295";
        Muon { adam_beta_1: 7.0, ..Muon::default() } =>
            "Muon's adam_beta_1: expected a number from 0 to below 1, received 7";
        ScheduleFreeAdamW { beta_2: nan, ..ScheduleFreeAdamW::default() } =>
            "ScheduleFreeAdamW's beta_2: expected a number from 0 to below 1, received NaN";
        Adam::new(-1.0).with(OptimizerOptions::default()) => "Adam's learning_rate: expected a number from 0, received -1";
        with(OptimizerOptions { weight_decay: nan, ..OptimizerOptions::default() }) =>
            "OptimizerOptions' weight_decay: expected a number from 0, received NaN";
        with(OptimizerOptions { clip: Clip::Norm(-1.0), ..OptimizerOptions::default() }) =>
            "Clip::Norm: expected a number above 0, received -1";
        with(OptimizerOptions { clip: Clip::GlobalNorm(0.0), ..OptimizerOptions::default() }) =>
            "Clip::GlobalNorm: expected a number above 0, received 0";
        with(OptimizerOptions { ema: Some(Ema { momentum: 1.1, ..Ema::default() }), ..OptimizerOptions::default() }) =>
            "Ema's momentum: expected a number from 0 to 1, received 1.1";
        with(OptimizerOptions { ema: Some(Ema { momentum: 0.9, overwrite_frequency: Some(0) }), ..OptimizerOptions::default() }) =>
            "Ema's overwrite_frequency: expected at least 1, received 0";
        with(OptimizerOptions { accumulate: 0, ..OptimizerOptions::default() }) =>
            "OptimizerOptions' accumulate: expected at least 1, received 0";
        with(OptimizerOptions { learning_rate: CosineDecay::new(0.1, 0).into(), ..OptimizerOptions::default() }) =>
            "CosineDecay's steps: expected at least 1, received 0";
        with(OptimizerOptions::default()).with(OptimizerOptions::default()) =>
            "an optimizer's options: expected one set of them, received options in options";
    }
}

#[test]
fn too_large_a_memory_is_an_error() {
    struct Elephant(usize);
    impl Optimizer for Elephant {
        const NAME: &'static str = "Elephant";

        fn moments(&self) -> usize {
            self.0
        }
        fn learning_rate(&self) -> f32 {
            unreachable!()
        }
        fn set_learning_rate(&mut self, _: f32) {
            unreachable!()
        }
        fn rule(&self, _: taut::StepInfo) -> impl taut::Rule {
            |_: &mut [f32], _: &mut [f32], _: taut::Moments, _: &[usize]| ()
        }
    }
    let data = Dataset::new(vec![Vector::new([1.0])], vec![()]).unwrap();
    for moments in [6, usize::MAX] {
        let expected = format!("an optimizer's moments: expected at most 5, received {moments}");
        let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1).compile(Elephant(moments), Parabola, ());
        assert_eq!(model.fit(&data, Fit::default()).unwrap_err().to_string(), expected);
        let options = OptimizerOptions { ema: Some(Ema::default()), accumulate: 2, ..OptimizerOptions::default() };
        let optimizer = Elephant(moments).with(options);
        let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1).compile(optimizer, Parabola, ());
        let error = model.fit(&data, Fit::default()).unwrap_err().to_string();
        assert!(error.starts_with("an optimizer's moments: expected at most 5, received "), "{error}");
    }
}

/// Fails after an epoch, as a run does that is cut off.
struct CutOff(usize);
impl<R> Callback<R> for CutOff {
    fn epoch_end(&mut self, epoch: &mut taut::EpochEnd<'_, R>) -> taut::Result<()> {
        if epoch.number == self.0 { Err(Error::Other("cut off".into())) } else { Ok(()) }
    }
}

#[test]
fn resumed_runs_give_the_same_bits() {
    let Fixture { data, .. } = Fixture::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.taut");
    // 5 batches an epoch: the sum of the gradients, the average and the schedule are all cut off in the middle.
    let options = || OptimizerOptions {
        learning_rate: CosineDecay {
            warmup_target: Some(0.05),
            warmup_steps: 7,
            alpha: 0.1,
            ..CosineDecay::new(0.001, 20)
        }
        .into(),
        weight_decay: 0.1,
        clip: Clip::GlobalNorm(0.1),
        ema: Some(Ema { momentum: 0.9, overwrite_frequency: Some(4) }),
        accumulate: 3,
    };
    macro_rules! check { ($($optimizer:expr,)*) => { $(
        let compiled = || Model::<Vector<5>, Net>::new(3).compile($optimizer, MeanSquaredError, ());
        let fit = Fit { epochs: 6, batch_size: 8, verbose: Verbose::Silent, ..Fit::default() };
        let mut whole = compiled();
        whole.fit(&data, fit).unwrap();
        let saving = ModelCheckpoint::every_epoch(&path).training_state();
        compiled().callbacks((saving, CutOff(2))).fit(&data, fit).unwrap_err();
        let mut resumed = compiled();
        resumed.resume(&path).unwrap();
        resumed.fit(&data, fit).unwrap();
        assert_eq!(weights(whole.net()), weights(resumed.net()), "{}", stringify!($optimizer));
    )* } }
    check! {
        Sgd { momentum: 0.9, ..Sgd::default() }.with(options()),
        Adam { amsgrad: true, ..Adam::default() }.with(options()),
        RmsProp { momentum: 0.5, centered: true, ..RmsProp::default() }.with(options()),
        Adagrad::default().with(options()),
        Nadam::default().with(options()),
        Ftrl::default().with(options()),
        Muon::default().with(options()),
        Adafactor::default().with(options()),
        ScheduleFreeAdamW::default(),
        Lamb::default(),
        Lion::default(),
    }
}

#[test]
fn a_callback_cannot_change_a_scheduled_learning_rate() {
    struct Change;
    impl<R> Callback<R> for Change {
        fn epoch_end(&mut self, epoch: &mut taut::EpochEnd<'_, R>) -> taut::Result<()> {
            *epoch.learning_rate /= 2.0;
            Ok(())
        }
    }
    let Fixture { data, .. } = Fixture::new();
    let options = OptimizerOptions { learning_rate: CosineDecay::new(0.1, 20).into(), ..OptimizerOptions::default() };
    let mut model = Model::<Vector<5>, Net>::new(3).compile(Sgd::default().with(options), MeanSquaredError, ());
    let error = model.callbacks(Change).fit(&data, Fit::default()).unwrap_err().to_string();
    assert!(error.starts_with("a callback's learning rate: expected that of the schedule, "), "{error}");
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    type Wide = (Dense<300, 260>, Tanh, Dense<260, 10>);
    let value = |i: usize| (i % 29) as f32 / 29.0 - 0.5;
    let x = (0..60).map(|i| Vector::new(std::array::from_fn::<_, 300, _>(|j| value(i * 31 + j * 17)))).collect();
    let y = (0..60).map(|i| Vector::new(std::array::from_fn::<_, 10, _>(|j| value(i * 7 + j * 3)))).collect();
    let data = Dataset::new(x, y).unwrap();
    let options = OptimizerOptions {
        weight_decay: 0.1,
        clip: Clip::Value(1e-3),
        ema: Some(Ema { momentum: 0.9, overwrite_frequency: Some(1) }),
        accumulate: 2,
        ..OptimizerOptions::default()
    };
    macro_rules! check { ($($optimizer:expr;)*) => { $(
        let run = |threads| {
            let mut model = Model::<Vector<300>, Wide>::new(3).compile($optimizer, MeanSquaredError, ());
            let fit = Fit { epochs: 2, batch_size: 30, threads: Some(threads), verbose: Verbose::Silent, ..Fit::default() };
            model.fit(&data, fit).unwrap();
            model.predict_batch(&data.x)
        };
        assert!(run(1) == run(3), "{}", stringify!($optimizer));
    )* } }
    check! {
        Sgd { momentum: 0.9, nesterov: true, ..Sgd::default() };
        Adam { amsgrad: true, ..Adam::default() }.with(options.clone());
        Nadam::default();
        RmsProp { momentum: 0.5, centered: true, ..RmsProp::default() };
        Ftrl::default();
        Lamb::default().with(OptimizerOptions { clip: Clip::GlobalNorm(0.1), ..options.clone() });
        Adafactor::default();
    }
}

#[test]
fn new_settings_that_need_another_memory_begin_anew() {
    let Fixture { data, .. } = Fixture::new();
    let fit = Fit { epochs: 1, batch_size: 8, shuffle: false, verbose: Verbose::Silent, ..Fit::default() };
    let mut model =
        Model::<Vector<5>, Net>::new(3).compile(Adam::new(0.0).with(OptimizerOptions::default()), MeanSquaredError, ());
    model.fit(&data, fit).unwrap();
    // An average that began with zeros would be far from the weights.
    model.optimizer_mut().options.ema = Some(Ema::default());
    let before = weights(model.net());
    model.fit(&data, fit).unwrap();
    assert_eq!(differs("the average of what stays", &weights(model.net()), &before), None);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.taut");
    model.save_training(&path).unwrap();
    let mut other = Model::<Vector<5>, Net>::new(3).compile(Adam::default(), MeanSquaredError, ());
    let error = other.resume(&path).unwrap_err().to_string();
    assert!(error.ends_with("its training state: expected Adam, received With<Adam>"), "{error}");
}

/// An optimizer of one's own, which says nothing of its moment.
#[derive(Clone)]
struct Inertia(bool);
impl Optimizer for Inertia {
    const NAME: &'static str = "Inertia";

    fn moments(&self) -> usize {
        self.0 as usize
    }
    fn learning_rate(&self) -> f32 {
        0.1
    }
    fn set_learning_rate(&mut self, _: f32) {}
    fn rule(&self, info: taut::StepInfo) -> impl taut::Rule {
        move |w: &mut [f32], g: &mut [f32], [m, ..]: taut::Moments, _: &[usize]| {
            m.iter_mut().zip(&mut *g).for_each(|(m, g)| *g += std::mem::replace(m, *g));
            w.iter_mut().zip(g).for_each(|(w, g)| *w -= info.learning_rate * *g);
        }
    }
}

/// As many moments, but others: what one of them was is not what the other is.
#[test]
fn new_settings_that_need_other_moments_begin_anew_and_do_not_resume() {
    fn check<O: Optimizer + Clone>(before: O, change: impl Fn(&mut O), said: &str) {
        let Fixture { data, .. } = Fixture::new();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.taut");
        let fit = Fit { epochs: 2, batch_size: 8, shuffle: false, verbose: Verbose::Silent, ..Fit::default() };
        let compile = |optimizer| Model::<Vector<5>, Net>::new(3).compile(optimizer, MeanSquaredError, ());
        let mut after = before.clone();
        change(&mut after);
        assert_eq!(after.moments(), before.moments(), "{said}");
        let mut model = compile(before);
        model.fit(&data, fit).unwrap();
        model.save_training(&path).unwrap();
        change(model.optimizer_mut());
        let mut anew = model.clone();
        anew.reset_optimizer();
        model.fit(&data, fit).unwrap();
        anew.fit(&data, fit).unwrap();
        assert!(weights(model.net()) == weights(anew.net()), "{said}");
        let mut other = compile(after);
        let untrained = weights(other.net());
        let error = other.resume(&path).unwrap_err();
        assert!(matches!(error, Error::Data { .. }) && error.to_string().ends_with(said), "{error}");
        assert!(weights(other.net()) == untrained, "after an error the model is as before");
    }
    let options = OptimizerOptions::default;
    let ema = Some(Ema::default());
    check(
        Adam { amsgrad: true, ..Adam::default() }.with(options()),
        |adam| (adam.optimizer.amsgrad, adam.options.ema) = (false, ema),
        "its training state: expected With<Adam>(mean, mean of squares, average of weights), \
         received With<Adam>(mean, mean of squares, largest mean of squares)",
    );
    check(
        AdamW { amsgrad: true, ..AdamW::default() }.with(options()),
        |adam| (adam.optimizer.amsgrad, adam.options.accumulate) = (false, 2),
        "expected With<AdamW>(mean, mean of squares, sum of gradients), \
         received With<AdamW>(mean, mean of squares, largest mean of squares)",
    );
    check(
        Sgd { momentum: 0.9, ..Sgd::default() }.with(options()),
        |sgd| (sgd.optimizer.momentum, sgd.options.ema) = (0.0, ema),
        "expected With<Sgd>(average of weights), received With<Sgd>(velocity)",
    );
    check(
        Sgd::default().with(OptimizerOptions { ema, ..options() }),
        |sgd| (sgd.options.ema, sgd.options.accumulate) = (None, 2),
        "expected With<Sgd>(sum of gradients), received With<Sgd>(average of weights)",
    );
    check(
        RmsProp { centered: true, ..RmsProp::default() },
        |rms| (rms.centered, rms.momentum) = (false, 0.9),
        "expected RmsProp(mean of squares, velocity), received RmsProp(mean of squares, mean)",
    );
    check(
        Inertia(true).with(options()),
        |inertia| (inertia.optimizer.0, inertia.options.ema) = (false, ema),
        "expected With<Inertia>(average of weights), received With<Inertia>(moment 1)",
    );
}

/// What an optimizer calls its moments is in checkpoints: no name is changed.
#[test]
fn moments_have_the_names_that_checkpoints_have() {
    fn names(optimizer: impl Optimizer) -> String {
        let name = |index| {
            let moment = optimizer.moment(index);
            format!("{}{}", if moment.may_be_negative { "±" } else { "" }, moment.name)
        };
        (0..optimizer.moments()).map(name).collect::<Vec<_>>().join(", ")
    }
    let amsgrad = Adam { amsgrad: true, ..Adam::default() };
    let both = OptimizerOptions { ema: Some(Ema::default()), accumulate: 2, ..OptimizerOptions::default() };
    for (received, expected) in [
        (names(Sgd { momentum: 0.5, ..Sgd::default() }), "±velocity"),
        (names(amsgrad), "±mean, mean of squares, largest mean of squares"),
        (names(AdamW::default()), "±mean, mean of squares"),
        (names(Nadam::default()), "±mean, mean of squares"),
        (names(Lamb::default()), "±mean, mean of squares"),
        (names(Adamax::default()), "±mean, largest gradient"),
        (names(RmsProp { momentum: 0.5, centered: true, ..RmsProp::default() }), "mean of squares, ±mean, ±velocity"),
        (names(Adagrad::default()), "sum of squares"),
        (names(Adadelta::default()), "mean of squares, mean of squared steps"),
        (names(Adafactor::default()), "mean of squares of rows, mean of squares of columns"),
        (names(Ftrl::default()), "sum of squares, ±linear term"),
        (names(Lion::default()), "±mean"),
        (names(Muon::default()), "±velocity or mean, mean of squares"),
        (names(ScheduleFreeAdamW::default()), "±weights before averaging, mean of squares"),
        (names(Inertia(true).with(both)), "±moment 1, ±average of weights, ±sum of gradients"),
    ] {
        assert_eq!(received, expected);
    }
}
