//! Training as a whole: what is learned, what is monitored, and what bad input gets.

use taut::{ClassProbabilities, Error, Monitor};
use taut::{callbacks::*, constraints::*, datasets::*, layers::*, losses::*, metrics::*, prelude::*};

type Net = (Dense<2, 8>, Relu, Dense<8, 2>, Softmax);
type Compiled<O, M> = taut::Compiled<Vector<2>, Net, O, SparseCategoricalCrossentropy, M>;

fn xor() -> Dataset<Vector<2>, Class<2>> {
    let x: Vec<_> = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vector::new).repeat(8);
    let y = x.iter().map(|x| Class::new((x.0[0] != x.0[1]) as usize).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}

fn compiled() -> Compiled<Adam, Accuracy> {
    let adam = Adam { learning_rate: 0.02, ..Adam::default() };
    Model::new(3).compile(adam, SparseCategoricalCrossentropy, Accuracy)
}

fn epochs(epochs: usize) -> Fit {
    Fit { epochs, batch_size: 5, ..Fit::default() }
}

#[test]
fn learns_xor_through_the_whole_interface() {
    let data = xor();
    let model = Model::<Vector<2>, Net>::new(3).layers(|net| {
        net.0.kernel.regularizer = L2(1e-5).into();
        net.0.activity_regularizer = L1(1e-5).into();
        net.2.kernel.constraint = MaxNorm(4.0).into();
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("xor.taut");
    let mut model =
        model.compile(Adam { learning_rate: 0.02, ..Adam::default() }, SparseCategoricalCrossentropy, Accuracy);
    let history = model
        .validation(&data)
        .callbacks((EarlyStopping::new(ValLoss).patience(10), ModelCheckpoint::best(&path, ValLoss)))
        .fit(&data, epochs(200))
        .unwrap();
    assert!(history.get(Val(Accuracy)).last() == Some(&1.0), "{history}");
    let best = Model::<Vector<2>, Net>::load(&path).unwrap();
    for (x, y) in data.x.iter().zip(&data.y) {
        assert_eq!(best.predict(x).argmax(), y.index());
    }
    assert_eq!(best.predict_batch(&data.x), data.x.iter().map(|x| best.predict(x)).collect::<Vec<_>>());
    let evaluation = model.evaluate(&data).unwrap();
    assert_eq!(evaluation.loss(), *history.get(ValLoss).last().unwrap());
    assert_eq!(evaluation.get(Accuracy), 1.0);
}

#[test]
fn the_summary_is_the_table_that_keras_prints() {
    type Big = (Flatten, Dense<784, 64>, BatchNorm<64>, Relu, Dropout<50>, (Dense<64, 10>, Softmax));
    let model = Model::<Image<28, 28, 1>, Big>::new(3).layers(|net| net.5.0.bias.frozen = true);
    let expected = "\
┏━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
┃         ┃ Layer (type)  ┃ Output Shape ┃ Param # ┃
┡━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
│ net.0   │ Flatten       │ (None, 784)  │       0 │
├─────────┼───────────────┼──────────────┼─────────┤
│ net.1   │ Dense<784, 64>│ (None, 64)   │  50,240 │
├─────────┼───────────────┼──────────────┼─────────┤
│ net.2   │ BatchNorm<64> │ (None, 64)   │     256 │
├─────────┼───────────────┼──────────────┼─────────┤
│ net.3   │ Relu          │ (None, 64)   │       0 │
├─────────┼───────────────┼──────────────┼─────────┤
│ net.4   │ Dropout<50>   │ (None, 64)   │       0 │
├─────────┼───────────────┼──────────────┼─────────┤
│ net.5.0 │ Dense<64, 10> │ (None, 10)   │     650 │
├─────────┼───────────────┼──────────────┼─────────┤
│ net.5.1 │ Softmax       │ (None, 10)   │       0 │
└─────────┴───────────────┴──────────────┴─────────┘
 Total params: 51,146 (199.79 KB)
 Trainable params: 51,008 (199.25 KB)
 Non-trainable params: 138 (552.00 B)
";
    let blank = |text: &str| text.replace([' ', '━', '─'], "");
    assert_eq!(blank(&model.summary().to_string()), blank(expected), "\n{}", model.summary());
}

/// Which epochs are seen where a learning rate of zero keeps the loss as it is, so that nothing ever improves.
#[test]
fn early_stopping_waits_as_keras_does() {
    let stopped = |stop: EarlyStopping<ValLoss, ()>| {
        let data = xor();
        let sgd = Sgd { learning_rate: 0.0, ..Sgd::default() };
        let mut model: Compiled<Sgd, ()> = Model::new(3).compile(sgd, SparseCategoricalCrossentropy, ());
        let mut stop = stop;
        let history = model.validation(&data).callbacks(&mut stop).fit(&data, epochs(12)).unwrap();
        (history.rows.len(), stop.stopped_epoch())
    };
    // Epoch 1 is the best; Keras 3.15 stops with 2, 2, 4, and, where the first 3 are not looked at, with 7.
    assert_eq!(stopped(EarlyStopping::new(ValLoss)), (2, Some(2)));
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(1)), (2, Some(2)));
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(3)), (4, Some(4)));
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(3).start_from_epoch(3)), (7, Some(7)));
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(20)), (12, None));
    // A baseline that is never beaten: the improvement of epoch 1 does not start the waiting anew.
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(3).baseline(0.0)), (3, Some(3)));
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(3).baseline(9.0)), (4, Some(4)));
    assert_eq!(stopped(EarlyStopping::new(ValLoss).patience(2).mode(taut::Mode::Max)), (3, Some(3)));
}

#[test]
fn early_stopping_looks_for_improvements_beyond_min_delta_and_restores_the_best() {
    let data = xor();
    let mut model = compiled();
    let mut stop = EarlyStopping::new(TrainingLoss).patience(4).min_delta(0.05).restore_best_weights();
    let history = model.callbacks(&mut stop).fit(&data, epochs(500)).unwrap();
    let losses = history.get(TrainingLoss);
    let (mut best, mut waited, mut expected) = (f32::INFINITY, 0, None);
    for (epoch, loss) in losses.iter().enumerate() {
        waited += 1;
        if loss + 0.05 < best {
            (best, waited) = (*loss, 0);
        } else if waited >= 4 && epoch > 0 {
            expected = expected.or(Some(epoch + 1));
        }
    }
    assert_eq!((stop.stopped_epoch(), losses.len()), (expected, expected.unwrap()));

    // The parameters are those of the best epoch: the same run, ended there.
    let epoch = 1 + losses.iter().position(|loss| *loss == best).unwrap();
    let mut short = compiled();
    short.fit(&data, epochs(epoch)).unwrap();
    assert_eq!(short.predict_batch(&data.x), model.predict_batch(&data.x));
    assert!(epoch < losses.len());
}

#[test]
fn checkpoints_of_the_best_and_of_every_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let data = xor();
    let history = compiled()
        .validation(&data)
        .callbacks((
            ModelCheckpoint::best(folder.path().join("best-{epoch:02}.taut"), ValLoss),
            ModelCheckpoint::every_epoch(folder.path().join("all/{epoch:03}-{val_loss:.4}-{accuracy:.2}.taut")),
        ))
        .fit(&data, epochs(20))
        .unwrap();
    let mut best = f32::INFINITY;
    for (i, row) in history.rows.iter().enumerate() {
        let [_, accuracy, val_loss, _] = row[..] else { unreachable!() };
        let improved = val_loss < best;
        best = best.min(val_loss);
        assert_eq!(folder.path().join(format!("best-{:02}.taut", i + 1)).exists(), improved);
        let all = folder.path().join(format!("all/{:03}-{val_loss:.4}-{accuracy:.2}.taut", i + 1));
        let loaded =
            Model::<Vector<2>, Net>::load(all).unwrap().compile(Adam::default(), SparseCategoricalCrossentropy, ());
        assert_eq!(loaded.evaluate(&data).unwrap().loss(), val_loss);
    }
}

#[test]
fn a_bad_placeholder_is_an_error_before_training() {
    let error =
        compiled().callbacks(ModelCheckpoint::every_epoch("{val_loss:.2}.taut")).fit(&xor(), epochs(1)).unwrap_err();
    assert!(error.to_string().contains("{val_loss:.2}.taut"), "{error}");
}

#[test]
fn the_csv_logger_and_the_history_write_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let [log, tabs, csv] = ["log.csv", "log.tsv", "history.csv"].map(|name| folder.path().join(name));
    let data = xor();
    std::fs::write(&log, "old").unwrap();
    for _ in 0..2 {
        let callbacks = (CsvLogger::new(&log), CsvLogger::new(&tabs).separator(b'\t').append());
        let history = compiled().validation_split(0.25).callbacks(callbacks).fit(&data, epochs(3)).unwrap();
        history.write_csv(&csv).unwrap();
        assert_eq!(std::fs::read_to_string(&log).unwrap(), history.to_csv());
    }
    let text = std::fs::read_to_string(csv).unwrap();
    assert!(text.starts_with("epoch,loss,accuracy,val_loss,val_accuracy\n0,"), "{text}");
    let appended = std::fs::read_to_string(tabs).unwrap();
    assert_eq!(appended.lines().count(), 7, "a header and two runs of three epochs:\n{appended}");
    assert!(appended.starts_with("epoch\tloss\t"), "{appended}");
}

#[test]
fn validation_takes_the_last_rows_and_they_are_not_trained_on() {
    let mut data = xor();
    // What is split off has labels of its own: were it trained on, the training accuracy would suffer.
    let n = data.x.len();
    data.y[n - 8..].iter_mut().for_each(|y| *y = Class::new(1 - y.index()).unwrap());
    let history = compiled().validation_split(0.25).fit(&data, epochs(200)).unwrap();
    let last = |values: Vec<f32>| *values.last().unwrap();
    assert_eq!((last(history.get(Training(Accuracy))), last(history.get(Val(Accuracy)))), (1.0, 0.0));
}

#[test]
fn frozen_tensors_and_constraints() {
    let data = xor();
    let model = Model::<Vector<2>, Net>::new(3).layers(|net| {
        net.0.kernel.frozen = true;
        net.0.bias.constraint = NonNeg.into();
        net.2.kernel.constraint = UnitNorm.into();
    });
    let before = model.net().0.kernel;
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    model.fit(&data, epochs(5)).unwrap();
    assert_eq!(model.net().0.kernel, before);
    assert!(model.net().0.bias.iter().all(|bias| *bias >= 0.0) && model.net().0.bias.norm() > 0.0);
    for output in model.net().2.kernel.row_iter() {
        assert!((output.norm() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn initializers_apply_to_a_new_model_and_leave_the_others_as_they_were() {
    let plain = Model::<Vector<2>, Net>::new(3);
    let set = |net: &mut <Net as taut::Params>::Options| net.0.kernel.initializer = taut::Constant(0.5).into();
    let model = Model::<Vector<2>, Net>::new(3).layers(set);
    assert!(model.net().0.kernel.iter().all(|w| *w == 0.5));
    assert_eq!(model.net().2.kernel, plain.net().2.kernel);
    let mut changed = Model::<Vector<2>, Net>::new(3);
    changed.net_mut().0.kernel[0] = 7.0;
    assert_eq!(changed.layers(set).net().0.kernel[0], 7.0);
}

#[test]
fn the_seed_decides() {
    let run = |seed| {
        let model = Model::<Vector<2>, (Dense<2, 8>, Dropout<25>, Dense<8, 2>, Softmax)>::new(seed);
        let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
        model.fit(&xor(), epochs(3)).unwrap().rows
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn optimizers_find_the_minimum() {
    fn line<O: taut::Optimizer>(optimizer: O) -> f32 {
        let x: Vec<_> = (0..64).map(|i| Vector::new([(i as f32 / 32.0) - 1.0, (i % 7) as f32 / 7.0])).collect();
        let y = x.iter().map(|x| Vector::new([3.0 * x.0[0] - 2.0 * x.0[1] + 0.5])).collect();
        let data = Dataset::new(x, y).unwrap();
        let mut model = Model::<Vector<2>, Dense<2, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
        model.fit(&data, Fit { epochs: 200, batch_size: 16, ..Fit::default() }).unwrap();
        model.evaluate(&data).unwrap().loss()
    }
    let found = [
        line(Sgd { learning_rate: 0.1, ..Sgd::default() }),
        line(Sgd { learning_rate: 0.02, momentum: 0.9, nesterov: false }),
        line(Sgd { learning_rate: 0.02, momentum: 0.9, nesterov: true }),
        line(Adam { learning_rate: 0.05, ..Adam::default() }),
    ];
    assert!(found.iter().all(|loss| *loss < 1e-6), "{found:?}");
}

#[test]
fn bad_arguments_are_errors_and_change_nothing() {
    let (data, mut model) = (xor(), compiled());
    let before = model.predict_batch(&data.x);
    let empty: Dataset<Vector<2>, _> = Dataset::new(vec![], vec![]).unwrap();
    let uneven = Dataset { x: data.x.clone(), y: data.y[..30].to_vec() };
    let text = |result: taut::Result<String>| result.unwrap_err().to_string();
    let fitted = |history: taut::Result<taut::History<_>>| history.map(|history| history.to_string());
    assert_eq!(
        text(fitted(model.fit(&empty, epochs(1)))),
        "the training data: expected at least one sample, received none"
    );
    assert_eq!(
        text(fitted(model.fit(&uneven, epochs(1)))),
        "the training data: expected a label for each sample, received 30 labels for 32 samples"
    );
    let zero = Fit { batch_size: 0, ..epochs(1) };
    assert_eq!(text(fitted(model.fit(&data, zero))), "batch_size: expected at least 1, received 0");
    let evaluated = |data| compiled().evaluate(data).map(|evaluation| evaluation.to_string());
    assert_eq!(text(evaluated(&empty)), "the data to evaluate on: expected at least one sample, received none");
    let validated = model.validation(&empty).fit(&data, epochs(1)).map(|history| history.to_string());
    assert_eq!(text(validated), "the validation data: expected at least one sample, received none");
    for fraction in [0.0, 1.0, -0.5, 0.99, f64::NAN] {
        let split = model.validation_split(fraction).fit(&data, epochs(1)).map(|history| history.to_string());
        assert!(text(split).starts_with("validation_split: expected a fraction that leaves both parts a sample"));
    }
    assert_eq!(model.predict_batch(&data.x), before);
    assert_eq!(model.fit(&data, epochs(0)).unwrap().rows.len(), 0);
}

#[test]
fn a_nan_loss_ends_the_run_or_is_an_error_and_no_checkpoint_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("best.taut");
    let mut data = xor();
    compiled().callbacks(ModelCheckpoint::best(&path, TrainingLoss)).fit(&data, epochs(1)).unwrap();
    let good = std::fs::read(&path).unwrap();
    data.x[3] = Vector::new([f32::NAN, 0.0]);

    let run = |raise_error| {
        let callbacks = (TerminateOnNan { raise_error }, ModelCheckpoint::best(&path, TrainingLoss));
        compiled().callbacks(callbacks).fit(&data, Fit { batch_size: 32, ..epochs(5) })
    };
    assert_eq!(run(false).unwrap().rows.len(), 1);
    let error = run(true).unwrap_err();
    assert!(matches!(error, Error::LossNotFinite { epoch: 1, batch: 1, .. }), "{error}");
    let expected = "the loss is NaN in epoch 1, batch 1; expected a finite number (are there NaN in the data?)";
    assert_eq!(error.to_string(), expected);
    let callbacks = (TerminateOnNan::default(), ModelCheckpoint::every_epoch(&path));
    assert_eq!(compiled().callbacks(callbacks).fit(&data, epochs(5)).unwrap().rows.len(), 1);
    let error = compiled().callbacks(ModelCheckpoint::every_epoch(&path)).fit(&data, epochs(1)).unwrap_err();
    assert!(matches!(error, Error::NotFinite { layer: "Dense<2, 8>", tensor: "kernel", .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), good);
}

#[test]
fn callbacks_see_all_and_may_change_the_learning_rate() {
    #[derive(Default)]
    struct Log(Vec<String>);
    impl<R> Callback<R> for Log
    where
        ValLoss: Monitor<R>,
    {
        fn train_begin(&mut self, start: &mut taut::TrainBegin<'_>) -> taut::Result<()> {
            self.0.push(format!("train {}", start.epochs));
            Ok(())
        }
        fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> taut::Result<()> {
            *learning_rate = 1.0 / number as f32;
            self.0.push(format!("epoch {number}"));
            Ok(())
        }
        fn batch_end(&mut self, batch: &mut taut::BatchEnd<'_>) -> taut::Result<()> {
            self.0.push(format!("batch {}.{} {}", batch.epoch, batch.number, batch.learning_rate));
            Ok(())
        }
        fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            assert_eq!(epoch.values().find(|(name, _)| *name == "val_loss").unwrap().1, epoch.get(&ValLoss));
            epoch.stop = epoch.number == 2;
            self.0.push(format!("end {}", epoch.number));
            Ok(())
        }
        fn train_end(&mut self) -> taut::Result<()> {
            self.0.push("done".into());
            Ok(())
        }
    }
    let mut log = Log::default();
    let data = xor();
    let mut model: Compiled<Sgd, ()> = Model::new(3).compile(Sgd::default(), SparseCategoricalCrossentropy, ());
    model.validation(&data).callbacks(&mut log).fit(&data, Fit { batch_size: 20, ..epochs(9) }).unwrap();
    let expected =
        "train 9, epoch 1, batch 1.1 1, batch 1.2 1, end 1, epoch 2, batch 2.1 0.5, batch 2.2 0.5, end 2, done";
    assert_eq!(log.0.join(", "), expected);
}

#[test]
fn metrics_of_one_name_are_numbered() {
    let data = Dataset::new(vec![Vector::new([1.0]); 4], vec![Vector::new([1.0, 0.0]); 4]).unwrap();
    let of = |class| Recall { class_id: Some(class), ..Recall::default() };
    let mut model = Model::<Vector<1>, (Dense<1, 2, NoBias>, Sigmoid)>::new(1);
    model.net_mut().0.kernel.copy_from_slice(&[1.0, -1.0]);
    let mut model = model.compile(Sgd::default(), BinaryCrossentropy, (of(0), BinaryAccuracy::default(), of(1)));
    let fit = Fit { verbose: Verbose::Silent, ..Fit::default() };
    let history = model.validation(&data).fit(&data, fit).unwrap();
    assert_eq!(history.names[..4], ["loss", "recall", "binary_accuracy", "recall_1"]);
    assert_eq!(history.names[4..], ["val_loss", "val_recall", "val_binary_accuracy", "val_recall_1"]);
    assert_eq!(history.rows[0][1..4], [1.0, 1.0, 0.0]);
}

#[test]
fn metrics_of_a_regression() {
    let x: Vec<_> = (0..7).map(|i| Vector::new([i as f32])).collect();
    let y = (0..7).map(|i| Vector::new([2.0 * i as f32 + 1.0])).collect();
    let data = Dataset::new(x, y).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1);
    (model.net_mut().kernel[0], model.net_mut().bias[0]) = (2.0, 2.0);
    let metrics = (
        MeanSquaredError,
        MeanAbsoluteError,
        RootMeanSquaredError,
        MeanAbsolutePercentageError,
        MeanSquaredLogarithmicError,
        R2Score,
    );
    let evaluation = model.compile(Sgd::default(), MeanSquaredError, metrics).evaluate(&data).unwrap();
    let inverse: f32 = (0..7).map(|i| 1.0 / (2 * i + 1) as f32).sum();
    assert!((evaluation.get(MeanAbsolutePercentageError) - 100.0 / 7.0 * inverse).abs() < 1e-3);
    assert!((evaluation.get(R2Score) - (1.0 - 7.0 / 112.0)).abs() < 1e-6);
    assert_eq!((evaluation.get(MeanSquaredError), evaluation.get(RootMeanSquaredError)), (1.0, 1.0));
    assert!(evaluation.to_string().starts_with(
        "loss: 1.0000 - mean_squared_error: 1.0000 - mean_absolute_error: 1.0000 - root_mean_squared_error: 1.0000 - "
    ));
}

#[cfg(feature = "plot")]
#[test]
fn the_history_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.svg");
    let history = compiled().validation_split(0.25).fit(&xor(), epochs(5)).unwrap();
    history.plot(&path).unwrap();
    let svg = std::fs::read_to_string(&path).unwrap();
    for word in ["<svg", "loss", "accuracy", "validation", "epoch", "polyline"] {
        assert!(svg.contains(word), "{word}");
    }
    compiled().fit(&xor(), epochs(0)).unwrap().plot(&path).unwrap();
    assert!(matches!(history.plot(folder.path().join("no/such.svg")), Err(Error::Io { .. })));
}

/// What a user's own layer may rely on, and sizes of zero.
#[test]
fn odd_networks_train() {
    fn run<N: taut::Train<Vector<2>, Y = Vector<2>>>() -> f32
    where
        SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
    {
        let mut model = Model::<Vector<2>, N>::new(3).compile(Adam::default(), SparseCategoricalCrossentropy, ());
        model.fit(&xor(), epochs(2)).unwrap();
        model.evaluate(&xor()).unwrap().loss()
    }
    assert!(run::<(Relu, Dropout<10>, (Tanh, BatchNorm<2>), Dense<2, 2>, Softmax)>().is_finite());
    assert!(run::<(Relu, Softmax)>().is_finite());
}

/// The sum over the samples would be infinite, but the mean is not.
#[test]
fn a_loss_whose_mean_is_finite_is_finite() {
    let data = Dataset::new(vec![Vector::new([0.0]); 64], vec![Vector::new([1e19]); 64]).unwrap();
    let fit = Fit { batch_size: 64, ..epochs(1) };
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.0), MeanSquaredError, ());
    let near = |loss: f32| (loss / 1e38 - 1.0).abs() < 1e-5;
    assert!(near(model.evaluate(&data).unwrap().loss()), "{}", model.evaluate(&data).unwrap());
    let history = model.validation(&data).fit(&data, fit).unwrap();
    assert!(near(history.get(TrainingLoss)[0]) && near(history.get(ValLoss)[0]), "{:?}", history.rows);
}

#[test]
fn nan_in_nan_out() {
    let nan = f32::NAN;
    macro_rules! check { ($($loss:ident)*) => { $(
        for (p, t) in [(nan, 0.5), (0.5, nan)] {
            let (p, t) = (Vector::new([0.25, p]), Vector::new([0.5, t]));
            let mut dp = Vector::ZERO;
            assert!($loss.loss(&p, &t, &mut dp).is_nan(), stringify!($loss));
            assert!(dp.0[1].is_nan(), "the gradient of {}", stringify!($loss));
            let mut model = Model::<Vector<2>, Dense<2, 2>>::new(1);
            model.net_mut().kernel.fill_with_identity();
            let model = model.compile(Adam::default(), MeanSquaredError, ($loss, R2Score, RootMeanSquaredError));
            let evaluation = model.evaluate(&Dataset::new(vec![p, Vector::ZERO], vec![t, t]).unwrap()).unwrap();
            assert!(evaluation.values.iter().all(|value| value.is_nan()), "{} {evaluation}", stringify!($loss));
        }
    )* } }
    check!(MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError Poisson BinaryCrossentropy);
    let p = Vector::new([0.25, nan]);
    let mut dp = Vector::ZERO;
    assert!(CategoricalCrossentropy.loss(&p, &Vector::new([0.0, 1.0]), &mut dp).is_nan() && dp.0[1].is_nan());
    assert!(SparseCategoricalCrossentropy.loss(&p, &Class::new(1).unwrap(), &mut dp).is_nan() && dp.0[1].is_nan());
    assert_eq!(p.argmax(), 1);
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    type Net = (Dense<300, 260>, Relu, Dropout<20>, Dense<260, 200>, Tanh, Dense<200, 10>, Softmax);
    let x: Vec<_> =
        (0..200).map(|i| Vector::new(std::array::from_fn(|j| ((i * 31 + j * 17) % 29) as f32 / 29.0))).collect();
    let y = (0..200).map(|i| Class::new(i * 7 % 10).unwrap()).collect();
    let data = Dataset::new(x, y).unwrap();
    let run = |threads| {
        let model = Model::<Vector<300>, Net>::new(1).layers(|net| {
            net.0.kernel.regularizer = L2(0.001).into();
            net.3.kernel.constraint = MaxNorm(1.0).into();
        });
        let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
        let fit = Fit { epochs: 2, batch_size: 60, threads: (threads > 0).then_some(threads), ..Fit::default() };
        let history = model.validation(&data).fit(&data, fit).unwrap();
        let predicted = taut::with_threads(threads, || model.predict_batch(&data.x));
        (history.get(Training(Accuracy)).to_vec(), history.get(ValLoss).to_vec(), predicted)
    };
    let alone = run(1);
    for threads in [0, 2, 3, 7] {
        assert!(run(threads) == alone, "with {threads} threads");
    }
}

type Pixels = Image<4, 6, 2>;

fn pixels() -> Dataset<Pixels, Vector<1>> {
    let numbers = |seed: usize| {
        let mut x = Pixels::ZERO;
        x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = ((7 * i + seed) % 13) as f32 / 13.0);
        x
    };
    Dataset::new((0..12).map(numbers).collect(), (0..12).map(|i| Vector::new([(i % 2) as f32])).collect()).unwrap()
}

fn regression() -> taut::Compiled<Pixels, (Flatten, Dense<48, 1>), Adam, MeanSquaredError, ()> {
    Model::new(3).compile(Adam::default(), MeanSquaredError, ())
}

/// Keeps what it is given, and leaves it.
struct Seen<'a>(&'a std::cell::RefCell<Vec<Pixels>>);
impl Augment<Pixels> for Seen<'_> {
    fn augment(&self, x: &mut Pixels, _: &mut rand::rngs::Xoshiro256PlusPlus) {
        self.0.borrow_mut().push(*x);
    }
}

#[test]
fn samples_are_augmented_anew_in_each_epoch() {
    let (data, seen) = (pixels(), std::cell::RefCell::default());
    let moved = (RandomFlip::Horizontal, RandomTranslation { fill: FillMode::Wrap, height: 0.25, width: 0.5 });
    let run = || {
        let mut model = regression();
        let history = model.augment((moved, Seen(&seen))).fit(&data, epochs(3)).unwrap();
        (history.rows, model.predict(&data.x[0]), seen.take())
    };
    let once = run();
    assert_eq!(run(), once);
    let sorted = |x: &Pixels| {
        let mut values = x.values().to_vec();
        values.sort_by(f32::total_cmp);
        values
    };
    let epoch: Vec<&[Pixels]> = once.2.chunks(12).collect();
    assert_eq!(epoch.len(), 3);
    for epoch in &epoch {
        // Each of the samples once, but moved.
        let all = |x: &[Pixels]| {
            let mut all: Vec<_> = x.iter().map(sorted).collect();
            all.sort_by(|a, b| a.partial_cmp(b).unwrap());
            all
        };
        assert_eq!(all(epoch), all(&data.x));
        assert!(epoch.iter().filter(|x| data.x.contains(x)).count() < 6);
    }
    assert_ne!(epoch[0], epoch[1]);
    // Nothing is drawn where nothing is to be changed, and what is validated on stays as it is.
    let (plain, watched) = (regression().fit(&data, epochs(2)).unwrap().rows, {
        let mut model = regression();
        model.augment(Seen(&seen)).fit(&data, epochs(2)).unwrap().rows
    });
    assert_eq!(plain, watched);
    seen.take();
    regression().validation_split(0.25).augment(Seen(&seen)).fit(&data, epochs(1)).unwrap();
    assert!(seen.borrow().len() == 9 && seen.borrow().iter().all(|x| data.x[..9].contains(x)));
    // A stream's samples as well.
    seen.take();
    let stream = |_| data.x.iter().zip(&data.y).map(|(x, y)| Ok((*x, *y)));
    regression().augment(Seen(&seen)).fit_stream(stream, epochs(1)).unwrap();
    assert_eq!(seen.take(), data.x);
}

#[test]
fn a_resumed_run_is_augmented_as_if_never_interrupted() {
    let (data, folder) = (pixels(), tempfile::tempdir().unwrap());
    let path = folder.path().join("state.taut");
    let mut whole = regression();
    whole.augment(RandomTranslation::default()).fit(&data, epochs(5)).unwrap();
    let mut first = regression();
    first.augment(RandomTranslation::default()).fit(&data, epochs(2)).unwrap();
    first.save_training(&path).unwrap();
    let mut resumed = regression();
    resumed.resume(&path).unwrap();
    resumed.augment(RandomTranslation::default()).fit(&data, epochs(5)).unwrap();
    assert_eq!(whole.net().1, resumed.net().1);
}

#[test]
fn an_augmentation_out_of_its_range_is_refused_before_training() {
    let mut model = regression();
    let before = model.net().1.clone();
    let wrong = RandomTranslation { height: 2.0, ..RandomTranslation::default() };
    let error = model.augment((wrong,)).fit(&pixels(), epochs(1)).unwrap_err().to_string();
    assert_eq!(error, "RandomTranslation::height: expected a part of the image, from 0 to 1, received 2");
    assert_eq!(model.net().1, before);
}

#[test]
fn tokens_are_trained_on_checked_embedded_and_saved() {
    type Net = (Embedding<6, 4>, Gru<4, 5>, Dense<5, 2>, Softmax);
    // Whether a 5 comes before a 4.
    let x: Vec<_> = (0..96_u16)
        .map(|i| if i % 2 == 0 { Tokens([i % 4, 5, i % 3, 4]) } else { Tokens([4, i % 4, 5, i % 3]) })
        .collect();
    let y = (0..96).map(|i| Class::<2>::new(i % 2).unwrap()).collect();
    let data = Dataset::new(x, y).unwrap();
    let optimizer = Adam { learning_rate: 0.02, ..Adam::default() };
    let mut model = Model::<Tokens<4>, Net>::new(1).compile(optimizer, SparseCategoricalCrossentropy, Accuracy);
    let fit = Fit { epochs: 20, verbose: Verbose::Silent, ..Fit::default() };
    let history = model.validation_split(0.25).fit(&data, fit).unwrap();
    assert_eq!(history.get(Val(Accuracy)).last(), Some(&1.0));
    // A batch and one sample have the same bits.
    assert!(model.predict_batch(&data.x).iter().zip(&data.x).all(|(y, x)| *y == model.predict(x)));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.taut");
    model.save_with_example(&path, &data.x[3]).unwrap();
    assert_eq!(Model::<Tokens<4>, Net>::load(&path).unwrap().predict(&data.x[3]), model.predict(&data.x[3]));
    let file = std::fs::read(&path).unwrap();
    let example = taut::__private::embed::example::<Net, Tokens<4>, Vector<2>>(&file).unwrap();
    assert_eq!(example.input, data.x[3]);
    assert!(example.agrees(model.net(), &mut taut::memory::boxed()));

    // A word that is not there.
    let wrong = Dataset { x: vec![data.x[0], Tokens([0, 1, 6, 0])], y: data.y[..2].to_vec() };
    let sentence = "tokens: expected numbers below 6, the words of the Embedding, received 6 in sample 1, step 2";
    assert_eq!(model.evaluate(&wrong).unwrap_err().to_string(), sentence);
    assert_eq!(model.fit(&wrong, fit).unwrap_err().to_string(), sentence);
    assert_eq!(model.validation(&wrong).fit(&data, fit).unwrap_err().to_string(), sentence);
    let rows = |_| wrong.x.iter().copied().zip(wrong.y.iter().copied()).map(Ok);
    assert_eq!(model.fit_stream(rows, fit).unwrap_err().to_string(), sentence);
    let later = |_| data.x[..64].iter().chain(&wrong.x).copied().zip(data.y.iter().copied()).map(Ok);
    let said = model.fit_stream(later, Fit { batch_size: 16, ..fit }).unwrap_err().to_string();
    assert_eq!(said, format!("{sentence}, for the batch that begins with sample 64 of the stream"));
    assert_eq!(model.predict(&Tokens([0, 1, 6, 0])), model.predict(&Tokens([0, 1, u16::MAX, 0])));
}

#[test]
fn options_below_1_are_errors() {
    let rows = [
        ("batch_size", Fit { batch_size: 0, ..epochs(1) }),
        ("validation_frequency", Fit { validation_frequency: 0, ..epochs(1) }),
        ("threads", Fit { threads: Some(0), ..epochs(1) }),
        ("steps_per_epoch", Fit { steps_per_epoch: Some(0), ..epochs(1) }),
    ];
    for (option, fit) in rows {
        let expected = format!("{option}: expected at least 1, received 0");
        assert_eq!(compiled().fit(&xor(), fit).unwrap_err().to_string(), expected);
    }
}

/// Weights that change on a compiled model keep the optimizer's state, as in Keras, until it is reset.
#[test]
fn loaded_weights_keep_the_optimizer_until_it_is_reset() {
    let (folder, data) = (tempfile::tempdir().unwrap(), xor());
    let path = folder.path().join("weights.taut");
    let fit = Fit { shuffle: false, ..epochs(2) };
    let start = Model::<Vector<2>, Net>::new(7);
    start.save(&path).unwrap();
    let trained = |mut model: Compiled<Adam, Accuracy>| {
        model.fit(&data, fit).unwrap();
        model.predict_batch(&data.x)
    };
    let of = |model| trained(Model::compile(model, *compiled().optimizer(), SparseCategoricalCrossentropy, Accuracy));
    let fresh = of(start.clone());

    let mut model = compiled();
    model.fit(&data, fit).unwrap();
    model.load_weights(&path).unwrap();
    assert_eq!(model.predict_batch(&data.x), start.predict_batch(&data.x));
    let mut reset = model.clone();
    reset.reset_optimizer();
    assert_eq!(trained(reset), fresh);
    assert_ne!(trained(model), fresh);

    // After an error nothing has changed; the optimizer's settings were never touched.
    let mut model = compiled();
    let before = model.predict_batch(&data.x);
    model.load_weights(folder.path().join("none.taut")).unwrap_err();
    assert_eq!(model.predict_batch(&data.x), before);
    assert_eq!(model.optimizer().learning_rate, 0.02);
}

#[test]
fn loaded_weights_forget_a_run_that_was_to_be_resumed() {
    let (folder, data) = (tempfile::tempdir().unwrap(), xor());
    let (run, weights) = (folder.path().join("run.taut"), folder.path().join("weights.taut"));
    let mut model = compiled();
    model.fit(&data, epochs(2)).unwrap();
    model.save_training(&run).unwrap();
    model.save(&weights).unwrap();
    let mut resumed = compiled();
    resumed.resume(&run).unwrap();
    let first = resumed.clone().fit(&data, epochs(3)).unwrap();
    resumed.load_weights(&weights).unwrap();
    // Three epochs that continue from the weights: the same as without the interruption.
    let second = resumed.fit(&data, epochs(3)).unwrap();
    assert_eq!(second, model.fit(&data, epochs(3)).unwrap());
    assert_eq!((first.rows.len(), &first.rows[2]), (3, &second.rows[0]));
}

#[test]
fn a_clone_trains_to_the_same_bits_and_the_learning_rate_can_be_read() {
    let data = xor();
    let mut model = compiled();
    model.callbacks(LearningRateScheduler(|_, rate| rate / 2.0)).fit(&data, epochs(2)).unwrap();
    assert_eq!(model.optimizer().learning_rate(), 0.005);
    let mut clone = model.clone();
    assert_eq!(clone.fit(&data, epochs(2)).unwrap(), model.fit(&data, epochs(2)).unwrap());
    assert_eq!(clone.predict_batch(&data.x), model.predict_batch(&data.x));
    // Each goes its own way.
    clone.fit(&data, epochs(1)).unwrap();
    assert_ne!(clone.predict_batch(&data.x), model.predict_batch(&data.x));
}

#[test]
fn a_quantized_model_is_evaluated_as_any_other() {
    let data = xor();
    let mut model = compiled();
    model.fit(&data, epochs(200)).unwrap();
    let small = quantize(&model, &data.x).unwrap();
    let evaluation = small.evaluate(&data, (SparseCategoricalCrossentropy, Accuracy)).unwrap();
    assert_eq!(evaluation.names, ["sparse_categorical_crossentropy", "accuracy"]);
    assert_eq!(evaluation.values, [evaluation.get(SparseCategoricalCrossentropy), evaluation.get(Accuracy)]);
    assert_eq!(evaluation.get(Accuracy), 1.0);
    assert!((evaluation.get(SparseCategoricalCrossentropy) - model.evaluate(&data).unwrap().loss()).abs() < 0.02);
    let empty = Dataset::<Vector<2>, Class<2>>::new(vec![], vec![]).unwrap();
    let error = small.evaluate(&empty, Accuracy).unwrap_err().to_string();
    assert_eq!(error, "the data to evaluate on: expected at least one sample, received none");
}

/// The README's program as its comment says, with a file in place of the irises: the model says of what type the rows
/// are.
#[test]
#[cfg(feature = "datasets")]
fn the_readme_s_program_trains_on_a_file() {
    network! { type Net: Vector<4> = (Normalization<4>, Dense<4, 16>, Relu, Dense<16, 3>, Softmax); }
    fn run(path: &std::path::Path) -> taut::Result<f32> {
        let (train, test) = datasets::Csv::new(path).read()?.shuffle(1).split(0.2)?;
        let mut model = Model::<_, Net>::new(1);
        model.net_mut().0.adapt(&train.x)?;
        let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
        model.fit(&train, Fit { epochs: 50, batch_size: 16, verbose: Verbose::Silent, ..Fit::default() })?;
        Ok(model.evaluate(&test)?.get(Accuracy))
    }
    let readme = include_str!("../README.md");
    assert!(readme.contains("datasets::iris()?.shuffle(1).split(0.2)?; // or datasets::Csv::new(\"my.csv\").read()?"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let iris = datasets::iris().unwrap();
    let row = |(x, y): (&Vector<4>, &Class<3>)| {
        let [a, b, c, d] = x.as_array();
        format!("{a},{b},{c},{d},{}\n", y.index())
    };
    let rows: String = iris.x.iter().zip(&iris.y).map(row).collect();
    std::fs::write(file.path(), format!("a,b,c,d,class\n{rows}")).unwrap();
    assert!(run(file.path()).unwrap() > 0.9);
}
