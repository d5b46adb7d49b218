//! Numbers that a run is told: their defaults beside those of Keras, and what is refused before anything is trained.
#![cfg(feature = "train")]

use std::process::Command;
use taut::callbacks::Callback;
use taut::{Optimizer, metrics::*, prelude::*, schedules::*};

type Net = (Dense<2, 3>, Softmax);

fn data() -> Dataset<Vector<2>, Class<3>> {
    let x = (0..9).map(|i| Vector::new([i as f32 / 9.0, (i % 3) as f32])).collect();
    Dataset::new(x, (0..9).map(|i| Class::new(i % 3).unwrap()).collect()).unwrap()
}

fn compiled<O: Optimizer>(optimizer: O) -> taut::Compiled<Vector<2>, Net, O, taut::SparseCategoricalCrossentropy, ()> {
    Model::new(1).compile(optimizer, SparseCategoricalCrossentropy, ())
}

const FIT: Fit = Fit {
    epochs: 2,
    batch_size: 4,
    shuffle: false,
    threads: None,
    verbose: Verbose::Silent,
    initial_epoch: 0,
    validation_frequency: 1,
    steps_per_epoch: None,
};

fn text<T>(result: taut::Result<T>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn weights_are_numbers_from_0() {
    let data = data();
    let mut model = compiled(Sgd::default());
    let before = model.net().clone();
    for (bad, name) in [(f32::NAN, "NaN"), (-1.0, "-1"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")] {
        let mut weights = vec![1.0; 9];
        weights[7] = bad;
        let expected = |what: &str, of: &str| format!("{what}: expected numbers from 0, received {name} for {of}");
        assert_eq!(text(model.sample_weight(&weights).fit(&data, FIT)), expected("sample_weight", "sample 8"));
        let validating = model.validation(&data).validation_sample_weight(&weights);
        assert_eq!(text(validating.fit(&data, FIT)), expected("validation_sample_weight", "sample 8"));
        let split = model.validation_split(0.25).sample_weight(&weights);
        assert_eq!(text(split.fit(&data, FIT)), expected("sample_weight", "sample 8"));
        let evaluated = model.evaluate_weighted(&data, &weights);
        assert_eq!(text(evaluated), expected("the weights to evaluate with", "sample 8"));
        let weights = [0.0, 1.0, bad];
        assert_eq!(text(model.class_weight(weights).fit(&data, FIT)), expected("class_weight", "class 2"));
        let stream = |_| data.x.iter().zip(&data.y).map(|(x, y)| Ok((*x, *y)));
        assert_eq!(text(model.class_weight(weights).fit_stream(stream, FIT)), expected("class_weight", "class 2"));
    }
    assert!(*model.net() == before);
    model.sample_weight(&[0.0; 9]).fit(&data, FIT).unwrap();
    model.class_weight([0.0, 1e30, 1.0]).fit(&data, FIT).unwrap();
}

/// A schedule of one's own, whose rate is the number from the third step on.
#[derive(Debug)]
struct FromThird(f32);
impl Schedule for FromThird {
    fn at(&self, step: u64) -> f32 {
        if step < 2 { 0.1 } else { self.0 }
    }
}

/// Sets the learning rate after a batch, before an epoch or after it.
struct Sets(f32, usize);
impl<R> Callback<R> for Sets {
    fn batch_end(&mut self, batch: &mut taut::BatchEnd<'_>) -> taut::Result<()> {
        *batch.learning_rate = if self.1 == 0 { self.0 } else { *batch.learning_rate };
        Ok(())
    }
    fn epoch_begin(&mut self, _: usize, learning_rate: &mut f32) -> taut::Result<()> {
        *learning_rate = if self.1 == 1 { self.0 } else { *learning_rate };
        Ok(())
    }
    fn epoch_end(&mut self, epoch: &mut taut::EpochEnd<'_, R>) -> taut::Result<()> {
        *epoch.learning_rate = if self.1 == 2 { self.0 } else { *epoch.learning_rate };
        Ok(())
    }
}

#[test]
fn learning_rates_of_schedules_and_callbacks_are_numbers_from_0() {
    let data = data();
    for (bad, name) in [(f32::NAN, "NaN"), (-1.0, "-1"), (f32::INFINITY, "inf")] {
        let scheduled = OptimizerOptions { learning_rate: FromThird(bad).into(), ..OptimizerOptions::default() };
        let mut model = compiled(Sgd::default().with(scheduled.clone()));
        let expected = format!("the schedule's learning rate: expected a number from 0, received {name}, for step 3");
        assert_eq!(text(model.fit(&data, FIT)), expected);
        // As the two steps before have left it.
        let mut same = compiled(Sgd::new(0.1));
        same.fit(&data, Fit { epochs: 1, steps_per_epoch: Some(2), ..FIT }).unwrap();
        assert!(model.net() == same.net());
        for hook in 0..3 {
            let mut model = compiled(Sgd::new(0.1));
            let expected = format!("a callback's learning rate: expected a number from 0, received {name}");
            assert_eq!(text(model.callbacks(Sets(bad, hook)).fit(&data, FIT)), expected);
            assert_eq!(model.optimizer().learning_rate, 0.1);
        }
    }
}

#[test]
fn numbers_that_size_memory_or_loops_do_no_harm() {
    let data = data();
    let (mut one, mut other) = (compiled(Sgd::new(0.1)), compiled(Sgd::new(0.1)));
    one.fit(&data, Fit { batch_size: 9, ..FIT }).unwrap();
    let stream = |_| data.x.iter().zip(&data.y).map(|(x, y)| Ok((*x, *y)));
    for batch_size in [usize::MAX, 1_000_000_000] {
        let fit = Fit { batch_size, threads: Some(usize::MAX), steps_per_epoch: Some(usize::MAX), ..FIT };
        other = compiled(Sgd::new(0.1));
        other.fit_stream(stream, fit).unwrap();
        assert!(one.net() == other.net());
        other = compiled(Sgd::new(0.1));
        other.fit(&data, fit).unwrap();
        assert!(one.net() == other.net());
    }
    // More than there is room for at first.
    let many = || (0..1000).map(|i| (Vector::new([i as f32 / 1000.0, (i % 7) as f32]), Class::new(i % 3).unwrap()));
    let all = Dataset::new(many().map(|(x, _)| x).collect(), many().map(|(_, y)| y).collect()).unwrap();
    let (mut memory, mut streamed) = (compiled(Sgd::new(0.1)), compiled(Sgd::new(0.1)));
    memory.fit(&all, Fit { batch_size: 300, ..FIT }).unwrap();
    streamed.fit_stream(|_| many().map(Ok), Fit { batch_size: 300, ..FIT }).unwrap();
    assert!(memory.net() == streamed.net());

    let expected = format!("initial_epoch: expected at most 2147483647, received {}", usize::MAX);
    assert_eq!(text(other.fit(&data, Fit { initial_epoch: usize::MAX, ..FIT })), expected);
    assert_eq!(text(other.fit(&data, Fit { initial_epoch: usize::MAX, epochs: usize::MAX, ..FIT })), expected);
    let history = other.fit(&data, Fit { initial_epoch: 2_147_483_647, ..FIT }).unwrap();
    assert!(history.rows.is_empty());
    let decay = PolynomialDecay { cycle: true, ..PolynomialDecay::new(0.1, u64::MAX / 2 + 1) };
    assert!(decay.at(u64::MAX).is_finite());
    // Averages of so many outputs.
    let auc = Auc { thresholds: 100_000, multi_label: true, ..Auc::default() };
    let error = text(Metric::<Vector<10_000>, Vector<10_000>>::validate(&auc));
    assert_eq!(error, "Auc's thresholds: expected from 2 to 10000, received 100000");
}

#[test]
fn an_ignored_class_exists() {
    let loss = taut::SparseCategoricalCrossentropy { ignore_class: Some(3) };
    let expected = "SparseCategoricalCrossentropy's ignore_class: expected a class below 3, received 3";
    let mut model = Model::<Vector<2>, Net>::new(1).compile(Sgd::default(), loss, ());
    assert_eq!(text(model.fit(&data(), FIT)), expected);
    let mut model = Model::<Vector<2>, Dense<2, 3>>::new(1).compile(Sgd::default(), FromLogits(loss), ());
    assert_eq!(text(model.fit(&data(), FIT)), expected);
}

#[test]
fn quantized_networks_refuse_the_data_that_others_refuse() {
    let data = data();
    let small = quantize(&Model::<Vector<2>, Net>::new(1), &data.x).unwrap();
    let mut uneven = data.clone();
    uneven.y.truncate(5);
    let error = text(small.evaluate(&uneven, Accuracy));
    assert_eq!(error, "the data to evaluate on: expected a label for each sample, received 5 labels for 9 samples");
    uneven.x.clear();
    let error = text(small.evaluate(&uneven, Accuracy));
    assert_eq!(error, "the data to evaluate on: expected at least one sample, received none");
    let precision = Precision { threshold: Some(f32::NAN), ..Precision::default() };
    let error = text(small.evaluate(&data, precision));
    assert_eq!(error, "Precision's threshold: expected a number from 0 to 1, received NaN");
}

#[test]
#[ignore = "the next test calls it, with an environment of its own"]
fn fits_and_evaluates() {
    let mut model = compiled(Sgd::default());
    match std::env::var("WANTED").as_deref() {
        Ok("error") => {
            let expected = "TAUT_SIMD: expected portable, avx2 or avx512, received sse9";
            assert_eq!(text(model.fit(&data(), FIT)), expected);
            assert_eq!(text(model.evaluate(&data())), expected);
        }
        _ => _ = model.fit(&data(), FIT).unwrap(),
    }
}

/// The kernels read it once in a process.
#[cfg(target_arch = "x86_64")]
#[test]
fn an_instruction_set_that_is_none_is_an_error() {
    for (name, wanted) in [("sse9", "error"), ("portable", ""), ("avx2", ""), ("avx512", ""), ("", "")] {
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "fits_and_evaluates"])
            .envs([("TAUT_SIMD", name), ("WANTED", wanted)])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(run.status.success() && text.contains("1 passed"), "{name}: {text}");
    }
}

/// An accuracy of outputs that are NaN says so, as a loss does.
#[test]
fn metrics_of_outputs_that_are_nan_are_nan() {
    let mut p = vec![Vector::new([0.2, 0.8, 0.0]), Vector::new([0.5, 0.3, 0.2]), Vector::new([0.1, 0.1, 0.8])];
    let classes = [1, 0, 1].map(|class| Class::<3>::new(class).unwrap());
    let (first, hot) = (classes[0], classes.map(Class::one_hot));
    let none = [Vector::new([0.0; 3]); 3];
    for bad in 0..3 {
        p[1].0[bad] = f32::NAN;
        macro_rules! check { ($($labels:ident: $($metric:expr),*;)*) => { $($(
            assert!($metric.value(&p, &$labels).is_nan(), "{:?} of {}", $metric, stringify!($labels));
        )*)* } }
        check! {
            classes: Accuracy, SparseCategoricalAccuracy, TopKCategoricalAccuracy::<1>, Iou { classes: [first] }, MeanIou;
            classes: Precision::default(), Recall { top_k: Some(1), ..Recall::default() }, F1Score::default();
            hot: Accuracy, CategoricalAccuracy, BinaryAccuracy::default(), TopKCategoricalAccuracy::<2>, MeanIou;
            hot: BinaryIou::default(), BinaryIou { class: Class::new(0), ..BinaryIou::default() };
            hot: TruePositives::default(), TrueNegatives::default(), FalsePositives::default();
            hot: FalseNegatives::default(), Precision::default(), Recall::default(), FromLogits(Accuracy);
            hot: FBetaScore::default(), FBetaScore { average: Average::Micro, ..FBetaScore::default() };
            hot: FBetaScore { average: Average::Weighted, ..FBetaScore::default() };
            hot: Auc::default(), Auc { curve: Curve::Pr, ..Auc::default() }, Auc { curve: Curve::PrGain, ..Auc::default() };
            hot: Auc { multi_label: true, ..Auc::default() }, PrecisionAtRecall::new(0.5), RecallAtPrecision::new(0.5);
            hot: SensitivityAtSpecificity::new(0.5), SpecificityAtSensitivity::new(0.5);
            hot: RootMeanSquaredError, R2Score, ExplainedVariance, PearsonCorrelation, ConcordanceCorrelation;
            hot: MeanAbsoluteError, taut::losses::CosineSimilarity, taut::losses::CategoricalHinge, Huber::default();
            none: FBetaScore::default(), TrueNegatives::default(), Auc::default();
        }
        p[1].0[bad] = 0.25;
    }
}

/// The defaults are those of Keras 3.15, but for the mean over classes of F scores.
#[test]
fn defaults_are_keras_s() {
    use taut::{callbacks::*, constraints::*, initializers::*, layers::*, losses::*, optimizers::*, regularizers::*};
    let mut wrong = vec![];
    macro_rules! rows { ($($what:expr => $expected:literal;)*) => { $(
        let found = format!("{:?}", $what);
        if found != $expected {
            wrong.push(format!("{found}, expected {}", $expected));
        }
    )* } }
    rows! {
        Sgd::default() => "Sgd { learning_rate: 0.01, momentum: 0.0, nesterov: false }";
        Adam::default() => "Adam { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false }";
        AdamW::default() =>
            "AdamW { learning_rate: 0.001, weight_decay: 0.004, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false }";
        Nadam::default() => "Nadam { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }";
        Adamax::default() => "Adamax { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }";
        RmsProp::default() => "RmsProp { learning_rate: 0.001, rho: 0.9, momentum: 0.0, epsilon: 1e-7, centered: false }";
        Adagrad::default() => "Adagrad { learning_rate: 0.001, initial_accumulator: 0.1, epsilon: 1e-7 }";
        Adadelta::default() => "Adadelta { learning_rate: 0.001, rho: 0.95, epsilon: 1e-7 }";
        Ftrl::default() =>
            "Ftrl { learning_rate: 0.001, learning_rate_power: -0.5, initial_accumulator: 0.1, l1: 0.0, l2: 0.0, l2_shrinkage: 0.0, beta: 0.0 }";
        Lion::default() => "Lion { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.99 }";
        Lamb::default() => "Lamb { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }";
        Adafactor::default() =>
            "Adafactor { learning_rate: 0.001, beta_2_decay: -0.8, epsilon_1: 1e-30, epsilon_2: 0.001, clip_threshold: 1.0 }";
        Muon::default() =>
            "Muon { learning_rate: 0.001, momentum: 0.95, nesterov: true, newton_schulz_steps: 5, coefficients: [3.4445, -4.775, 2.0315], rms_rate: Some(0.2), weight_decay: 0.004, adam_beta_1: 0.9, adam_beta_2: 0.999, epsilon: 1e-7, adam_weight_decay: 0.004, adam_learning_rate_ratio: 1.0 }";
        ScheduleFreeAdamW::default() =>
            "ScheduleFreeAdamW { learning_rate: 0.0025, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, warmup_steps: 0 }";
        OptimizerOptions::default() =>
            "OptimizerOptions { learning_rate: None, weight_decay: 0.0, clip: None, ema: None, accumulate: 1 }";
        Ema::default() => "Ema { momentum: 0.99, overwrite_frequency: None }";
        PolynomialDecay::new(0.1, 10) =>
            "PolynomialDecay { initial: 0.1, steps: 10, end: 0.0001, power: 1.0, cycle: false }";
        CosineDecay::new(0.1, 10) =>
            "CosineDecay { initial: 0.1, steps: 10, alpha: 0.0, warmup_target: None, warmup_steps: 0 }";
        CosineDecayRestarts::new(0.1, 10) =>
            "CosineDecayRestarts { initial: 0.1, first_steps: 10, t_mul: 2.0, m_mul: 1.0, alpha: 0.0 }";
        MaxNorm::default() => "MaxNorm(2.0)";
        MinMaxNorm::default() => "MinMaxNorm { min: 0.0, max: 1.0, rate: 1.0 }";
        L1::default() => "L1(0.01)";
        L2::default() => "L2(0.01)";
        L1L2::default() => "L1L2 { l1: 0.0, l2: 0.0 }";
        OrthogonalRegularizer::default() => "OrthogonalRegularizer { factor: 0.01, lines: Rows }";
        Constant::default() => "Constant(0.0)";
        RandomUniform::default() => "RandomUniform { low: -0.05, high: 0.05 }";
        RandomNormal::default() => "RandomNormal { mean: 0.0, std_dev: 0.05 }";
        TruncatedNormal::default() => "TruncatedNormal { mean: 0.0, std_dev: 0.05 }";
        VarianceScaling::default() => "VarianceScaling { scale: 1.0, fan: In, draw: TruncatedNormal }";
        Identity::default() => "Identity(1.0)";
        Orthogonal::default() => "Orthogonal(1.0)";
        BinaryCrossentropy => "BinaryCrossentropy { label_smoothing: 0.0 }";
        CategoricalCrossentropy => "CategoricalCrossentropy { label_smoothing: 0.0 }";
        SparseCategoricalCrossentropy => "SparseCategoricalCrossentropy { ignore_class: None }";
        BinaryFocalCrossentropy::default() =>
            "BinaryFocalCrossentropy { apply_class_balancing: false, alpha: 0.25, gamma: 2.0, label_smoothing: 0.0 }";
        CategoricalFocalCrossentropy::default() =>
            "CategoricalFocalCrossentropy { alpha: 0.25, gamma: 2.0, label_smoothing: 0.0 }";
        CategoricalGeneralizedCrossEntropy::default() => "CategoricalGeneralizedCrossEntropy { q: 0.5 }";
        Huber::default() => "Huber { delta: 1.0 }";
        Tversky::default() => "Tversky { alpha: 0.5, beta: 0.5 }";
        BinaryAccuracy::default() => "BinaryAccuracy { threshold: 0.5 }";
        Precision::default() => "Precision { threshold: None, top_k: None, class_id: None }";
        Recall::default() => "Recall { threshold: None, top_k: None, class_id: None }";
        TruePositives::default() => "TruePositives { threshold: 0.5 }";
        TrueNegatives::default() => "TrueNegatives { threshold: 0.5 }";
        FalsePositives::default() => "FalsePositives { threshold: 0.5 }";
        FalseNegatives::default() => "FalseNegatives { threshold: 0.5 }";
        Auc::default() =>
            "Auc { curve: Roc, thresholds: 200, summation: Interpolation, multi_label: false, from_logits: false }";
        F1Score::default() => "F1Score { average: Macro, threshold: None }";
        FBetaScore::default() => "FBetaScore { beta: 1.0, average: Macro, threshold: None }";
        BinaryIou::default() => "BinaryIou { threshold: 0.5, class: None }";
        PrecisionAtRecall::new(0.5) => "PrecisionAtRecall { recall: 0.5, thresholds: 200, class_id: None }";
        RecallAtPrecision::new(0.5) => "RecallAtPrecision { precision: 0.5, thresholds: 200, class_id: None }";
        SensitivityAtSpecificity::new(0.5) =>
            "SensitivityAtSpecificity { specificity: 0.5, thresholds: 200, class_id: None }";
        SpecificityAtSensitivity::new(0.5) =>
            "SpecificityAtSensitivity { sensitivity: 0.5, thresholds: 200, class_id: None }";
        TerminateOnNan::default() => "TerminateOnNan { raise_error: false }";
        SwapEmaWeights::default() => "SwapEmaWeights { on_epoch: false }";
        Fit::default() =>
            "Fit { epochs: 1, batch_size: 32, shuffle: true, threads: None, verbose: Auto, initial_epoch: 0, validation_frequency: 1, steps_per_epoch: None }";
        BatchNormOptions::default().momentum => "0.99";
    }
    // What a callback holds beside its settings is its own.
    macro_rules! parts { ($($what:expr => $($part:literal),*;)*) => { $($(
        let found = format!("{:?}", $what);
        if !found.contains($part) {
            wrong.push(format!("{found}, expected {}", $part));
        }
    )*)* } }
    parts! {
        EarlyStopping::<_, ()>::new(ValLoss) =>
            "mode: Auto", "min_delta: 0.0,", "patience: 0,", "baseline: None", "start_from_epoch: 0,", "restore: false";
        ReduceLrOnPlateau::<_, ()>::new(ValLoss) =>
            "mode: Auto", "min_delta: 0.0001,", "factor: 0.1,", "patience: 10,", "cooldown: 0,", "min_lr: 0.0,";
        ModelCheckpoint::<_, ()>::best("best.taut", ValLoss) =>
            "mode: Auto", "min_delta: 0.0,", "threshold: None", "training_state: false";
    }
    macro_rules! names { ($($layer:ty => $expected:literal;)*) => { $(
        let found = <$layer as taut::Arch>::NAME.as_str();
        if found != $expected {
            wrong.push(format!("{found}, expected {}", $expected));
        }
    )* } }
    // Hundredths: Keras's negative slope of 0.3, alphas of 1, thresholds of 0.5.
    names! {
        LeakyRelu => "LeakyRelu<30>";
        Elu => "Elu<100>";
        Celu => "Celu<100>";
        HardShrink => "HardShrink<50>";
        SoftShrink => "SoftShrink<50>";
        Squareplus => "Squareplus<400>";
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
