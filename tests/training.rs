//! Callbacks and `fit` do what real Keras's do. `tests/fixtures/README.md` tells of the stored numbers.
#![cfg(feature = "train")]

use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeSet;
use taut::{AnyNumbers, Params};
use taut::{Error, Mode};
use taut::{
    callbacks::*,
    constraints::MinMaxNorm,
    initializers::*,
    losses::*,
    metrics::*,
    optimizers::*,
    prelude::*,
    regularizers::{L1L2, OrthogonalRegularizer},
};

fn json() -> Value {
    serde_json::from_str(include_str!("fixtures/training.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32).collect()
}

fn assert_near(what: &str, received: &[f32], expected: &[f32]) {
    assert_eq!(received.len(), expected.len(), "{what}");
    for (i, (r, e)) in received.iter().zip(expected).enumerate() {
        assert!((r - e).abs() <= 1e-4 * e.abs() + 1e-6, "{what}, number {i}: expected {e}, received {r}");
    }
}

/// The loss of the validation is what is written down.
struct Scripted(Vec<f32>, Cell<usize>);
#[derive(Clone)]
struct IsValidation(bool);
impl Loss<Vector<1>> for Scripted {
    type Target = IsValidation;
    type Takes = AnyNumbers;
    fn loss(&self, _: &Vector<1>, t: &IsValidation, dp: &mut Vector<1>) -> f32 {
        *dp = Vector::ZERO;
        let epoch = self.1.get();
        if !t.0 {
            return 0.0;
        }
        self.1.set(epoch + 1);
        self.0[epoch]
    }
}

type One = Dense<1, 1, NoBias>;

/// Notes the learning rates of the epochs, as each begins, and the last.
#[derive(Default)]
struct Rates(Vec<f32>);
impl<R> Callback<R> for Rates {
    fn epoch_begin(&mut self, _: usize, learning_rate: &mut f32) -> taut::Result<()> {
        self.0.push(*learning_rate);
        Ok(())
    }
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        self.0.push(*epoch.learning_rate);
        Ok(())
    }
}

/// A run in which the weight is the number of the epoch: rates, epochs, the last weight.
fn driven(losses: &[f32], callback: impl Callback<taut::Run<(), taut::Validated>>) -> (Vec<f32>, usize, f32) {
    let of = |validation| Dataset::new(vec![Vector::new([1.0])], vec![IsValidation(validation)]).unwrap();
    let mut model = Model::<Vector<1>, One>::new(1);
    model.net_mut().kernel.fill(0.0);
    let mut model = model.compile(AddOne(0.1), Scripted(losses.to_vec(), Cell::new(0)), ());
    let (mut rates, validation) = (Rates::default(), of(true));
    let fit = Fit { epochs: losses.len(), verbose: Verbose::Silent, ..Fit::default() };
    let history = model.validation(&validation).callbacks((callback, &mut rates)).fit(&of(false), fit).unwrap();
    let last = *rates.0.last().unwrap();
    let mut rates: Vec<f32> = rates.0.into_iter().step_by(2).collect();
    rates.push(last);
    (rates, history.rows.len(), model.net().kernel[0])
}

/// Adds 1 to each weight, and has a learning rate that callbacks may change.
struct AddOne(f32);
impl Optimizer for AddOne {
    const NAME: &'static str = "AddOne";

    fn moments(&self) -> usize {
        0
    }
    fn learning_rate(&self) -> f32 {
        self.0
    }
    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.0 = learning_rate;
    }
    fn rule(&self, _: taut::StepInfo) -> impl taut::Rule {
        |w: &mut [f32], _: &mut [f32], _: taut::Moments, _: &[usize]| w.iter_mut().for_each(|w| *w += 1.0)
    }
}

#[test]
fn callbacks_are_keras_s() {
    let (json, mut seen) = (json(), BTreeSet::new());
    for case in json["callbacks"].as_array().unwrap() {
        let (options, losses) = (&case["options"], floats(&case["losses"]));
        let number = |name: &str| options[name].as_f64().map(|value| value as f32);
        let count = |name: &str| options[name].as_u64().map(|value| value as usize);
        let mode = if options["mode"] == "max" { Mode::Max } else { Mode::Auto };
        let name = case["callback"].as_str().unwrap();
        seen.insert(name);
        let what = format!("{name} {options} {losses:?}");
        let (epochs, stopped) = (case["epochs"].as_u64().unwrap() as usize, case["stopped"].as_bool().unwrap());
        let (rates, ran, weight) = match name {
            "EarlyStopping" => {
                let mut stop = EarlyStopping::new(ValLoss).patience(count("patience").unwrap_or(0)).mode(mode);
                stop = stop.min_delta(number("min_delta").unwrap_or(0.0));
                stop = stop.start_from_epoch(count("start_from_epoch").unwrap_or(0));
                if let Some(baseline) = number("baseline") {
                    stop = stop.baseline(baseline);
                }
                if options["restore_best_weights"] == true {
                    stop = stop.restore_best_weights();
                }
                let run = driven(&losses, &mut stop);
                assert_eq!(stop.stopped_epoch(), stopped.then_some(epochs), "{what}");
                run
            }
            "ReduceLROnPlateau" => {
                let mut reduce = ReduceLrOnPlateau::new(ValLoss).mode(mode);
                reduce = reduce.patience(count("patience").unwrap_or(10)).factor(number("factor").unwrap_or(0.1));
                reduce = reduce.cooldown(count("cooldown").unwrap_or(0)).min_lr(number("min_lr").unwrap_or(0.0));
                driven(&losses, reduce.min_delta(number("min_delta").unwrap_or(1e-4)))
            }
            "ModelCheckpoint" => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("{epoch:02}.taut");
                let run = if options["save_best_only"] == true {
                    let mut best = ModelCheckpoint::best(path, ValLoss).mode(mode);
                    if let Some(threshold) = number("initial_value_threshold") {
                        best = best.threshold(threshold);
                    }
                    driven(&losses, best)
                } else {
                    driven(&losses, ModelCheckpoint::every_epoch(path))
                };
                let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
                let mut saved: Vec<f32> = names.map(|name| name.to_str().unwrap()[..2].parse().unwrap()).collect();
                saved.sort_by(f32::total_cmp);
                assert_eq!(saved, floats(&case["saved"]), "{what}");
                run
            }
            "LearningRateScheduler" => {
                // The fixture's function counts from 0.
                let schedule = |epoch: usize, rate: f32| if epoch - 1 < 3 { rate } else { rate * 0.5 };
                driven(&losses, LearningRateScheduler(schedule))
            }
            _ => unreachable!("{name}"),
        };
        assert_eq!((ran, weight), (epochs, case["weight"].as_f64().unwrap() as f32), "{what}");
        assert_near(&what, &rates, &floats(&case["rates"]));
    }
    assert_eq!(seen.len(), 4);
}

/// The data of the fixture, for training and validation, with these labels.
fn data<T: Clone>(json: &Value, labels: Vec<T>) -> (Dataset<Vector<5>, T>, Dataset<Vector<5>, T>) {
    let x: Vec<_> = floats(&json["x"]).as_chunks().0.iter().map(|x| Vector::new(*x)).collect();
    let part = |x: &[_], y: &[T]| Dataset::new(x.to_vec(), y.to_vec()).unwrap();
    (part(&x[..36], &labels[..36]), part(&x[36..], &labels[36..]))
}

fn classes(json: &Value) -> Vec<Class<3>> {
    json["classes"].as_array().unwrap().iter().map(|c| Class::new(c.as_u64().unwrap() as usize).unwrap()).collect()
}

fn parameters<N: Params>(net: &N) -> Vec<f32> {
    let mut all = vec![];
    net.read(&N::Options::default(), &mut |_, _, values| all.extend_from_slice(values));
    all
}

/// The parameters that Keras began with; it names those of a layer in taut's order.
fn set<N: Params>(net: &mut N, case: &Value) {
    let mut rest = &floats(&case["initial"])[..];
    N::visit(&N::Options::default(), [net], &mut |_, _, [w]| {
        let (now, later) = rest.split_at(w.len());
        w.copy_from_slice(now);
        rest = later;
    });
    assert!(rest.is_empty());
}

/// Compares a history, without the numbers of epochs that were not validated, and the parameters.
fn compare<R, N: Params>(name: &str, history: &taut::History<R>, net: &N, evaluation: &[f32], case: &Value) {
    for (i, column) in history.names.iter().enumerate() {
        let keras = column.replace("mean_absolute_error", "mae");
        let received: Vec<f32> = history.rows.iter().map(|row| row[i]).filter(|value| !value.is_nan()).collect();
        assert_near(&format!("{name}: {column}"), &received, &floats(&case["history"][keras]));
    }
    assert_eq!(history.names.len(), case["history"].as_object().unwrap().len());
    assert_near(&format!("{name}: parameters"), &parameters(net), &floats(&case["final"]));
    assert_eq!(evaluation.len(), case["evaluation"].as_object().unwrap().len());
    for (column, received) in history.names.iter().zip(evaluation) {
        let keras = column.replace("mean_absolute_error", "mae");
        let expected = floats(&case["evaluation"][keras]);
        assert_near(&format!("{name}: evaluation, {column}"), &[*received], &expected);
    }
}

fn unshuffled(epochs: usize) -> Fit {
    Fit { epochs, batch_size: 8, shuffle: false, verbose: Verbose::Silent, ..Fit::default() }
}

#[test]
fn a_network_with_batch_normalization() {
    type Net = (Dense<5, 8, NoBias>, BatchNorm<8>, Tanh, Dense<8, 3>, Softmax);
    let json = json();
    let case = &json["fit"]["batch norm"];
    let (train, validation) = data(&json, classes(&json));
    let mut model = Model::<Vector<5>, Net>::new(1).layers(|net| net.1.momentum = 0.9);
    set(model.net_mut(), case);
    let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
    let history = model.validation(&validation).fit(&train, unshuffled(3)).unwrap();
    compare("batch norm", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);
}

#[test]
fn a_network_with_penalties_and_a_constraint() {
    type Net = (Dense<5, 8>, Tanh, Dense<8, 2>);
    let json = json();
    let case = &json["fit"]["regularized"];
    let y = floats(&json["y"]).as_chunks().0.iter().map(|y| Vector::<2>::new(*y)).collect();
    let (train, validation) = data(&json, y);
    let mut model = Model::<Vector<5>, Net>::new(1).layers(|net| {
        net.0.kernel.regularizer = L1L2 { l1: 0.01, l2: 0.02 }.into();
        net.0.kernel.constraint = MaxNorm(0.9).into();
        net.0.bias.regularizer = L1(0.01).into();
        net.0.activity_regularizer = L2(0.03).into();
    });
    set(model.net_mut(), case);
    let optimizer = Sgd { learning_rate: 0.05, ..momentum() };
    let mut model = model.compile(optimizer, MeanSquaredError, MeanAbsoluteError);
    let history = model.validation(&validation).fit(&train, unshuffled(3)).unwrap();
    compare("regularized", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);
}

type Classifier = (Dense<5, 8>, Tanh, Dense<8, 3>, Softmax);
type Compiled<O> = taut::Compiled<Vector<5>, Classifier, O, SparseCategoricalCrossentropy, Accuracy>;

fn classifier<O: Optimizer>(optimizer: O, case: &Value) -> Compiled<O> {
    let mut model = Model::new(1);
    set(model.net_mut(), case);
    model.compile(optimizer, SparseCategoricalCrossentropy, Accuracy)
}

fn momentum() -> Sgd {
    Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: false }
}

#[test]
fn weights_of_classes_and_of_samples_and_epochs_that_are_counted_and_validated_otherwise() {
    let json = json();
    let (train, validation) = data(&json, classes(&json));
    let weights = floats(&json["weights"]);

    let case = &json["fit"]["class weights"];
    let mut model = classifier(momentum(), case);
    let fitting = model.validation(&validation).class_weight([0.5, 2.0, 1.25]);
    let history = fitting.fit(&train, unshuffled(3)).unwrap();
    compare("class weights", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);

    // One-hot labels, and a stream, have the same weights.
    let mut model = Model::<Vector<5>, Classifier>::new(1);
    set(model.net_mut(), case);
    let mut model = model.compile(momentum(), CategoricalCrossentropy, Accuracy);
    let hot = validation.clone().one_hot();
    let samples = |_| train.x.iter().zip(&train.y).map(|(x, y)| Ok((*x, y.one_hot())));
    let fitting = model.validation(&hot).class_weight([0.5, 2.0, 1.25]);
    let history = fitting.fit_stream(samples, unshuffled(3)).unwrap();
    compare("class weights of a stream", &history, model.net(), &model.evaluate(&hot).unwrap().values, case);

    let case = &json["fit"]["sample weights"];
    let mut model = classifier(momentum(), case);
    let history = model.validation(&validation).sample_weight(&weights).fit(&train, unshuffled(3)).unwrap();
    compare("sample weights", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);

    // Metrics that take notice of the weights, of the validation's as well.
    let of_validation = floats(&json["validation_weights"]);
    let weighed = |case: &Value| {
        let metrics = (Accuracy, Weighted(Accuracy), Weighted(SparseCategoricalCrossentropy));
        let mut model = Model::<_, Classifier>::new(1);
        set(model.net_mut(), case);
        model.compile(momentum(), SparseCategoricalCrossentropy, metrics)
    };
    let case = &json["fit"]["weighted metrics"];
    let mut model = weighed(case);
    let fitting = model.validation(&validation).sample_weight(&weights).validation_sample_weight(&of_validation);
    let history = fitting.fit(&train, unshuffled(3)).unwrap();
    let evaluation = model.evaluate_weighted(&validation, &of_validation).unwrap();
    compare("weighted metrics", &history, model.net(), &evaluation.values, case);
    assert_eq!(history.get(Val(Weighted(Accuracy))), floats(&case["history"]["val_weighted_accuracy"]));

    let case = &json["fit"]["weighted metrics by class"];
    let mut model = weighed(case);
    let history = model.validation(&validation).class_weight([0.5, 2.0, 1.25]).fit(&train, unshuffled(3)).unwrap();
    compare("weighted by class", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);

    let case = &json["fit"]["ignored class"];
    let mut model = Model::<_, Classifier>::new(1);
    set(model.net_mut(), case);
    let loss = SparseCategoricalCrossentropy { ignore_class: Some(1) };
    let mut model = model.compile(momentum(), loss, Accuracy);
    let history = model.validation(&validation).sample_weight(&weights).fit(&train, unshuffled(3)).unwrap();
    compare("ignored class", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);
    // Of many samples as well it is the mean over those that count, wherever they are.
    let mut model = model.into_model().compile(momentum(), loss, loss);
    let y = (0..600).map(|i| Class::new(if i < 250 { 1 } else { i % 3 }).unwrap()).collect();
    let many = Dataset::new(train.x.iter().copied().cycle().take(600).collect(), y).unwrap();
    let evaluation = model.evaluate(&many).unwrap();
    assert_near("many", &[evaluation.values[0]], &[evaluation.values[1]]);
    // Where none counts, there is nothing to learn.
    let before = parameters(model.net());
    let none = Dataset::new(train.x.clone(), vec![Class::new(1).unwrap(); 36]).unwrap();
    assert_eq!(model.fit(&none, unshuffled(1)).unwrap().rows, [[0.0, 0.0]]);
    assert_eq!(parameters(model.net()), before);

    let case = &json["fit"]["initial epoch"];
    let mut model = classifier(momentum(), case);
    let fit = Fit { initial_epoch: 2, validation_frequency: 2, ..unshuffled(6) };
    let mut numbers = vec![];
    let note = Lambda {
        epoch_end: Some(Box::new(|epoch| {
            numbers.push((epoch.number, epoch.computes(&ValLoss), epoch.computes(&Training(Accuracy))));
            Ok(())
        })),
        ..Lambda::default()
    };
    // Nothing improves; epochs without a validation are not counted, so that this does not stop: 4 is the first, 6 the
    // second.
    let stop = EarlyStopping::new(ValLoss).patience(2).min_delta(9.0);
    let history = model.validation(&validation).callbacks((note, stop)).fit(&train, fit).unwrap();
    assert_eq!(numbers, [(3, false, true), (4, true, true), (5, false, true), (6, true, true)]);
    assert!(history.to_csv().lines().nth(1).unwrap().starts_with("2,"), "{}", history.to_csv());
    compare("initial epoch", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);
}

#[test]
fn a_checkpoint_between_epochs() {
    let json = json();
    let (train, validation) = data(&json, classes(&json));
    let case = &json["fit"]["saved between"];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("{epoch:02}-{batch:02}-{loss:.3}");
    let every = case["every"].as_u64().unwrap() as usize;
    let mut model = classifier(momentum(), case);
    let saving = (
        ModelCheckpoint::every_batches(&path, every),
        // After two epochs of five steps, and two steps of the third.
        ModelCheckpoint::every_batches(folder.path().join("state"), 12).training_state(),
    );
    let history = model.validation(&validation).callbacks(saving).fit(&train, unshuffled(3)).unwrap();
    compare("saved between", &history, model.net(), &model.evaluate(&validation).unwrap().values, case);
    let saved = case["saved"].as_object().unwrap();
    for (name, weights) in saved {
        let model = Model::<Vector<5>, Classifier>::load(folder.path().join(name)).unwrap();
        assert_near(name, &parameters(model.net()), &floats(weights));
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), saved.len() + 1);

    // What is resumed from within an epoch begins that one anew.
    let mut resumed = classifier(momentum(), case);
    resumed.resume(folder.path().join("state")).unwrap();
    let again = resumed.validation(&validation).fit(&train, unshuffled(3)).unwrap();
    assert_eq!(again.rows[..2], history.rows[..2]);
    assert_eq!(again.rows.len(), 3);
    assert_ne!(again.rows[2], history.rows[2]);

    let text = |path: &str, every: usize| {
        let saving = ModelCheckpoint::every_batches(folder.path().join(path), every);
        let mut model = classifier(momentum(), case);
        let run = model.validation(&validation).callbacks(saving).fit(&train, unshuffled(1));
        run.map(|history| history.rows).unwrap_err().to_string()
    };
    assert_eq!(text("a", 0), "ModelCheckpoint::every_batches: expected at least 1, received 0");
    let unknown = text("{val_loss}", 1);
    assert!(unknown.contains("expected for {val_loss} one of epoch, batch, loss, accuracy, received"), "{unknown}");
}

#[test]
fn the_average_of_the_weights_is_what_is_validated_and_saved() {
    let json = json();
    let (train, validation) = data(&json, classes(&json));
    let ema = Some(Ema { momentum: 0.9, ..Ema::default() });
    let folder = tempfile::tempdir().unwrap();
    for (name, on_epoch) in [("swap", false), ("swap on epoch", true)] {
        let case = &json["fit"][name];
        let averaged = || classifier(momentum().with(OptimizerOptions { ema, ..OptimizerOptions::default() }), case);
        let mut model = averaged();
        let saving = ModelCheckpoint::every_epoch(folder.path().join("{epoch}.taut"));
        let training = ModelCheckpoint::every_epoch(folder.path().join("state.taut")).training_state();
        let callbacks = (saving, training, SwapEmaWeights { on_epoch });
        let history = model.validation(&validation).callbacks(callbacks).fit(&train, unshuffled(3)).unwrap();
        compare(name, &history, model.net(), &model.evaluate(&validation).unwrap().values, case);
        // The file of the last epoch holds the average, with which the run ends.
        let last = Model::<Vector<5>, Classifier>::load(folder.path().join("3.taut")).unwrap();
        assert_eq!(parameters(last.net()) == parameters(model.net()), on_epoch);
        // A training checkpoint holds both in their places.
        let mut resumed = averaged();
        resumed.resume(folder.path().join("state.taut")).unwrap();
        let callbacks = SwapEmaWeights { on_epoch };
        resumed.validation(&validation).callbacks(callbacks).fit(&train, unshuffled(5)).unwrap();
        let mut whole = averaged();
        whole.validation(&validation).callbacks(callbacks).fit(&train, unshuffled(5)).unwrap();
        assert_eq!(parameters(resumed.net()), parameters(whole.net()));
    }
    let mut without = classifier(momentum(), &json["fit"]["swap"]);
    let error = without.callbacks(SwapEmaWeights::default()).fit(&train, unshuffled(1)).unwrap_err().to_string();
    assert_eq!(
        error,
        "SwapEmaWeights: expected an optimizer that follows an average: OptimizerOptions::ema, received one that does not"
    );
}

#[test]
fn a_backup_is_gone_on_from_and_deleted() {
    let json = json();
    let (train, validation) = data(&json, classes(&json));
    let case = &json["fit"]["class weights"];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/backup.taut");
    struct CutOff;
    impl<R> Callback<R> for CutOff {
        fn epoch_begin(&mut self, number: usize, _: &mut f32) -> taut::Result<()> {
            if number == 4 { Err(Error::Other("cut off".into())) } else { Ok(()) }
        }
    }
    let reduce = || ReduceLrOnPlateau::new(ValLoss).patience(1).min_delta(9.0).factor(0.5).cooldown(1);
    let fit = Fit { shuffle: true, ..unshuffled(7) };
    let mut whole = classifier(momentum(), case);
    let expected = whole.validation(&validation).callbacks(reduce()).fit(&train, fit).unwrap();
    let mut first = classifier(momentum(), case);
    let callbacks = (reduce(), BackupAndRestore::new(&path), CutOff);
    first.validation(&validation).callbacks(callbacks).fit(&train, fit).unwrap_err();
    assert!(path.exists());
    let mut second = classifier(momentum(), case);
    let callbacks = (reduce(), BackupAndRestore::new(&path));
    let history = second.validation(&validation).callbacks(callbacks).fit(&train, fit).unwrap();
    assert!(!path.exists());
    assert_eq!(history, expected);
    assert_eq!(parameters(second.net()), parameters(whole.net()));
    let keeping = BackupAndRestore::new(&path).keep();
    classifier(momentum(), case).callbacks(keeping).fit(&train, unshuffled(1)).unwrap();
    assert!(path.exists());
}

#[test]
fn what_does_not_go_together_is_an_error() {
    let json = json();
    let (train, validation) = data(&json, classes(&json));
    let case = &json["fit"]["class weights"];
    let mut model = classifier(momentum(), case);
    let weights = vec![1.0; 36];
    let text = |result: taut::Result<_>| result.map(|history: taut::History<_>| history.rows).unwrap_err().to_string();
    let both = model.class_weight([1.0; 3]).sample_weight(&weights).fit(&train, unshuffled(1));
    assert_eq!(text(both), "class_weight: expected no sample_weight beside it, as in Keras, received both");
    let short = model.sample_weight(&weights[..35]).fit(&train, unshuffled(1));
    assert_eq!(text(short), "sample_weight: expected 36, one for each sample, received 35");
    let text_of = |result: taut::Result<taut::History<taut::Run<Accuracy, taut::Validated>>>| {
        result.map(|history| history.rows).unwrap_err().to_string()
    };
    let short = model.validation(&validation).validation_sample_weight(&weights[..9]).fit(&train, unshuffled(1));
    assert_eq!(text_of(short), "validation_sample_weight: expected 10, one for each sample, received 9");
    let split = model.validation_split(0.5).validation_sample_weight(&weights).fit(&train, unshuffled(1));
    let expected = "expected validation data, received a validation that is split off, or none";
    assert_eq!(text_of(split), format!("validation_sample_weight: {expected}"));
    let short = model.evaluate_weighted(&validation, &weights).map(|evaluation| evaluation.values);
    let expected = "expected 10, one for each sample, received 36";
    assert_eq!(short.unwrap_err().to_string(), format!("the weights to evaluate with: {expected}"));
    let never = model.fit(&train, Fit { validation_frequency: 0, ..unshuffled(1) });
    assert_eq!(text(never), "validation_frequency: expected at least 1, received 0");

    let samples = |_| train.x.iter().zip(&train.y).map(|(x, y)| Ok((*x, *y)));
    let weighed = model.sample_weight(&weights).fit_stream(samples, unshuffled(1));
    assert_eq!(text(weighed), "sample_weight: expected data in memory, received a stream of samples");
    let split = model.validation_split(0.5).fit_stream(samples, unshuffled(1)).map(|history| history.rows);
    let split = split.unwrap_err().to_string();
    assert_eq!(split, "validation_split: expected data in memory, received a stream of samples");
    let none = model.fit_stream(|epoch| samples(epoch).take(36 * (2 - epoch)), unshuffled(2));
    assert_eq!(text(none), "the training data: expected at least one sample in each epoch, received none");
    let broken = |epoch| samples(epoch).take(20).chain([Err(Error::Other("the disk is gone".into()))]);
    assert_eq!(text(model.fit_stream(broken, unshuffled(1))), "the disk is gone");

    // The same steps from memory, from a stream, and from a stream without an end.
    let mut all = vec![];
    let fit = Fit { steps_per_epoch: Some(3), ..unshuffled(2) };
    for kind in 0..3 {
        let mut model = classifier(momentum(), case);
        let endless = |_| train.x.iter().zip(&train.y).cycle().map(|(x, y)| Ok((*x, *y)));
        let fitting = model.validation(&validation);
        let history = match kind {
            0 => fitting.fit(&train, fit),
            1 => fitting.fit_stream(samples, fit),
            _ => fitting.fit_stream(endless, fit),
        };
        all.push((history.unwrap().rows, parameters(model.net())));
    }
    assert!(all[0] == all[1] && all[1] == all[2]);
}

#[test]
fn what_is_out_of_range_is_an_error_before_anything_is_trained() {
    type Net = (Dense<4, 8>, BatchNorm<8>, (Relu, Residual<Dense<8, 8>>), Dense<8, 3>, Softmax);
    type Options = <Net as Params>::Options;
    let x: Vec<_> = (0..9).map(|i| Vector::new([i as f32 / 9.0, 1.0, (i % 3) as f32, 0.5])).collect();
    let data = Dataset::new(x, (0..9).map(|i| Class::<3>::new(i % 3).unwrap()).collect()).unwrap();
    let mut wrong = vec![];
    macro_rules! says {
        ($what:literal, $result:expr) => {
            let received = $result.map(|_| ()).map_err(|error| error.to_string());
            if received != Err($what.to_string()) {
                wrong.push(format!("{received:?} for {}", $what));
            }
        };
    }

    let planned = |set: fn(&mut Options)| {
        let model = Model::<Vector<4>, Net>::new(1).layers(set);
        model.compile(Adam::default(), SparseCategoricalCrossentropy, ()).fit(&data, unshuffled(1))
    };
    macro_rules! plans { ($($set:expr, $what:literal;)*) => { $(says!($what, planned($set));)* } }
    plans! {
        |net| net.0.kernel.regularizer = L1(f32::NAN).into(), "L1's factor: expected a number from 0, received NaN, for kernel of Dense<4, 8>";
        |net| net.3.bias.regularizer = L2(-1.0).into(), "L2's factor: expected a number from 0, received -1, for bias of Dense<8, 3>";
        |net| net.0.kernel.regularizer = L1L2 { l1: 0.0, l2: -1.0 }.into(), "L1L2's l2: expected a number from 0, received -1, for kernel of Dense<4, 8>";
        |net| net.0.kernel.regularizer = OrthogonalRegularizer { factor: -1.0, ..OrthogonalRegularizer::default() }.into(),
            "OrthogonalRegularizer's factor: expected a number from 0, received -1, for kernel of Dense<4, 8>";
        |net| net.2.0.activity_regularizer = L1(-1.0).into(), "L1's factor: expected a number from 0, received -1, for the output of Relu";
        |net| net.2.1.0.activity_regularizer = L1(-1.0).into(), "L1's factor: expected a number from 0, received -1, for the output of Dense<8, 8>";
        |net| net.0.kernel.constraint = MaxNorm(-1.0).into(), "MaxNorm: expected a number from 0, received -1, for kernel of Dense<4, 8>";
        |net| net.0.kernel.constraint = MinMaxNorm { min: 2.0, ..MinMaxNorm::default() }.into(),
            "MinMaxNorm's max: expected at least its min, 2, received 1, for kernel of Dense<4, 8>";
        |net| net.0.kernel.constraint = MinMaxNorm { rate: 1.5, ..MinMaxNorm::default() }.into(),
            "MinMaxNorm's rate: expected a number from 0 to 1, received 1.5, for kernel of Dense<4, 8>";
        |net| net.1.momentum = 1.5, "BatchNorm's momentum: expected a number from 0 to 1, received 1.5";
        |net| net.1.gamma.initializer = Constant(f32::NAN).into(), "Constant: expected a number, received NaN, for gamma of BatchNorm<8>";
        |net| net.0.kernel.initializer = VarianceScaling { scale: -1.0, ..VarianceScaling::default() }.into(),
            "VarianceScaling's scale: expected a number above 0, received -1, for kernel of Dense<4, 8>";
        |net| net.0.kernel.initializer = RandomNormal { mean: 0.0, std_dev: -1.0 }.into(),
            "RandomNormal's std_dev: expected a number from 0, received -1, for kernel of Dense<4, 8>";
        |net| net.0.kernel.initializer = RandomUniform { low: 1.0, high: 0.0 }.into(),
            "RandomUniform's high: expected at least its low, 1, received 0, for kernel of Dense<4, 8>";
    }

    let model = || Model::<Vector<4>, Net>::new(1);
    let hot = data.clone().one_hot();
    macro_rules! losses { ($($loss:expr, $what:literal;)*) => { $(
        says!($what, model().compile(Adam::default(), $loss, ()).fit(&hot, unshuffled(1)));
        says!($what, model().compile(Adam::default(), $loss, ()).evaluate(&hot));
        says!($what, model().compile(Adam::default(), MeanSquaredError, (Accuracy, $loss)).evaluate(&hot));
    )* } }
    losses! {
        CategoricalCrossentropy { label_smoothing: 1.5 },
            "CategoricalCrossentropy's label_smoothing: expected a number from 0 to 1, received 1.5";
        BinaryCrossentropy { label_smoothing: -0.5 },
            "BinaryCrossentropy's label_smoothing: expected a number from 0 to 1, received -0.5";
        BinaryFocalCrossentropy { alpha: 1.5, ..BinaryFocalCrossentropy::default() },
            "BinaryFocalCrossentropy's alpha: expected a number from 0 to 1, received 1.5";
        CategoricalFocalCrossentropy { gamma: -1.0, ..CategoricalFocalCrossentropy::default() },
            "CategoricalFocalCrossentropy's gamma: expected a number from 0, received -1";
        Huber { delta: 0.0 }, "Huber's delta: expected a number above 0, received 0";
        Tversky { alpha: -1.0, beta: 0.5 }, "Tversky's alpha: expected a number from 0, received -1";
    }
    let q = CategoricalGeneralizedCrossEntropy { q: 0.0 };
    let what = model().compile(Adam::default(), q, ()).evaluate(&data);
    says!("CategoricalGeneralizedCrossEntropy's q: expected a number above 0 to 1, received 0", what);

    macro_rules! metrics { ($($metric:expr, $what:literal;)*) => { $(
        let metrics = (Accuracy, Weighted($metric));
        let mut model = Model::<_, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, metrics);
        says!($what, model.evaluate(&data));
        says!($what, model.fit(&data, unshuffled(1)));
    )* } }
    let (precision, recall, auc) = (Precision::default(), Recall::default(), Auc::default());
    metrics! {
        Precision { top_k: Some(4), ..precision }, "Precision's top_k: expected from 1 to 3, as many as there are outputs, received 4";
        Recall { top_k: Some(0), ..recall }, "Recall's top_k: expected from 1 to 3, as many as there are outputs, received 0";
        Recall { class_id: Some(3), ..recall }, "Recall's class_id: expected a class below 3, as the output has, received 3";
        Precision { threshold: Some(1.5), ..precision }, "Precision's threshold: expected a number from 0 to 1, received 1.5";
        TrueNegatives { threshold: f32::NAN }, "TrueNegatives's threshold: expected a number from 0 to 1, received NaN";
        Auc { thresholds: usize::MAX, ..auc }, "Auc's thresholds: expected from 2 to 100000, received 18446744073709551615";
        RecallAtPrecision { thresholds: 100_001, ..RecallAtPrecision::new(0.5) },
            "RecallAtPrecision's thresholds: expected from 2 to 100000, received 100001";
        Auc { thresholds: 1, ..auc }, "Auc's thresholds: expected from 2 to 100000, received 1";
        PrecisionAtRecall::new(1.5), "PrecisionAtRecall's recall: expected a number from 0 to 1, received 1.5";
        RecallAtPrecision { thresholds: 0, ..RecallAtPrecision::new(0.5) }, "RecallAtPrecision's thresholds: expected from 2 to 100000, received 0";
        SensitivityAtSpecificity { class_id: Some(9), ..SensitivityAtSpecificity::new(0.5) },
            "SensitivityAtSpecificity's class_id: expected a class below 3, as the output has, received 9";
        FBetaScore { beta: 0.0, ..FBetaScore::default() }, "FBetaScore's beta: expected a number above 0, received 0";
        F1Score { threshold: Some(-1.0), ..F1Score::default() }, "F1Score's threshold: expected a number from 0 to 1, received -1";
    }
    let mut model = model().compile(Adam::default(), SparseCategoricalCrossentropy, ());
    macro_rules! callbacks { ($($callback:expr, $what:literal;)*) => {
        $(says!($what, model.validation(&data).callbacks($callback).fit(&data, unshuffled(1)));)*
    } }
    callbacks! {
        ReduceLrOnPlateau::new(ValLoss).factor(1.0), "ReduceLrOnPlateau's factor: expected a number from 0 to below 1, received 1";
        ReduceLrOnPlateau::new(ValLoss).min_lr(-1.0), "ReduceLrOnPlateau's min_lr: expected a number from 0, received -1";
        ReduceLrOnPlateau::new(ValLoss).min_delta(f32::NAN), "ReduceLrOnPlateau's min_delta: expected a number, received NaN";
        EarlyStopping::new(ValLoss).min_delta(f32::NAN), "EarlyStopping's min_delta: expected a number, received NaN";
        EarlyStopping::new(ValLoss).baseline(f32::NAN), "EarlyStopping's baseline: expected a number, received NaN";
        ModelCheckpoint::best("unwritten.taut", ValLoss).threshold(f32::NAN),
            "ModelCheckpoint's threshold: expected a number, received NaN";
        ModelCheckpoint::best("unwritten.taut", ValLoss).threshold(f32::INFINITY),
            "ModelCheckpoint's threshold: expected a number, received inf";
        LearningRateScheduler(|_, _| -1.0), "LearningRateScheduler's function: expected a number from 0, received -1";
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
