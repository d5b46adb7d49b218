//! A resumed run is the run that was never interrupted, in a model that had other weights before.
#![cfg(feature = "train")]

use std::fs;
use std::path::Path;
use taut::io::format::{Flaw, HEADER};
use taut::{CosineDecay, Error, Params};
use taut::{callbacks::*, optimizers::*, prelude::*};

type Net = (Dense<3, 8>, BatchNorm<8>, Relu, Dropout<30>, Dense<8, 2>, Softmax);
type Compiled<O> = taut::Compiled<Vector<3>, Net, O, SparseCategoricalCrossentropy, Accuracy>;

fn data() -> Dataset<Vector<3>, Class<2>> {
    let x: Vec<_> = (0..50).map(|i| Vector::new([0, 1, 2].map(|j| ((i * 7 + j * 3) % 11) as f32 / 11.0))).collect();
    let y = x.iter().map(|x| Class::new((x.0.sum() > 1.4) as usize).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}

fn compiled(seed: u64) -> Compiled<Adam> {
    Model::new(seed).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy)
}

fn bits<O: Optimizer>(model: &Compiled<O>) -> Vec<u32> {
    let mut bits = vec![];
    model.net().read(&Default::default(), &mut |_, _, values| bits.extend(values.iter().map(|value| value.to_bits())));
    bits
}

fn fit(epochs: usize) -> Fit {
    Fit { epochs, batch_size: 8, verbose: Verbose::Silent, ..Fit::default() }
}

/// Fails after an epoch, as a run does that is cut off.
struct CutOff(usize);
impl<R> Callback<R> for CutOff {
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        if epoch.number == self.0 { Err(Error::Other("cut off".into())) } else { Ok(()) }
    }
}

/// The numbers of the epochs that were trained.
#[derive(Default)]
struct Trained(Vec<usize>);
impl<R> Callback<R> for Trained {
    fn epoch_begin(&mut self, number: usize, _: &mut f32) -> taut::Result<()> {
        self.0.push(number);
        Ok(())
    }
}

#[test]
fn each_optimizer_resumes_into_a_model_of_another_seed() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("state.taut");
    fn check<O: Optimizer>(path: &Path, data: &Dataset<Vector<3>, Class<2>>, optimizer: impl Fn() -> O) {
        let compiled =
            |seed| -> Compiled<O> { Model::new(seed).compile(optimizer(), SparseCategoricalCrossentropy, Accuracy) };
        let mut whole = compiled(5);
        let expected = whole.validation_split(0.3).fit(data, fit(5)).unwrap();
        let saving = ModelCheckpoint::every_epoch(path).training_state();
        compiled(5).validation_split(0.3).callbacks((saving, CutOff(2))).fit(data, fit(5)).unwrap_err();
        let (mut second, mut trained) = (compiled(6), Trained::default());
        second.resume(path).unwrap();
        let history = second.validation_split(0.3).callbacks(&mut trained).fit(data, fit(5)).unwrap();
        assert_eq!(trained.0, [3, 4, 5], "{}", O::NAME);
        assert_eq!(history, expected, "{}", O::NAME);
        assert_eq!(bits(&second), bits(&whole), "{}", O::NAME);
    }
    check(&path, &data, || Sgd { momentum: 0.9, ..Sgd::new(0.05) });
    check(&path, &data, || Adam::new(0.01));
    check(&path, &data, Nadam::default);
    check(&path, &data, Lamb::default);
    check(&path, &data, Adafactor::default);
    check(&path, &data, ScheduleFreeAdamW::default);
    let options = OptimizerOptions {
        ema: Some(Ema::default()),
        learning_rate: CosineDecay::new(0.1, 20).into(),
        accumulate: 2,
        ..OptimizerOptions::default()
    };
    check(&path, &data, || Adam::new(0.01).with(options.clone()));
}

#[test]
fn a_backup_restores_what_another_seed_had_trained() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("backup.taut");
    let mut whole = compiled(5);
    let expected = whole.fit(&data, fit(6)).unwrap();
    for cut in 1..=6 {
        compiled(5).callbacks((BackupAndRestore::new(&path), CutOff(cut))).fit(&data, fit(6)).unwrap_err();
        assert!(path.exists());
        let (mut second, mut trained) = (compiled(6), Trained::default());
        let callbacks = (BackupAndRestore::new(&path), &mut trained);
        let history = second.callbacks(callbacks).fit(&data, fit(6)).unwrap();
        assert_eq!(trained.0, (cut + 1..=6).collect::<Vec<_>>());
        assert_eq!(history, expected);
        assert_eq!(bits(&second), bits(&whole));
        assert!(!path.exists());
    }
    // Without a file there is nothing to restore.
    let mut other = compiled(6);
    assert_ne!(other.callbacks(BackupAndRestore::new(&path)).fit(&data, fit(6)).unwrap(), expected);
}

/// Halves the learning rate and keeps the parameters wherever it can, and fails: in the replay of an epoch, or at the
/// beginning of the epoch that is trained first.
struct FailsIn(usize);
impl<R> Callback<R> for FailsIn {
    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        *epoch.learning_rate /= 2.0;
        epoch.keep_as_best();
        if epoch.number == self.0 { Err(Error::Other("failed".into())) } else { Ok(()) }
    }
    fn epoch_begin(&mut self, number: usize, learning_rate: &mut f32) -> taut::Result<()> {
        *learning_rate /= 2.0;
        if number == self.0 { Err(Error::Other("failed".into())) } else { Ok(()) }
    }
}

#[test]
fn a_run_that_fails_before_its_first_step_stays_resumed() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let [path, again] = ["state.taut", "again.taut"].map(|name| folder.path().join(name));
    let ema = Some(Ema { momentum: 0.5, ..Ema::default() });
    let averaged = |seed| -> Compiled<With<Adam>> {
        let adam = Adam::new(0.01).with(OptimizerOptions { ema, ..OptimizerOptions::default() });
        Model::new(seed).compile(adam, SparseCategoricalCrossentropy, Accuracy)
    };
    let best = || EarlyStopping::new(TrainingLoss).patience(9).restore_best_weights();
    let mut whole = averaged(5);
    let expected = whole.callbacks((SwapEmaWeights { on_epoch: true }, best())).fit(&data, fit(5)).unwrap();
    let saving = ModelCheckpoint::every_epoch(&path).training_state();
    averaged(5)
        .callbacks((SwapEmaWeights { on_epoch: true }, best(), saving, CutOff(2)))
        .fit(&data, fit(5))
        .unwrap_err();
    for failing in [1, 2, 3] {
        let mut model = averaged(6);
        model.resume(&path).unwrap();
        for _ in 0..2 {
            let callbacks = (SwapEmaWeights { on_epoch: true }, best(), FailsIn(failing));
            assert_eq!(model.callbacks(callbacks).fit(&data, fit(5)).unwrap_err().to_string(), "failed");
            // Not only the parameters, but the whole state.
            model.save_training(&again).unwrap();
            assert_eq!(fs::read(&again).unwrap(), fs::read(&path).unwrap(), "failed in {failing}");
        }
        let mut trained = Trained::default();
        let callbacks = (SwapEmaWeights { on_epoch: true }, best(), &mut trained);
        assert_eq!(model.callbacks(callbacks).fit(&data, fit(5)).unwrap(), expected);
        assert_eq!((trained.0, bits(&model)), (vec![3, 4, 5], bits(&whole)));
    }
    // After a step it is no longer the run of the checkpoint.
    let (mut model, mut trained) = (averaged(6), Trained::default());
    model.resume(&path).unwrap();
    let failing = Lambda { batch_end: Some(Box::new(|_| Err(Error::Other("failed".into())))), ..Lambda::default() };
    model.callbacks(failing).fit(&data, fit(5)).unwrap_err();
    model.callbacks(&mut trained).fit(&data, fit(2)).unwrap();
    assert_eq!(trained.0, [1, 2]);
}

#[test]
fn a_run_that_is_resumed_with_no_epoch_left_ends_and_with_fewer_is_an_error() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("state.taut");
    let ema = Some(Ema { momentum: 0.5, ..Ema::default() });
    let averaged = |seed| -> Compiled<With<Adam>> {
        let adam = Adam::new(0.01).with(OptimizerOptions { ema, ..OptimizerOptions::default() });
        Model::new(seed).compile(adam, SparseCategoricalCrossentropy, Accuracy)
    };
    let mut whole = averaged(5);
    let saving = ModelCheckpoint::every_epoch(&path).training_state();
    let expected = whole.callbacks(saving).fit(&data, fit(3)).unwrap();
    // Killed after its last epoch: what the run ends with, the average here, is still to come.
    let (mut second, mut trained) = (averaged(6), Trained::default());
    second.resume(&path).unwrap();
    assert_ne!(bits(&second), bits(&whole));
    assert_eq!(second.callbacks(&mut trained).fit(&data, fit(3)).unwrap(), expected);
    assert_eq!((trained.0, bits(&second)), (vec![], bits(&whole)));
    // An epoch more was meant, or fewer in all.
    let mut third = averaged(6);
    third.resume(&path).unwrap();
    let said = "epochs: expected at least 3, as many as the resumed run has, received 1";
    assert_eq!(third.fit(&data, fit(1)).unwrap_err().to_string(), said);
    let backup = (BackupAndRestore::new(&path), &mut Trained::default());
    assert_eq!(averaged(6).callbacks(backup).fit(&data, fit(1)).unwrap_err().to_string(), said);
    let said = "epochs: expected at least 13, as many as the resumed run has, received 12";
    assert_eq!(third.fit(&data, Fit { initial_epoch: 10, ..fit(12) }).unwrap_err().to_string(), said);
    assert_eq!(third.fit(&data, fit(4)).unwrap().rows.len(), 4, "nothing was forgotten");
}

/// A program that no longer restores the best parameters ends with those that it trains.
#[test]
fn best_parameters_that_nobody_restores_any_more_do_not_replace_the_trained_ones() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("state.taut");
    // The loss of the first epoch is the largest: the best parameters of the file are not its last.
    let first = || EarlyStopping::new(TrainingLoss).patience(99).mode(Mode::Max).restore_best_weights();
    let saving = ModelCheckpoint::every_epoch(&path).training_state();
    compiled(5).callbacks((first(), saving, CutOff(3))).fit(&data, fit(3)).unwrap_err();
    let (mut whole, mut best) = (compiled(5), compiled(5));
    whole.fit(&data, fit(5)).unwrap();
    best.callbacks(first()).fit(&data, fit(5)).unwrap();
    assert_ne!(bits(&whole), bits(&best));
    for epochs in [3, 5] {
        let (mut plain, mut restoring) = (compiled(6), compiled(6));
        let mut expected = compiled(5);
        expected.fit(&data, fit(epochs)).unwrap();
        for model in [&mut plain, &mut restoring] {
            model.resume(&path).unwrap();
        }
        plain.fit(&data, fit(epochs)).unwrap();
        assert_eq!(bits(&plain), bits(&expected), "{epochs} epochs");
        restoring.callbacks(first()).fit(&data, fit(epochs)).unwrap();
        assert_eq!(bits(&restoring), bits(&best), "{epochs} epochs");
    }
    // From a file that a whole run left, whose parameters are the best ones.
    let mut finished = compiled(5);
    finished.callbacks(first()).fit(&data, fit(3)).unwrap();
    finished.save_training(&path).unwrap();
    let mut plain = compiled(6);
    plain.resume(&path).unwrap();
    assert_eq!(plain.fit(&data, fit(30)).unwrap().rows.len(), 30);
    assert_ne!(bits(&plain), bits(&finished));
}

const STORED: &str = "tests/fixtures/version2_moments_training.taut";

/// The same, as it was written before states named the optimizer's moments.
const UNNAMED: &str = "tests/fixtures/version2_training.taut";

/// The run whose state is stored: two epochs of seven steps, each of which halves the learning rate.
fn stored(path: &Path) -> taut::History<taut::Run<Accuracy, taut::NotValidated>> {
    struct Halve;
    impl<R> Callback<R> for Halve {
        fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            *epoch.learning_rate /= 2.0;
            Ok(())
        }
    }
    let best = EarlyStopping::new(TrainingLoss).patience(9).restore_best_weights();
    let saving = ModelCheckpoint::every_epoch(path).training_state();
    compiled(5).callbacks((Halve, best, saving)).fit(&data(), fit(2)).unwrap()
}

/// The format of a state is a promise: this file is read by all versions to come.
#[test]
fn a_stored_training_is_read_to_its_last_bit() {
    for (stored, optimizer) in [(UNNAMED, "Adam"), (STORED, "Adam(mean, mean of squares)")] {
        is_read_to_its_last_bit(stored, optimizer);
    }
    // As another processor would compute it, but for roundings.
    let folder = tempfile::tempdir().unwrap();
    let again = stored(&folder.path().join("state.taut"));
    assert!(again.rows.iter().zip(ROWS).all(|(row, e)| near(row, e)), "{:?}", again.rows);
}

fn near(received: &[f32], expected: [f32; 2]) -> bool {
    received.iter().zip(expected).all(|(r, e)| (r - e).abs() < 1e-4)
}

fn is_read_to_its_last_bit(stored: &str, optimizer: &str) {
    let (folder, file) = (tempfile::tempdir().unwrap(), fs::read(stored).unwrap());
    let path = folder.path().join("again.taut");
    // The optimizer, its learning rate, its steps: after the parameters.
    let text = u32::from_le_bytes(file[32..36].try_into().unwrap()) as usize;
    let state = &file[HEADER + text + 4 * Budget::<Vector<3>, Net>::PARAMS..];
    let length = (optimizer.len() as u64).to_le_bytes();
    let start = [&length[..], optimizer.as_bytes(), &0.0025_f32.to_le_bytes(), &14_u64.to_le_bytes()].concat();
    assert_eq!(state[..start.len()], start);

    let mut model = compiled(6);
    model.resume(stored).unwrap();
    assert_eq!(model.optimizer().learning_rate, 0.0025);
    model.save_training(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), fs::read(STORED).unwrap(), "what is read is written again");
    // The third save after five steps each is of step 15, the first of the third epoch.
    let saving = ModelCheckpoint::every_batches(folder.path().join("{epoch}-{batch}"), 5);
    let history = model.callbacks(saving).fit(&data(), fit(3)).unwrap();
    assert!(folder.path().join("3-1").exists() && folder.path().join("3-6").exists());
    assert!(history.rows.len() == 3, "{:?}", history.rows);
    assert!(history.rows.iter().zip(ROWS).all(|(row, e)| near(row, e)), "{:?}", history.rows);
}

/// Loss and accuracy of the stored run's epochs, and of the third.
const ROWS: [[f32; 2]; 3] = [[0.807_900_67, 0.56], [0.737_925_9, 0.54], [0.699_919_2, 0.68]];

#[test]
#[ignore = "for when the format changes: cargo test --test resume -- --ignored"]
fn write_the_stored_training_anew() {
    stored(Path::new(STORED));
}

#[test]
fn version_1_goes_on_as_it_was() {
    let adam = Adam::new(0.01).with(OptimizerOptions { weight_decay: 0.01, ..OptimizerOptions::default() });
    let mut model: Compiled<With<Adam>> = Model::new(6).compile(adam, SparseCategoricalCrossentropy, Accuracy);
    model.resume("tests/fixtures/version1_training.taut").unwrap();
    assert_eq!(model.optimizer().learning_rate(), 0.01);
    let rows = model.fit(&data(), fit(3)).unwrap().rows;
    let near = rows.iter().zip(ROWS_1).all(|(row, e)| row.iter().zip(e).all(|(r, e)| (r - e).abs() < 1e-4));
    assert!(rows.len() == 3 && near, "{rows:?}");
}

/// Loss and accuracy of the epochs of `version1_training.taut`, and of the next.
const ROWS_1: [[f32; 2]; 3] = [[0.807_773_53, 0.56], [0.724_419_24, 0.54], [0.647_179, 0.7]];

/// States with sound checksums that no run writes.
#[test]
fn hostile_states_are_refused_and_cost_little() {
    let (folder, file) = (tempfile::tempdir().unwrap(), fs::read(UNNAMED).unwrap());
    let path = folder.path().join("hostile.taut");
    let text = u32::from_le_bytes(file[32..36].try_into().unwrap()) as usize;
    let start = HEADER + text + 4 * Budget::<Vector<3>, Net>::PARAMS;
    let resume = |state: &[u8]| {
        let mut hostile = [&file[..start], state].concat();
        hostile[16..24].copy_from_slice(&(state.len() as u64).to_le_bytes());
        hostile[24..32].copy_from_slice(&taut::io::format::scan(state).0.to_le_bytes());
        fs::write(&path, hostile).unwrap();
        let mut model = compiled(6);
        let resumed = model.resume(&path).and_then(|()| model.fit(&data(), fit(3)).map(|_| ()));
        resumed.map_err(|error| match error {
            Error::Checkpoint { flaw, .. } => flaw,
            // Of another optimizer or of other metrics.
            Error::Data { .. } | Error::Argument { .. } => Flaw::Foreign,
            other => panic!("{other}"),
        })
    };
    let good = &file[start..];
    assert_eq!(resume(good), Ok(()));
    // Behind the text "Adam": learning rate, steps, generator, names.
    let (steps, random, names) = (16, 24, 56);
    assert_eq!(good[names..names + 8], 2_u64.to_le_bytes());
    let with = |at: usize, bytes: &[u8]| [&good[..at], bytes, &good[at + bytes.len()..]].concat();
    assert_eq!(resume(&with(steps, &15_u64.to_le_bytes())), Ok(()));
    for steps_made in [u64::MAX, u64::MAX - 1, 1 << 53] {
        assert_eq!(resume(&with(steps, &steps_made.to_le_bytes())), Err(Flaw::State));
    }
    assert_eq!(resume(&with(random, &[0; 32])), Err(Flaw::State));
    // The first of the rows is shorter than the others.
    let length = |at: usize| u64::from_le_bytes(good[at..at + 8].try_into().unwrap()) as usize;
    let rows = (0..length(names)).fold(names + 8, |at, _| at + 8 + length(at));
    assert_eq!((length(rows), length(rows + 8)), (2, 2));
    let short = [&good[..rows + 8], &1_u64.to_le_bytes(), &good[rows + 16..rows + 20], &good[rows + 24..]].concat();
    assert_eq!(resume(&short), Err(Flaw::State));
    // Behind them: two moments and the best parameters, of which a number is NaN, infinite or a negative square.
    let (rate, parameters) = (12, 4 * Budget::<Vector<3>, Net>::PARAMS);
    let best = good.len() - parameters;
    let squares = best - 1 - 8 - parameters;
    let mean = squares - 8 - parameters;
    let flawed = |at: usize, value: f32| resume(&with(at, &value.to_le_bytes()));
    for part in [mean, squares, best] {
        for at in [part, part + parameters - 4] {
            for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                assert_eq!(flawed(at, value), Err(Flaw::State), "{value} at {at}");
            }
            let expected = if part == squares { Err(Flaw::State) } else { Ok(()) };
            assert_eq!(flawed(at, -1.0), expected, "-1 at {at}");
            assert_eq!(flawed(at, 1.0), Ok(()), "1 at {at}");
        }
    }
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e-9] {
        assert_eq!(flawed(rate, value), Err(Flaw::State), "a learning rate of {value}");
    }
    assert_eq!(flawed(rate, 0.0), Ok(()));
    // Lengths of all kinds in each place where one might stand.
    let before = peak();
    for at in (0..good.len() - 8).step_by(4) {
        for length in [3 << 30, u64::MAX] {
            let _ = resume(&with(at, &length.to_le_bytes()));
        }
    }
    let grown = peak().saturating_sub(before);
    assert!(grown < 100 << 10, "{grown} kB more memory than before");
}

/// What `resume` would refuse is not written over a checkpoint that can be resumed.
#[test]
fn a_state_that_could_not_be_resumed_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.taut");
    // Gradients whose squares are infinite: Adam divides by them, and the weights stay finite.
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1e19])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Adam::default(), MeanSquaredError, ());
    model.save_training(&path).unwrap();
    let before = fs::read(&path).unwrap();
    model.fit(&data, fit(1)).unwrap();
    assert!(model.net().kernel[0].is_finite());
    let error = model.save_training(&path).unwrap_err();
    assert!(matches!(error, Error::NotFinite { tensor: "mean of squares", .. }), "{error}");
    let said = "mean of squares of layer Dense<1, 1> holds inf, expected finite numbers";
    assert!(error.to_string().ends_with(said), "{error}");
    for rate in [f32::NAN, f32::INFINITY, -1.0] {
        model.reset_optimizer();
        model.optimizer_mut().learning_rate = rate;
        let said = format!("the learning rate to be saved: expected a number from 0, received {rate}");
        assert_eq!(model.save_training(&path).unwrap_err().to_string(), said);
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

/// The most memory that this process has had at once, in kB, where the system tells.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

#[cfg(unix)]
#[test]
fn of_an_endless_device_only_the_first_bytes_are_read() {
    let error = compiled(6).resume("/dev/zero").unwrap_err();
    assert!(matches!(error, Error::Checkpoint { flaw: Flaw::Foreign, .. }), "{error}");
}
