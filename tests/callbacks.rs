//! Callbacks beside Keras's cases: files they write, runs they outlive, and errors before the first epoch.
#![cfg(feature = "train")]

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use taut::{Error, NotValidated};
use taut::{callbacks::*, optimizers::*, prelude::*};

type Line = Dense<1, 1>;
type Compiled = taut::Compiled<Vector<1>, Line, Sgd, MeanSquaredError, ()>;

fn data() -> Dataset<Vector<1>, Vector<1>> {
    let x = (0..8).map(|i| Vector::new([i as f32 / 8.0])).collect();
    Dataset::new(x, (0..8).map(|i| Vector::new([3.0 * i as f32 / 8.0 - 1.0])).collect()).unwrap()
}

fn compiled() -> Compiled {
    Model::new(1).compile(Sgd::new(0.1), MeanSquaredError, ())
}

/// Two batches an epoch.
fn epochs(epochs: usize) -> Fit {
    Fit { epochs, batch_size: 4, verbose: Verbose::Silent, ..Fit::default() }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn text(result: taut::Result<impl Sized>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn the_best_of_several_runs_stays() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("best.taut");
    let mut best = ModelCheckpoint::best(&path, ValLoss);
    let mut model = compiled();
    let first = model.validation(&data).callbacks(&mut best).fit(&data, epochs(20)).unwrap();
    let saved = fs::read(&path).unwrap();
    // The next piece of the data is bad: the model only gets worse.
    let bad = Dataset::new(data.x.clone(), data.y.iter().map(|y| Vector(-10.0 * y.0)).collect()).unwrap();
    let second = model.validation(&data).callbacks(&mut best).fit(&bad, epochs(3)).unwrap();
    let of = |history: &taut::History<_>| history.get(ValLoss).into_iter().fold(f32::INFINITY, f32::min);
    assert!(of(&second) > of(&first));
    assert_eq!(fs::read(&path).unwrap(), saved);
    // A better one is saved.
    model.validation(&data).callbacks(&mut best).fit(&data, epochs(60)).unwrap();
    assert_ne!(fs::read(&path).unwrap(), saved);
}

#[test]
fn a_threshold_is_there_before_the_first_run() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let mut best = ModelCheckpoint::best(folder.path().join("{epoch}"), TrainingLoss).threshold(0.0);
    compiled().callbacks(&mut best).fit(&data, epochs(3)).unwrap();
    assert_eq!(names(folder.path()), [""; 0]);
}

/// The steps of a run that should end before any.
fn steps(callback: impl Callback<taut::Run<(), NotValidated>>) -> (usize, String) {
    let mut steps = 0;
    let count = Lambda {
        batch_end: Some(Box::new(|_| {
            steps += 1;
            Ok(())
        })),
        ..Lambda::default()
    };
    let error = text(compiled().callbacks((count, callback)).fit(&data(), epochs(2)));
    (steps, error)
}

#[test]
fn what_cannot_be_written_is_known_before_the_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("file"), "in the way").unwrap();
    fs::write(at("locked"), "not to be written").unwrap();
    let mut locked = fs::metadata(at("locked")).unwrap().permissions();
    locked.set_readonly(true);
    fs::set_permissions(at("locked"), locked).unwrap();
    let slash = |name: &str| format!("{}/", at(name).display());
    let too_long = fs::metadata(at(&"a".repeat(256))).unwrap_err().to_string();
    let too_long = &too_long[..];
    let folder_name = "expected the name of a file, received that of a folder";
    let regular = "expected a regular file, received a folder";
    let read_only = "expected a file that may be written, received a read-only one";
    macro_rules! says { ($($callback:expr, $what:expr;)*) => { $(
        let (made, error) = steps($callback);
        assert!(made == 0 && error.contains($what), "{made} steps, {error}, expected {}", $what);
    )* } }
    says! {
        ModelCheckpoint::every_epoch(at("folder")), regular;
        ModelCheckpoint::every_epoch(slash("folder")), regular;
        ModelCheckpoint::every_epoch(slash("new")), folder_name;
        ModelCheckpoint::every_epoch(slash("new/{epoch}")), folder_name;
        ModelCheckpoint::every_epoch(""), folder_name;
        ModelCheckpoint::every_batches(at("folder"), 1), regular;
        ModelCheckpoint::best(at("folder"), TrainingLoss), regular;
        ModelCheckpoint::best(at("locked"), TrainingLoss), read_only;
        ModelCheckpoint::every_epoch(at("file/a.taut")), "cannot make the folder";
        ModelCheckpoint::every_epoch(at("file/{epoch}/a.taut")), "cannot make the folder";
        ModelCheckpoint::every_epoch(at("a{loss:255}.taut")), too_long;
        ModelCheckpoint::every_epoch(at("{epoch}/b{loss:255}/a.taut")), too_long;
        ModelCheckpoint::every_epoch(at(&"a".repeat(256))), too_long;
        BackupAndRestore::new(at("folder")), regular;
        BackupAndRestore::new(at("locked")), read_only;
        BackupAndRestore::new(at("file/a.taut")), "cannot make the folder";
        CsvLogger::new(at("folder")), "cannot write";
        ModelCheckpoint::every_epoch(at("{batch}")), "{batch}";
        ModelCheckpoint::every_batches(at("a"), 0), "expected at least 1, received 0";
        CsvLogger::new(at("log")).separator(255), "CsvLogger's separator: expected an ASCII byte, received 255";
    }
    for separator in b"\"\r\n019+-.eEnx" {
        let expected = "CsvLogger's separator: expected a byte that is no quote, no line's end and no part of a number";
        says! { CsvLogger::new(at("log")).separator(*separator), expected; }
    }
    assert!(!Path::new(&at("log")).exists());
    // A file that a placeholder might mean is none yet.
    fs::create_dir(at("1")).unwrap();
    compiled()
        .callbacks(ModelCheckpoint::every_epoch(at("{loss:5}")).training_state())
        .fit(&data(), epochs(1))
        .unwrap();
    assert!(
        text(compiled().callbacks(ModelCheckpoint::every_epoch(at("{epoch}"))).fit(&data(), epochs(1)))
            .contains(regular)
    );
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_utf_8_keeps_its_name_and_braces_are_doubled() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let inside = folder.path().join(OsStr::from_bytes(b"r\xffns"));
    let saving = ModelCheckpoint::every_epoch(inside.join(OsStr::from_bytes(b"{{m}}\xfe-{epoch:02}")));
    compiled().callbacks(saving).fit(&data, epochs(2)).unwrap();
    for name in [b"{m}\xfe-01", b"{m}\xfe-02"] {
        let _loaded = Model::<Vector<1>, Line>::load(inside.join(OsStr::from_bytes(name))).unwrap();
    }
    assert_eq!(fs::read_dir(&inside).unwrap().count(), 2);
}

#[test]
fn all_hooks_of_a_lambda_are_called() {
    let log = RefCell::new(vec![]);
    let note = |text: String| log.borrow_mut().push(text);
    let lambda = Lambda {
        train_begin: Some(Box::new(|start| {
            note(format!("begin {} {:?}", start.epochs, start.names));
            Ok(())
        })),
        epoch_begin: Some(Box::new(|number, rate| {
            *rate = 0.5 / number as f32;
            note(format!("epoch {number}"));
            Ok(())
        })),
        batch_end: Some(Box::new(|batch| {
            note(format!("batch {}.{} {}", batch.epoch, batch.number, batch.learning_rate));
            Ok(())
        })),
        epoch_end: Some(Box::new(|epoch| {
            note(format!("end {}", epoch.number));
            Ok(())
        })),
        train_end: Some(Box::new(|| {
            note("done".into());
            Ok(())
        })),
    };
    compiled().callbacks(lambda).fit(&data(), epochs(2)).unwrap();
    let expected = r#"begin 2 ["loss"], epoch 1, batch 1.1 0.5, batch 1.2 0.5, end 1, epoch 2, batch 2.1 0.25, batch 2.2 0.25, end 2, done"#;
    assert_eq!(log.borrow().join(", "), expected);
    // An error of any of them ends the run.
    macro_rules! fails { ($($hook:ident ($($arg:pat),*))*) => { $(
        let failing = Lambda { $hook: Some(Box::new(|$($arg),*| Err(Error::Other(stringify!($hook).into())))), ..Lambda::default() };
        assert_eq!(text(compiled().callbacks(failing).fit(&data(), epochs(1))), stringify!($hook));
    )* } }
    fails! { train_begin (_) epoch_begin (_, _) batch_end (_) epoch_end (_) train_end () }
}

#[test]
fn a_checkpoint_between_epochs_does_not_hide_that_a_nan_ended_the_run() {
    let (folder, mut data) = (tempfile::tempdir().unwrap(), data());
    data.y[6] = Vector::new([f32::NAN]);
    let fit = Fit { shuffle: false, ..epochs(5) };
    let saving = || ModelCheckpoint::every_batches(folder.path().join("{epoch}-{batch}"), 1);
    let history = compiled().callbacks((TerminateOnNan::default(), saving())).fit(&data, fit).unwrap();
    assert_eq!(history.rows.len(), 1);
    assert_eq!(names(folder.path()), ["1-1"]);
    // Where nothing ends it, it is an error.
    let error = compiled().callbacks(saving()).fit(&data, fit).unwrap_err();
    assert!(matches!(error, Error::NotFinite { .. }), "{error}");
}

#[test]
fn a_log_is_appended_to_with_the_same_columns_only() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("log.csv");
    let logger = || CsvLogger::new(&path).append();
    compiled().callbacks(logger()).fit(&data, epochs(2)).unwrap();
    let before = fs::read_to_string(&path).unwrap();
    let error = text(compiled().validation_split(0.5).callbacks(logger()).fit(&data, epochs(1)));
    let expected = "log.csv, row 1: expected the columns epoch,loss,val_loss, received epoch,loss";
    assert!(error.ends_with(expected), "{error}");
    let error = text(compiled().callbacks(logger().separator(b';')).fit(&data, epochs(1)));
    assert!(error.ends_with("expected the columns epoch;loss, received epoch,loss"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    compiled().callbacks(logger()).fit(&data, epochs(2)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), before.clone() + before.split_once('\n').unwrap().1);

    // What a crash has cut off.
    let rows = before.lines().skip(1).collect::<Vec<_>>().join("\n") + "\n";
    for (cut, stays) in [
        ("", "epoch,loss\n"),
        ("epoch,l", "epoch,loss\n"),
        ("epoch,loss", "epoch,loss\n"),
        ("epoch,loss\n", "epoch,loss\n"),
        ("epoch,loss\n0,3.5\n1,3.1", "epoch,loss\n0,3.5\n"),
        ("epoch,loss\n0,3.5\n1", "epoch,loss\n0,3.5\n"),
        ("epoch,loss\n0,3.5\n", "epoch,loss\n0,3.5\n"),
    ] {
        fs::write(&path, cut).unwrap();
        compiled().callbacks(logger()).fit(&data, epochs(2)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), stays.to_string() + &rows, "{cut:?}");
    }
    for other in ["epoch;loss\n", "a picture", "epoch,loss,accuracy\n", "epochs"] {
        fs::write(&path, other).unwrap();
        let error = compiled().callbacks(logger()).fit(&data, epochs(2)).unwrap_err();
        assert!(matches!(error, Error::Data { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
}

/// What somebody does to the log between two epochs of a run of four.
#[test]
fn a_log_that_is_deleted_or_replaced_while_the_run_goes_on() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let (path, moved) = (folder.path().join("log.csv"), folder.path().join("moved.csv"));
    let log = compiled().fit(&data, epochs(4)).unwrap().to_csv();
    let rows = |from: usize, to: usize| log.lines().skip(1 + from).take(to - from).map(|row| format!("{row}\n"));
    let rows = |from, to| rows(from, to).collect::<String>();
    let run = |logger: CsvLogger, change: &dyn Fn()| {
        let change = Lambda {
            epoch_begin: Some(Box::new(|number, _| {
                if number == 3 {
                    change();
                }
                Ok(())
            })),
            ..Lambda::default()
        };
        let run = compiled().callbacks((logger, change)).fit(&data, epochs(4));
        run.map(|_| fs::read_to_string(&path).unwrap())
    };
    for logger in [|path: &Path| CsvLogger::new(path), |path: &Path| CsvLogger::new(path).append()] {
        let new = || {
            let _ = fs::remove_file(&path);
            logger(&path)
        };
        let from_the_third = "epoch,loss\n".to_string() + &rows(2, 4);
        assert_eq!(run(new(), &|| fs::remove_file(&path).unwrap()).unwrap(), from_the_third);
        assert_eq!(run(new(), &|| fs::write(&path, "").unwrap()).unwrap(), from_the_third);
        // Put aside, it stays as it was.
        assert_eq!(run(new(), &|| fs::rename(&path, &moved).unwrap()).unwrap(), from_the_third);
        assert_eq!(fs::read_to_string(&moved).unwrap(), "epoch,loss\n".to_string() + &rows(0, 2));
        // Another log of these columns is gone on with; an editor may have taken the end of its last line.
        for other in ["epoch,loss\n7,0.5\n", "epoch,loss\n7,0.5", "epoch,loss\n", "epoch,loss"] {
            let expected = other.trim_end().to_string() + "\n" + &rows(2, 4);
            assert_eq!(run(new(), &|| fs::write(&path, other).unwrap()).unwrap(), expected, "{other:?}");
        }
        for other in ["epoch,loss,val_loss\n1,2,3\n", "epoch", "a picture"] {
            let error = run(new(), &|| fs::write(&path, other).unwrap()).unwrap_err().to_string();
            let received = other.lines().next().unwrap();
            let expected = format!("log.csv, row 1: expected the columns epoch,loss, received {received}");
            assert!(error.ends_with(&expected), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), other);
        }
        let in_place_of_it = || {
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
        };
        let error = run(new(), &in_place_of_it).unwrap_err();
        assert!(matches!(error, Error::Io { action: "write", .. }), "{error}");
        assert!(error.to_string().contains("log.csv"), "{error}");
        fs::remove_dir(&path).unwrap();
    }
}

#[test]
fn the_log_of_a_resumed_run_has_each_epoch_once() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let (path, state) = (folder.path().join("log.csv"), folder.path().join("state.taut"));
    let expected = compiled().fit(&data, epochs(5)).unwrap().to_csv();
    let mut first = compiled();
    first.fit(&data, epochs(2)).unwrap();
    first.save_training(&state).unwrap();
    let resumed = |logger: CsvLogger| {
        let mut model = compiled();
        model.resume(&state).unwrap();
        model.callbacks(logger).fit(&data, epochs(5)).unwrap();
        fs::read_to_string(&path).unwrap()
    };
    let line = |number: usize| expected.lines().nth(number).unwrap();
    let log = |lines: usize| expected.lines().take(lines).map(|line| format!("{line}\n")).collect::<String>();
    // It was killed before an epoch was logged, in the middle, and after epochs that were logged and not saved.
    for lines in 0..=6 {
        for end in ["", "2,0.", "2"] {
            fs::write(&path, log(lines) + end).unwrap();
            if lines > 0 || end.is_empty() {
                assert_eq!(resumed(CsvLogger::new(&path).append()), expected, "{lines} lines, {end}");
            }
            fs::write(&path, log(lines) + end).unwrap();
            assert_eq!(resumed(CsvLogger::new(&path)), expected, "{lines} lines, {end}");
        }
    }
    // The rows of other runs stay.
    let other = "epoch,loss\n0,9\n1,8\n2,7\n";
    let ours = expected.split_once('\n').unwrap().1;
    fs::write(&path, other).unwrap();
    assert_eq!(resumed(CsvLogger::new(&path).append()), other.to_string() + ours);
    for logged in 1..=5 {
        let logged: String = (1..=logged).map(|number| line(number).to_string() + "\n").collect();
        fs::write(&path, other.to_string() + &logged).unwrap();
        assert_eq!(resumed(CsvLogger::new(&path).append()), other.to_string() + ours);
    }
    // A row of them that happens to be ours does not make the others ours.
    let mixed = format!("epoch,loss\n0,9\n{}\n", line(2));
    fs::write(&path, &mixed).unwrap();
    assert_eq!(resumed(CsvLogger::new(&path).append()), mixed + ours);
    // A run that cannot begin leaves the file as it is.
    fs::write(&path, other).unwrap();
    fs::write(folder.path().join("backup"), "damaged").unwrap();
    for logger in [CsvLogger::new(&path), CsvLogger::new(&path).append()] {
        let callbacks = (logger, BackupAndRestore::new(folder.path().join("backup")));
        compiled().callbacks(callbacks).fit(&data, epochs(5)).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
}

#[test]
fn batches_are_counted_on_after_a_resume() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let state = folder.path().join("state.taut");
    let saved = |name: &str, resume: bool, epochs: Fit| {
        let inside = folder.path().join(name);
        let mut model = compiled();
        if resume {
            model.resume(&state).unwrap();
        }
        model.callbacks(ModelCheckpoint::every_batches(inside.join("{epoch}-{batch}"), 5)).fit(&data, epochs).unwrap();
        model.save_training(&state).unwrap();
        names(&inside)
    };
    // Two batches an epoch: the fifth, the tenth.
    assert_eq!(saved("whole", false, epochs(6)), ["3-1", "5-2"]);
    assert_eq!(saved("parts", false, epochs(1)), [""; 0]);
    assert_eq!(saved("parts", true, epochs(4)), ["3-1"]);
    assert_eq!(saved("parts", true, epochs(6)), ["3-1", "5-2"]);
}

#[test]
fn the_average_goes_back_where_a_callback_fails_as_it_resumes() {
    struct Failing;
    impl<R> Callback<R> for Failing {
        fn resumed(&mut self, _: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            Err(Error::Other("no".into()))
        }
    }
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let state = folder.path().join("state.taut");
    let swap = SwapEmaWeights { on_epoch: true };
    let saving = ModelCheckpoint::every_epoch(&state).training_state();
    averaged().callbacks((swap, saving)).fit(&data, epochs(2)).unwrap();
    let mut model = averaged();
    model.resume(&state).unwrap();
    let before = model.net().clone();
    assert_eq!(text(model.callbacks((swap, Failing)).fit(&data, epochs(3))), "no");
    assert_eq!(*model.net(), before);
}

/// A backup is deleted when the run ends, and a log is no checkpoint: what another callback wrote would be lost.
#[test]
fn a_backup_and_a_log_share_their_file_with_no_callback() {
    fn said(callbacks: impl Callback<taut::Run<(), taut::NotValidated>>) -> String {
        text(compiled().callbacks(callbacks).fit(&data(), epochs(2)))
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.taut");
    let place = fs::canonicalize(folder.path()).unwrap().join("run.taut");
    let backup = || BackupAndRestore::new(&path);
    let shared = |owner: &str, other: &str| {
        format!("{owner}: expected a file of its own, received {}, to which a {other} writes as well", place.display())
    };
    let best = |path: &Path| ModelCheckpoint::best(path, TrainingLoss);
    let of_checkpoint = shared("BackupAndRestore", "ModelCheckpoint");
    assert_eq!(said((best(&path), backup())), of_checkpoint);
    assert_eq!(said((backup(), best(&path))), of_checkpoint);
    assert_eq!(said((backup().keep(), ModelCheckpoint::every_epoch(&path))), of_checkpoint);
    // By another path to the same file, which does not exist, and then does.
    let around = folder.path().join("new").join("..").join("run.taut");
    assert_eq!(said((best(&around), backup())), of_checkpoint);
    assert!(!path.exists());
    fs::write(&path, "other").unwrap();
    assert_eq!(said((backup(), best(&around))), of_checkpoint);
    assert_eq!(said((CsvLogger::new(&path), best(&path))), shared("CsvLogger", "ModelCheckpoint"));
    assert_eq!(said((CsvLogger::new(&path), backup())), shared("BackupAndRestore", "CsvLogger"));
    assert_eq!(said((CsvLogger::new(&path), CsvLogger::new(&path))), shared("CsvLogger", "CsvLogger"));
    assert_eq!(fs::read(&path).unwrap(), b"other");
    fs::remove_file(&path).unwrap();
    // Files of their own, in one folder, and two callbacks that save the same training at different times.
    let state = folder.path().join("state.taut");
    let saving = [4, 1].map(|batches| ModelCheckpoint::every_batches(&state, batches).training_state());
    let [first, second] = saving;
    let log = CsvLogger::new(folder.path().join("log.csv"));
    let callbacks = (first, second, backup(), best(&folder.path().join("best.taut")), log);
    compiled().callbacks(callbacks).fit(&data(), epochs(2)).unwrap();
    assert_eq!(names(folder.path()), ["best.taut", "log.csv", "new", "state.taut"]);
}

/// A program that catches a panic goes on with the trained weights, as it does after an error.
#[test]
fn the_average_goes_back_where_a_callback_panics() {
    struct Failing {
        resumed: bool,
        panics: bool,
    }
    impl Failing {
        fn fails(&self) -> taut::Result<()> {
            if self.panics { panic!("no") } else { Err(Error::Other("no".into())) }
        }
    }
    impl<R> Callback<R> for Failing {
        fn resumed(&mut self, _: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            if self.resumed { self.fails() } else { Ok(()) }
        }
        fn epoch_end(&mut self, _: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            self.fails()
        }
    }
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let state = folder.path().join("state.taut");
    let swap = SwapEmaWeights { on_epoch: true };
    let saving = ModelCheckpoint::every_epoch(&state).training_state();
    averaged().callbacks((swap, saving)).fit(&data, epochs(2)).unwrap();
    for resumed in [false, true] {
        let after = |panics| {
            let mut model = averaged();
            model.resume(&state).unwrap();
            let callbacks = (swap, Failing { resumed, panics });
            let run = || model.callbacks(callbacks).fit(&data, epochs(3)).map(|_| ());
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
            assert_eq!(done.is_err(), panics);
            assert!(done.is_err() || done.is_ok_and(|run| text(run) == "no"));
            // The average, too, is where it belongs.
            let path = folder.path().join("after.taut");
            model.save_training(&path).unwrap();
            (model.net().clone(), fs::read(path).unwrap())
        };
        assert!(after(true) == after(false), "resumed: {resumed}");
    }
}

/// What callbacks see of the epochs before a resume, and do with them.
#[test]
fn a_callback_knows_the_epochs_before_a_resume() {
    struct Rate;
    impl<R> Callback<R> for Rate {
        fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
            *epoch.learning_rate = 0.125;
            Ok(())
        }
    }
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let (state, best) = (folder.path().join("state.taut"), folder.path().join("best.taut"));
    let mut first = compiled();
    let rows = first.fit(&data, epochs(2)).unwrap().rows;
    first.save_training(&state).unwrap();
    let mut model = compiled();
    model.resume(&state).unwrap();
    let rates = RefCell::new(vec![]);
    let seen = Lambda {
        epoch_begin: Some(Box::new(|_, rate| {
            rates.borrow_mut().push(*rate);
            Ok(())
        })),
        ..Lambda::default()
    };
    // The loss falls: none of the later epochs has more than the first.
    let saving = ModelCheckpoint::best(&best, TrainingLoss).mode(Mode::Max);
    let all = model.callbacks((Rate, seen, saving)).fit(&data, epochs(4)).unwrap().rows;
    assert_eq!((rates.into_inner(), best.exists()), (vec![0.125; 2], false));
    assert!(all[..2] == rows && all[3] < all[0]);
}

fn averaged() -> taut::Compiled<Vector<1>, Line, taut::optimizers::With<Sgd>, MeanSquaredError, ()> {
    let ema = Some(Ema { momentum: 0.5, ..Ema::default() });
    Model::new(1).compile(
        Sgd::new(0.1).with(OptimizerOptions { ema, ..OptimizerOptions::default() }),
        MeanSquaredError,
        (),
    )
}

#[test]
fn averages_are_in_their_place() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let state = folder.path().join("state.taut");
    let swap = SwapEmaWeights { on_epoch: true };
    let steps = |epochs: usize| Fit { batch_size: 8, ..self::epochs(epochs) };
    let near = |a: &Line, b: &Line| (a.kernel - b.kernel).norm() + (a.bias - b.bias).norm() < 1e-5;

    // The best epoch is the last before a resume, and of it the average.
    let saving = ModelCheckpoint::every_epoch(&state).training_state();
    let mut first = averaged();
    first.callbacks((swap, saving)).fit(&data, steps(2)).unwrap();
    let mut resumed = averaged();
    resumed.resume(&state).unwrap();
    let far = Dataset::new(data.x.clone(), vec![Vector::new([1e3]); 8]).unwrap();
    let stop = EarlyStopping::new(TrainingLoss).patience(1).restore_best_weights();
    let rows = resumed.callbacks((swap, stop)).fit(&far, steps(5)).unwrap().rows;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(near(resumed.net(), first.net()), "{:?} {:?}", resumed.net(), first.net());

    // A second run begins with the average, also as the average: without steps it stays.
    let average = first.net().clone();
    first.callbacks(LearningRateScheduler(|_, _| 0.0)).fit(&data, epochs(1)).unwrap();
    assert!(near(first.net(), &average), "{:?} {average:?}", first.net());

    // Within an epoch the trained weights are saved, whatever callbacks saw at the end of the epoch before.
    let weights = |swaps: bool| {
        let path = folder.path().join(if swaps { "swapped" } else { "plain" });
        let saving = ModelCheckpoint::every_batches(&path, 3).training_state();
        let mut model = averaged();
        match swaps {
            true => model.callbacks((swap, saving)).fit(&data, epochs(2)).map(drop),
            false => model.callbacks(saving).fit(&data, epochs(2)).map(drop),
        }
        .unwrap();
        Model::<Vector<1>, Line>::load(&path).unwrap().net().clone()
    };
    assert_eq!(weights(true), weights(false));
}

#[test]
fn a_run_without_an_epoch_leaves_the_weights() {
    let (folder, data) = (tempfile::tempdir().unwrap(), data());
    let path = folder.path().join("weights.taut");
    let optimizer = Sgd::new(0.1).with(OptimizerOptions { ema: Some(Ema::default()), ..OptimizerOptions::default() });
    let mut model = Model::<Vector<1>, Line>::new(1).compile(optimizer, MeanSquaredError, ());
    let before = model.net().clone();
    model.save(&path).unwrap();
    model.fit(&data, epochs(0)).unwrap();
    assert_eq!(*model.net(), before);
    // Nor does the average of an earlier run come back.
    model.fit(&data, epochs(2)).unwrap();
    assert_ne!(*model.net(), before);
    model.load_weights(&path).unwrap();
    model.fit(&data, epochs(0)).unwrap();
    assert_eq!(*model.net(), before);
}

#[cfg(feature = "plot")]
#[test]
fn the_plot_of_a_later_run_has_its_epochs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.svg");
    let labels = |first: usize, last: usize| {
        let history = compiled().fit(&data(), Fit { initial_epoch: first - 1, ..epochs(last) }).unwrap();
        history.plot(&path).unwrap();
        let svg = fs::read_to_string(&path).unwrap();
        let words: Vec<String> = svg.lines().map(|line| line.trim().to_string()).collect();
        words.into_iter().filter_map(|word| word.parse::<usize>().ok()).collect::<Vec<_>>()
    };
    assert_eq!(labels(101, 105), [101, 102, 103, 104, 105]);
    assert_eq!(labels(1, 5), [1, 2, 3, 4, 5]);
    assert_eq!(labels(101, 101), [101, 102]);
}

/// The places and names of the tensors that a callback sees.
#[derive(Default)]
struct Tensors(Vec<String>, Vec<f32>);

impl<R> Callback<R> for Tensors {
    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> taut::Result<()> {
        self.1.clear();
        batch.for_each_tensor(|_, _, values| self.1.extend(values));
        Ok(())
    }
    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        epoch.for_each_tensor(|_, _, _| panic!("no parameters of epochs before the run was resumed"));
        Ok(())
    }
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        let last = std::mem::take(&mut self.1);
        self.0.clear();
        epoch.for_each_tensor(|layer, tensor, values| {
            assert_eq!(tensor.shape.iter().product::<usize>(), values.len());
            self.0.push(format!("{layer} {} {}", tensor.layer, tensor.name));
            self.1.extend(values);
        });
        assert_eq!(self.1, last, "the tensors of the last batch are those of the epoch");
        Ok(())
    }
}

#[test]
fn callbacks_see_each_tensor_with_the_place_of_its_layer() {
    type Block = (Dense<3, 3>, BatchNorm<3>);
    type Net =
        (Dense<1, 3>, Relu, Residual<Block, Dense<3, 3, NoBias>>, taut::Parallel<Dense<3, 2>, Relu>, Dense<5, 1>);
    let folder = tempfile::tempdir().unwrap();
    let new = || Model::<Vector<1>, Net>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    let (mut model, mut tensors) = (new(), Tensors::default());
    let path = folder.path().join("state.taut");
    let save = ModelCheckpoint::every_epoch(&path).training_state();
    model.callbacks((&mut tensors, save)).fit(&data(), epochs(2)).unwrap();
    assert_eq!(
        tensors.0,
        [
            "net.0 Dense<1, 3> kernel",
            "net.0 Dense<1, 3> bias",
            "net.2.0.0 Dense<3, 3> kernel",
            "net.2.0.0 Dense<3, 3> bias",
            "net.2.0.1 BatchNorm<3> gamma",
            "net.2.0.1 BatchNorm<3> beta",
            "net.2.0.1 BatchNorm<3> moving_mean",
            "net.2.0.1 BatchNorm<3> moving_variance",
            "net.2.1 Dense<3, 3, NoBias> kernel",
            "net.3.0 Dense<3, 2> kernel",
            "net.3.0 Dense<3, 2> bias",
            "net.4 Dense<5, 1> kernel",
            "net.4 Dense<5, 1> bias",
        ]
    );
    let summary: Vec<String> = model.summary().rows.into_iter().map(|row| row.place).collect();
    assert!(tensors.0.iter().all(|name| summary.iter().any(|place| name.split(' ').next() == Some(place))));
    assert_eq!(tensors.1.len(), model.summary().params());
    assert_eq!(tensors.1[..3], *model.net().0.kernel.as_slice());

    let mut resumed = new();
    resumed.resume(&path).unwrap();
    resumed.callbacks(&mut tensors).fit(&data(), epochs(3)).unwrap();
    assert_eq!(tensors.1[..3], *resumed.net().0.kernel.as_slice());
}

#[test]
fn callbacks_see_the_layers_before_the_run_begins() {
    struct Layers(Vec<String>);
    impl<R> Callback<R> for Layers {
        fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> taut::Result<()> {
            self.0.extend(start.layers.iter().map(|row| format!("{} {} {:?}", row.place, row.layer, row.shape)));
            Ok(())
        }
    }
    let mut layers = Layers(vec![]);
    let model = Model::<Vector<1>, (Dense<1, 3>, Relu, Dense<3, 1>)>::new(1);
    model.compile(Sgd::new(0.1), MeanSquaredError, ()).callbacks(&mut layers).fit(&data(), epochs(1)).unwrap();
    assert_eq!(layers.0, ["net.0 Dense<1, 3> [3]", "net.1 Relu [3]", "net.2 Dense<3, 1> [1]"]);
}
