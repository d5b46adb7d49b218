//! Checkpoints: what is saved comes back, a resumed run ends with the same bits, and no damaged file gets through.

use own::Blur;
use std::path::Path;
use taut::io::format::{Flaw, HEADER};
use taut::{Error, TrainBegin};
use taut::{Params, Train};
use taut::{callbacks::*, int8::QuantizedModel, layers::*, prelude::*};

type Net = (Dense<3, 8>, BatchNorm<8>, Relu, Dropout<30>, Dense<8, 2>, Softmax);
type Trained = taut::Compiled<Vector<3>, Net, Adam, SparseCategoricalCrossentropy, Accuracy>;

fn data() -> Dataset<Vector<3>, Class<2>> {
    let x: Vec<_> = (0..50).map(|i| Vector::new([0, 1, 2].map(|j| ((i * 7 + j * 3) % 11) as f32 / 11.0))).collect();
    let y = x.iter().map(|x| Class::new((x.0.sum() > 1.4) as usize).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}

fn compiled() -> Trained {
    let adam = Adam { learning_rate: 0.01, ..Adam::default() };
    Model::<Vector<3>, Net>::new(5).compile(adam, SparseCategoricalCrossentropy, Accuracy)
}

fn bits(net: &Net) -> Vec<u32> {
    let mut bits = vec![];
    net.read(&Default::default(), &mut |_, _, values| bits.extend(values.iter().map(|value| value.to_bits())));
    bits
}

fn fit(epochs: usize) -> Fit {
    Fit { epochs, batch_size: 8, ..Fit::default() }
}

/// A small trained model's checkpoint, without and with its training state.
fn files(folder: &Path) -> [Vec<u8>; 2] {
    let mut model = compiled();
    let state = folder.join("state.taut");
    model.callbacks(ModelCheckpoint::every_epoch(&state).training_state()).fit(&data(), fit(2)).unwrap();
    model.save(folder.join("weights.taut")).unwrap();
    [std::fs::read(folder.join("weights.taut")).unwrap(), std::fs::read(state).unwrap()]
}

#[test]
fn weights_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let mut model = compiled();
    model.fit(&data(), fit(3)).unwrap();
    model.save(&path).unwrap();
    let loaded = Model::<Vector<3>, Net>::load(&path).unwrap();
    assert_eq!(bits(model.net()), bits(loaded.net()));
    assert_eq!(model.predict(&data().x[0]), loaded.predict(&data().x[0]));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
    let expected = HEADER + "(Dense<3, 8>, BatchNorm<8>, Relu, Dense<8, 2>, Softmax)".len();
    assert_eq!(std::fs::metadata(&path).unwrap().len() as usize, expected + 4 * Budget::<Vector<3>, Net>::PARAMS);
}

#[test]
fn a_training_checkpoint_is_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path());
    let [a, b] =
        ["weights.taut", "state.taut"].map(|name| Model::<Vector<3>, Net>::load(folder.path().join(name)).unwrap());
    assert_eq!(bits(a.net()), bits(b.net()));
}

/// Fails after an epoch, as a run does that is cut off.
struct CutOff(usize);
impl<R> Callback<R> for CutOff {
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        if epoch.number == self.0 { Err(Error::Other("cut off".into())) } else { Ok(()) }
    }
}

#[test]
fn a_resumed_run_ends_with_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.taut");
    let stopping = || EarlyStopping::new(Training(Accuracy)).patience(2).min_delta(0.02).restore_best_weights();
    let data = data();

    let (mut whole, mut stop) = (compiled(), stopping());
    let log = folder.path().join("log.csv");
    let expected =
        whole.validation_split(0.3).callbacks((&mut stop, CsvLogger::new(&log))).fit(&data, fit(12)).unwrap();
    let logged = std::fs::read_to_string(&log).unwrap();

    let best = expected.get(Training(Accuracy));
    assert!(
        best.iter().position(|a| best.iter().all(|b| a >= b)) > Some(0),
        "the test is to see an improvement:\n{expected}"
    );

    for cut in 1..=expected.rows.len() {
        for saver_first in [false, true] {
            let mut first = compiled();
            let saving = || ModelCheckpoint::every_epoch(&path).training_state();
            let run = first.validation_split(0.3);
            let error = match saver_first {
                true => run.callbacks((saving(), stopping(), CutOff(cut))).fit(&data, fit(12)),
                false => run.callbacks((stopping(), saving(), CutOff(cut))).fit(&data, fit(12)),
            };
            assert_eq!(error.unwrap_err().to_string(), "cut off");
            drop(first);

            let (mut second, mut again) = (compiled(), stopping());
            second.resume(&path).unwrap();
            let callbacks = (&mut again, saving(), CsvLogger::new(&log));
            let history = second.validation_split(0.3).callbacks(callbacks).fit(&data, fit(12)).unwrap();
            assert_eq!(bits(whole.net()), bits(second.net()), "cut off after epoch {cut}, saver first: {saver_first}");
            assert_eq!(expected, history);
            assert_eq!(std::fs::read_to_string(&log).unwrap(), logged);
            assert_eq!(stop.stopped_epoch(), again.stopped_epoch());
        }
    }
    assert!(stop.stopped_epoch().is_some(), "the test is to see an early stop:\n{expected}");
}

#[test]
fn a_second_fit_goes_on_and_save_training_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.taut");
    let (mut model, data) = (compiled(), data());
    model.fit(&data, fit(2)).unwrap();
    model.save_training(&path).unwrap();
    model.fit(&data, fit(2)).unwrap();
    let mut resumed = compiled();
    resumed.resume(&path).unwrap();
    assert_eq!(resumed.fit(&data, fit(4)).unwrap().rows.len(), 4, "two epochs before, and two now");
    assert_eq!(bits(model.net()), bits(resumed.net()));
}

/// Halves the learning rate after each epoch.
struct Halve;
impl<R> Callback<R> for Halve {
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        *epoch.learning_rate /= 2.0;
        Ok(())
    }
}

#[test]
fn a_changed_learning_rate_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.taut");
    let (mut whole, data) = (compiled(), data());
    whole.callbacks(Halve).fit(&data, fit(5)).unwrap();
    let saving = || ModelCheckpoint::every_epoch(&path).training_state();
    compiled().callbacks((Halve, saving(), CutOff(2))).fit(&data, fit(5)).unwrap_err();
    let mut resumed = compiled();
    resumed.resume(&path).unwrap();
    resumed.callbacks(Halve).fit(&data, fit(5)).unwrap();
    assert_eq!(bits(whole.net()), bits(resumed.net()));
}

fn flaw(result: taut::Result<impl Sized>) -> (Flaw, String) {
    match result.map(|_| ()) {
        Err(error @ Error::Checkpoint { flaw, .. }) => (flaw, error.to_string()),
        other => panic!("expected a flawed checkpoint, received {other:?}"),
    }
}

#[test]
fn every_flipped_bit_and_every_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.taut");
    let before = bits(compiled().net());
    for (kind, file) in files(folder.path()).iter().enumerate() {
        let mut model = compiled();
        let mut refused = |bytes: &[u8], what: &str| {
            std::fs::write(&path, bytes).unwrap();
            let result = if kind == 0 { model.load_weights(&path) } else { model.resume(&path) };
            assert!(matches!(result, Err(Error::Checkpoint { .. })), "{what}: {result:?}");
            assert_eq!(bits(model.net()), before, "{what}: the model is as before");
        };
        for length in 0..file.len() {
            if length < 200 || length % 37 == 0 || length + 9 > file.len() {
                refused(&file[..length], &format!("cut off at {length}"));
            }
        }
        refused(&[&file[..], &[0]].concat(), "one byte too many");
        for bit in 0..8 * file.len() {
            if bit < 8 * 150 || bit % 13 == 0 {
                let mut damaged = file.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                refused(&damaged, &format!("bit {bit} flipped"));
            }
        }
    }
}

#[test]
fn each_flaw_has_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.taut");
    let [file, state] = files(folder.path());
    let load = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        flaw(Model::<Vector<3>, Net>::load(&path))
    };
    let changed = |at: usize, byte: u8| {
        let mut file = file.clone();
        file[at] = byte;
        file
    };

    assert_eq!(load(b"").0, Flaw::Foreign);
    assert_eq!(load(b"PK\x03\x04 and more").0, Flaw::Foreign);
    let (future, text) = load(&changed(4, 9));
    assert_eq!(future, Flaw::Version(9));
    assert!(
        text.ends_with("bad.taut: this checkpoint has format version 9, but this taut reads versions 1 to 2"),
        "{text}"
    );
    assert_eq!(load(&file[..20]).0, Flaw::Header);
    let (length, text) = load(&file[..file.len() - 4]);
    assert_eq!(length, Flaw::Length { expected: file.len(), received: file.len() - 4 });
    assert!(text.contains(&format!("expected {} bytes, received {}", file.len(), file.len() - 4)), "{text}");
    assert_eq!(load(&changed(file.len() - 7, 0x55)).0, Flaw::Checksum);

    let other = folder.path().join("other.taut");
    Model::<Vector<3>, (Dense<3, 4>, Softmax)>::new(1).save(&other).unwrap();
    let (architecture, text) = flaw(Model::<Vector<3>, Net>::load(&other));
    assert_eq!(architecture, Flaw::Architecture);
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        ["expected: (Dense<3, 8>, BatchNorm<8>, Relu, Dense<8, 2>, Softmax)", "received: (Dense<3, 4>, Softmax)"]
    );

    assert_eq!(flaw(compiled().resume(folder.path().join("weights.taut"))).0, Flaw::NoState);
    let mut damaged = state.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert_eq!(flaw(compiled().resume(&path)).0, Flaw::State);
    let sgd = Model::<Vector<3>, Net>::new(5).compile(Sgd::default(), SparseCategoricalCrossentropy, Accuracy);
    let error = { sgd }.resume(folder.path().join("state.taut")).unwrap_err().to_string();
    assert!(error.ends_with("state.taut, its training state: expected Sgd, received Adam"), "{error}");
    let mut lossy = Model::<Vector<3>, Net>::new(5).compile(Adam::default(), SparseCategoricalCrossentropy, ());
    let error = lossy.resume(folder.path().join("state.taut")).unwrap_err().to_string();
    assert!(error.ends_with(r#"state.taut, its history: expected ["loss"], received ["loss", "accuracy"]"#), "{error}");

    // Without validation before, and with it now: said at each attempt, and nothing is forgotten.
    let mut model = compiled();
    model.resume(folder.path().join("state.taut")).unwrap();
    for _ in 0..2 {
        let error = model.validation_split(0.5).fit(&data(), fit(3)).unwrap_err().to_string();
        let known = r#"["loss", "accuracy"]"#;
        let now = r#"["loss", "accuracy", "val_loss", "val_accuracy"]"#;
        assert_eq!(error, format!("a resumed run: expected {known} as before, received {now}"));
    }
    assert_eq!(model.fit(&data(), fit(3)).unwrap().rows.len(), 3);

    let missing = Model::<Vector<3>, Net>::load(folder.path().join("none.taut")).unwrap_err();
    assert!(matches!(missing, Error::Io { action: "read", .. }), "{missing}");
}

#[test]
fn nan_is_neither_saved_nor_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let mut model = Model::<Vector<3>, Net>::new(1);
    model.save(&path).unwrap();
    let good = std::fs::read(&path).unwrap();
    model.net_mut().1.gamma[3] = f32::NAN;
    let error = model.save(&path).unwrap_err();
    assert!(error.to_string().contains("gamma of layer BatchNorm<8> holds NaN, expected finite numbers"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), good, "what was saved is as it was");

    // A file with NaN and a fitting checksum, as another program might write it.
    let (at, mut bad) = (good.len() - 4 * 18 - 8, good.clone());
    bad[at..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let payload = good.len() - 4 * Budget::<Vector<3>, Net>::PARAMS;
    let checksum = taut::io::format::scan(&bad[payload..]).0;
    bad[8..16].copy_from_slice(&checksum.to_le_bytes());
    std::fs::write(&path, bad).unwrap();
    assert_eq!(flaw(Model::<Vector<3>, Net>::load(&path)).0, Flaw::NotFinite((at - payload) / 4));
}

#[test]
fn an_unwritable_place_is_an_error_before_training_or_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let model = Model::<Vector<3>, Net>::new(1);
    let nowhere = folder.path().join("no").join("such").join("folder.taut");
    assert!(matches!(model.save(&nowhere), Err(Error::Io { action: "write", .. })));
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let mut model = compiled();
    let epochs = model.callbacks(ModelCheckpoint::every_epoch(file.join("a.taut"))).fit(&data(), fit(1)).unwrap_err();
    assert!(matches!(epochs, Error::Io { action: "make the folder", .. }), "{epochs}");
    model.callbacks(ModelCheckpoint::every_epoch(folder.path().join("new/{epoch}.taut"))).fit(&data(), fit(2)).unwrap();
    assert!(folder.path().join("new/2.taut").exists());
}

/// The other half of the test below, which runs it with a limit on the size of files.
#[test]
fn full_disk_child() {
    let Ok(path) = std::env::var("TAUT_TEST_FULL_DISK") else { return };
    let error = Model::<Vector<3>, Net>::new(2).save(&path).unwrap_err();
    assert!(matches!(error, Error::Io { action: "write", .. }), "{error}");
    println!("refused: {error}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_older_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    Model::<Vector<3>, Net>::new(1).save(&path).unwrap();
    let good = std::fs::read(&path).unwrap();
    let test = std::env::current_exe().unwrap();
    let child = std::process::Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 0; exec \"$0\" full_disk_child --exact --nocapture",
            test.to_str().unwrap(),
        ])
        .env("TAUT_TEST_FULL_DISK", &path)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && text.contains("refused: cannot write"), "{text}{:?}", child);
    assert_eq!(std::fs::read(&path).unwrap(), good);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn callbacks_can_save() {
    struct Saving<'a>(&'a Path);
    impl<R> Callback<R> for Saving<'_> {
        fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> taut::Result<()> {
            assert_eq!((start.epochs, start.names), (2, &["loss".to_string(), "accuracy".to_string()][..]));
            Ok(())
        }
        fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            epoch.save(self.0.join(format!("{}.taut", epoch.number)))?;
            epoch.save_training(self.0.join("state.taut"))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    compiled().callbacks(Saving(folder.path())).fit(&data(), fit(2)).unwrap();
    let _loaded = Model::<Vector<3>, Net>::load(folder.path().join("1.taut")).unwrap();
    compiled().resume(folder.path().join("state.taut")).unwrap();
}

#[test]
fn an_example_goes_with_the_network() {
    use taut::__private::embed::example;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let (model, x) = (compiled(), Vector::new([0.3, 0.1, 0.9]));
    model.save_with_example(&path, &x).unwrap();
    assert_eq!(bits(Model::<Vector<3>, Net>::load(&path).unwrap().net()), bits(model.net()));

    let mut file = std::fs::read(&path).unwrap();
    let found = example::<Net, Vector<3>, Vector<2>>(&file).unwrap();
    let mut scratch = Budget::<Vector<3>, Net>::scratch();
    assert!(found.input == x && found.agrees(model.net(), &mut scratch));
    let other = Model::<Vector<3>, Net>::new(6);
    assert!(!found.agrees(other.net(), &mut scratch));

    let (last, weights) = (file.len() - 1, &files(folder.path())[0]);
    assert_eq!(example::<Net, Vector<3>, Vector<3>>(&file).unwrap_err(), Flaw::NoExample);
    assert_eq!(example::<Net, Vector<3>, Vector<2>>(weights).unwrap_err(), Flaw::NoExample);
    file[last] ^= 1;
    assert_eq!(example::<Net, Vector<3>, Vector<2>>(&file).unwrap_err(), Flaw::Example);
    // It is no state of a training.
    let said = compiled().resume(&path).err().unwrap().to_string();
    assert!(said.contains("expected a training checkpoint, received one of the parameters alone"), "{said}");
}

type Digit = Image<8, 8, 1>;
type Digits = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);

fn file_of<N: Train<Vector<6>>>(net: &Model<Vector<6>, N>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    net.save(folder.path().join("net.taut")).unwrap();
    std::fs::read(folder.path().join("net.taut")).unwrap()
}

fn text_of<N: Train<Vector<6>>>() -> String {
    let file = file_of(&Model::<Vector<6>, N>::new(1));
    let length = u32::from_le_bytes(file[32..36].try_into().unwrap()) as usize;
    String::from_utf8(file[HEADER..][..length].to_vec()).unwrap()
}

#[test]
fn the_text_leaves_out_what_does_nothing_in_inference() {
    assert_eq!(text_of::<(Dense<6, 6>, Relu)>(), "(Dense<6, 6>, Relu)");
    assert_eq!(
        text_of::<(Dropout<20>, Dense<6, 6>, GaussianNoise<3>, Linear, Relu, AlphaDropout<5>)>(),
        "(Dense<6, 6>, Relu)"
    );
    assert_eq!(text_of::<(Blur, Dense<6, 6>)>(), "(Dense<6, 6>)");
    assert_eq!(text_of::<((Dropout<20>, Dense<6, 6>), (GaussianDropout<20>, Linear), Relu)>(), "((Dense<6, 6>), Relu)");
    assert_eq!(text_of::<(Dropout<20>, Linear)>(), "()");
    assert_eq!(text_of::<Dropout<20>>(), "()");
    assert_eq!(text_of::<Residual<(Dense<6, 6>, Dropout<20>)>>(), "Residual<(Dense<6, 6>)>");
    assert_eq!(text_of::<Residual<Dropout<20>, (Dropout<1>, Linear)>>(), "Residual<()>");
    assert_eq!(text_of::<Parallel<Dropout<20>, (Dense<6, 2>, Dropout<5>)>>(), "Parallel<(), (Dense<6, 2>)>");
    // What has to do with shapes stays.
    type Steps =
        (Reshape<Vector<6>, Sequence<3, 2>>, SpatialDropout<50>, TimeDistributed<(Dense<2, 4>, Dropout<20>)>, Flatten);
    assert_eq!(text_of::<Steps>(), "(Reshape<6> to <3, 2>, TimeDistributed<(Dense<2, 4>)>, Flatten)");
    assert_eq!(
        text_of::<(Reshape<Vector<6>, Sequence<3, 2>>, TimeDistributed<Dropout<20>>, Flatten)>(),
        "(Reshape<6> to <3, 2>, Flatten)"
    );
    // People read of all layers.
    assert_eq!(Digits::NAME.as_str(), "(Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax)");
}

/// A layer of a user's own that is for training only.
mod own {
    use taut::{Context, NoParameters, Step, Train};
    use taut::{place, prelude::*};

    #[repr(C)]
    pub struct Blur;
    taut::params!(Blur {} as NoParameters, training only);

    impl<X: Sample> Layer<X> for Blur {
        type Y = X;
        type Scratch = ();
        type Place = place::Alias;
        fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X {
            x
        }
    }

    impl<X: Sample> Train<X> for Blur {
        type Cache = ();
        fn forward<'a>(&self, _: &NoParameters, x: &'a [X], _: &'a mut (), _: &mut Context) -> &'a [X] {
            x
        }
        fn output<'a>(x: &'a [X], _: &'a ()) -> &'a [X] {
            x
        }
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            _: &[X],
            dy: &'a mut [X],
            _: &'a mut (),
            _: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            dy
        }
    }
}

#[test]
fn networks_that_differ_in_dropout_read_each_others_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let x = Vector::new([0.3, 0.1, 0.9]);
    let (mut model, data) = (compiled(), data());
    model.fit(&data, fit(2)).unwrap();
    model.save_training(&path).unwrap();
    type Other = (Dropout<10>, Dense<3, 8>, BatchNorm<8>, Relu, Dropout<50>, GaussianNoise<5>, Dense<8, 2>, Softmax);
    assert_eq!(Model::<Vector<3>, Other>::load(&path).unwrap().predict(&x), model.predict(&x));
    type Without = (Dense<3, 8>, BatchNorm<8>, Relu, Dense<8, 2>, Softmax);
    let mut without =
        Model::<Vector<3>, Without>::new(5).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    without.resume(&path).unwrap();
    assert_eq!(without.predict(&x), model.predict(&x));
    assert_eq!(without.fit(&data, fit(3)).unwrap().rows.len(), 3);
    type NoRelu = (Dense<3, 8>, BatchNorm<8>, Dropout<30>, Dense<8, 2>, Softmax);
    assert_eq!(flaw(Model::<Vector<3>, NoRelu>::load(&path)).0, Flaw::Architecture);
}

taut::embed! {
    static OLD: Digits = "fixtures/version1.taut";
    static OLD_EXAMPLE: Example<Digit>;
}
taut::embed! { static OLD_WITHOUT: (Flatten, Dense<64, 64>, Relu, Dense<64, 10>, Linear, Softmax) = "fixtures/version1.taut"; }
taut::embed! {
    static NEW: (Flatten, Dense<64, 64>, Relu, Dropout<1>, Dense<64, 10>, Softmax) = "../data/digits.taut";
    static NEW_EXAMPLE: Example<Digit>;
}

#[test]
fn version_1_is_read() {
    let old = std::fs::read("tests/fixtures/version1.taut").unwrap();
    assert_eq!(old[4], 1, "the fixture is of version 1");
    assert_eq!(std::fs::read("data/digits.taut").unwrap()[4], 2);
    let model = Model::<Digit, Digits>::load("tests/fixtures/version1.taut").unwrap();
    let mut scratch = Budget::<Digit, Digits>::scratch();
    assert!(OLD_EXAMPLE.agrees(&OLD, &mut scratch) && OLD_EXAMPLE.agrees(&OLD_WITHOUT, &mut scratch));
    assert!(OLD_EXAMPLE.agrees(model.net(), &mut scratch));
    assert!(OLD_EXAMPLE.input == NEW_EXAMPLE.input && NEW_EXAMPLE.agrees(&NEW, &mut scratch));
    assert!(OLD.1 == NEW.1 && OLD.4 == NEW.4);
    type More = (Flatten, Dropout<5>, Dense<64, 64>, Relu, Dense<64, 10>, Softmax, GaussianNoise<5>);
    assert_eq!(Model::<Digit, More>::load("tests/fixtures/version1.taut").unwrap().net().2, OLD.1);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.taut");
    let load = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        flaw(Model::<Digit, Digits>::load(&path))
    };
    let mut damaged = old.clone();
    damaged[5000] ^= 1;
    assert_eq!(load(&damaged).0, Flaw::Checksum);
    assert!(matches!(load(&old[..old.len() - 1]).0, Flaw::Length { .. }));
    let text = flaw(Model::<Digit, (Flatten, Dense<64, 10>, Dropout<20>)>::load("tests/fixtures/version1.taut")).1;
    let lines: Vec<&str> = text.lines().skip(1).collect();
    // Of version 1, all layers.
    assert_eq!(lines[0], "expected: (Flatten, Dense<64, 10>, Dropout<20>)");
    assert_eq!(lines[1], "received: (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax)");
}

#[test]
fn a_training_of_version_1_is_resumed() {
    let compile = || {
        let adam = Adam { learning_rate: 0.01, ..Adam::default() };
        let adam = adam.with(OptimizerOptions { weight_decay: 0.01, ..OptimizerOptions::default() });
        Model::<Vector<3>, Net>::new(5).compile(adam, SparseCategoricalCrossentropy, Accuracy)
    };
    let path = "tests/fixtures/version1_training.taut";
    let mut model = compile();
    model.resume(path).unwrap();
    assert_eq!(model.fit(&data(), fit(4)).unwrap().rows.len(), 4, "two epochs before, and two now");
    let text = compiled().resume(path).unwrap_err().to_string();
    assert!(text.ends_with("its training state: expected Adam, received With<Adam>"), "{text}");
    let mut damaged = std::fs::read(path).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.taut"), damaged).unwrap();
    assert_eq!(flaw(compile().resume(folder.path().join("bad.taut"))).0, Flaw::State);
}

#[test]
fn every_byte_of_a_file_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let [weights, state] = files(folder.path());
    let path = folder.path().join("example.taut");
    compiled().save_with_example(&path, &Vector::new([0.3, 0.1, 0.9])).unwrap();
    let check = |file: &[u8]| taut::io::format::inspect(file, &taut::__private::embed::contents::<Net>());
    for mut file in [weights, state, std::fs::read(&path).unwrap()] {
        assert!(check(&file).is_ok());
        for at in 0..file.len() {
            // One bit, the top bit, all bits, and, in the version's place, what makes version 1 of it.
            for mask in [0x01, 0x80, 0xff, 0x03] {
                file[at] ^= mask;
                assert!(check(&file).is_err(), "byte {at} xor {mask:x}");
                file[at] ^= mask;
            }
        }
    }
}

#[test]
fn signs_that_change_together_are_seen() {
    let digits = std::fs::read("data/digits.taut").unwrap();
    let parts = taut::io::format::inspect(&digits, &taut::__private::embed::contents::<Digits>()).unwrap();
    for step in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64] {
        let mut file = digits.clone();
        (parts.start..parts.end).skip(3).step_by(4 * step).for_each(|sign| file[sign] ^= 0x80);
        let found = taut::io::format::inspect(&file, &taut::__private::embed::contents::<Digits>());
        assert_eq!(found, Err(Flaw::Checksum), "each sign of {step}");
    }
}

/// Writes the files of the current format that stand in the repository, from what they hold.
#[test]
#[ignore = "for when the format changes: cargo test --test checkpoint -- --ignored"]
fn write_files_anew() {
    let path = "data/digits.taut";
    let model = Model::<Digit, Digits>::load(path).unwrap();
    let file = std::fs::read(path).unwrap();
    let example = taut::__private::embed::example::<Digits, Digit, Vector<10>>(&file).unwrap();
    model.save_with_example(path, &example.input).unwrap();
    let path = "checks/tests/ui/xor.int8.taut";
    QuantizedModel::<Vector<2>, (Dense<2, 8>, Relu, Dense<8, 2>, Softmax)>::load(path).unwrap().save(path).unwrap();
}
