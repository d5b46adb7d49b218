//! Crashes: processes that are killed at random moments, full disks, folders that vanish, two writers of one file.
//!
//! Whatever happens, each file is whole, a resumed run ends with the bits of a run that was never interrupted, and no
//! temporary file stays for ever. The processes that are killed are this program again, as the test `child`.
//!
//! `TAUT_KILLS` is the number of kills, 40 by default. A thousand take about a minute:
//! `TAUT_KILLS=1000 cargo test --release --test crash -- --nocapture`.
#![cfg(all(unix, feature = "train"))]

use std::fs;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use taut::{Error, NotValidated, Validated};
use taut::{callbacks::*, prelude::*};

type Net = (Dense<8, 32>, Tanh, Dropout<20>, Dense<32, 3>, Softmax);
type Trained = taut::Compiled<Vector<8>, Net, Adam, SparseCategoricalCrossentropy, Accuracy>;

const EPOCHS: usize = 8;

fn data() -> Dataset<Vector<8>, Class<3>> {
    let number = |i: usize, j: usize| ((i * 7 + j * 5) % 13) as f32 / 13.0;
    let x: Vec<Vector<8>> = (0..96).map(|i| Vector::new(std::array::from_fn(|j| number(i, j)))).collect();
    let y = x.iter().map(|x| Class::new((x.0.iter().sum::<f32>() * 2.0) as usize % 3).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}

fn compiled(seed: u64) -> Trained {
    Model::new(seed).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy)
}

fn fit() -> Fit {
    Fit { epochs: EPOCHS, batch_size: 16, threads: Some(1), verbose: Verbose::Silent, ..Fit::default() }
}

/// Fails in an epoch.
struct CutOff(Option<usize>);
impl<R> Callback<R> for CutOff {
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        if Some(epoch.number) == self.0 { Err(Error::Other("cut off".into())) } else { Ok(()) }
    }
}

/// Begins or resumes a run with all that writes files; the last file that it writes is `final.taut`.
fn train(folder: &Path, backup: bool, cut: Option<usize>) -> taut::Result<()> {
    let at = |name: &str| folder.join(name);
    let state = at("state.taut");
    // What is resumed has other weights before.
    let mut model = compiled(if state.exists() { 6 } else { 5 });
    if state.exists() && !backup {
        model.resume(&state)?;
    }
    let saving: Box<dyn Callback<taut::Run<Accuracy, Validated>>> = match backup {
        true => Box::new(BackupAndRestore::new(&state)),
        false => Box::new(ModelCheckpoint::every_epoch(&state).training_state()),
    };
    // Where there is nothing to resume, the run begins anew, and so does its log.
    let log = CsvLogger::new(at("log.csv"));
    let log = if backup || !state.exists() { log } else { log.append() };
    let callbacks = (
        ReduceLrOnPlateau::new(ValLoss).patience(2).min_delta(0.05).factor(0.5),
        EarlyStopping::new(ValLoss).patience(50).restore_best_weights(),
        log,
        ModelCheckpoint::best(at("best.taut"), ValLoss),
        ModelCheckpoint::every_batches(at("between.taut"), 7).training_state(),
        CutOff(cut),
        saving,
    );
    let history = model.validation_split(0.25).callbacks(callbacks).fit(&data(), fit())?;
    history.write_csv(at("history.csv"))?;
    model.save(at("final.taut"))
}

/// The process that is killed; as a test of its own it does nothing.
#[test]
fn child() {
    let Ok(task) = std::env::var("TAUT_CRASH") else { return };
    let [what, cut, folder] = task.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{task}") };
    let (folder, cut) = (Path::new(folder), cut.parse().ok());
    let done = match what {
        "backup" => train(folder, true, cut),
        "resume" => train(folder, false, cut),
        "save" => {
            let models = [1, 2].map(Model::<Vector<8>, Net>::new);
            let mut turns = models.iter().cycle().take(cut.unwrap_or(usize::MAX));
            turns.try_for_each(|model| model.save(folder.join("net.taut")))
        }
        "others" => write_as_somebody_else(folder),
        "output" => Model::<Vector<8>, Net>::new(1).save(folder.join("output")),
        _ => panic!("{what}"),
    };
    println!("{}", done.map_or_else(|error| format!("refused: {error}"), |()| "done".into()));
}

/// Writes to files that others may write to, and to what they may not.
fn write_as_somebody_else(folder: &Path) -> taut::Result<()> {
    let mut model = compiled(5);
    ["open/shared", "open/group"].iter().try_for_each(|name| model.save(folder.join(name)))?;
    let log = CsvLogger::new(folder.join("open/unread")).append();
    let unread = model.callbacks(log).fit(&data(), fit()).unwrap_err().to_string();
    assert!(unread.contains("cannot read ") && unread.contains("ermission denied"), "{unread}");
    for path in ["open/refused", "closed/new"].map(|name| folder.join(name)) {
        let before = model.net().clone();
        let checkpoint = ModelCheckpoint::every_epoch(&path);
        let refused = [model.save(&path), model.callbacks(checkpoint).fit(&data(), fit()).map(drop)];
        for refused in refused {
            assert!(refused.unwrap_err().to_string().contains("ermission denied"), "{}", path.display());
        }
        assert!(*model.net() == before, "no step before that is known");
    }
    Ok(())
}

/// This program as a child.
fn command(what: &str, cut: Option<usize>, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    set_task(&mut command, what, cut, folder);
    command.args(["child", "--exact", "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn set_task(command: &mut Command, what: &str, cut: Option<usize>, folder: &Path) {
    let cut = cut.map_or("-".into(), |cut| cut.to_string());
    command.env("TAUT_CRASH", format!("{what} {cut} {}", folder.display()));
}

/// What a child says that is left alone.
fn said(mut command: Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

/// Numbers from 0 to 1 that look random.
struct Random(u64);
impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn kills() -> usize {
    std::env::var("TAUT_KILLS").map_or(40, |kills| kills.parse().expect("TAUT_KILLS is a number"))
}

/// Waits, and kills a child that still runs. Whether it did.
fn kill(mut child: Child, after: Duration) -> bool {
    std::thread::sleep(after);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    let status = child.wait().unwrap();
    running && !status.success()
}

fn partials(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with('.')).count()
}

/// Checks that each file is whole.
fn check_files(folder: &Path) {
    for name in ["state.taut", "between.taut"] {
        let path = folder.join(name);
        if path.exists() {
            compiled(7).resume(&path).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    for name in ["best.taut", "final.taut"] {
        let path = folder.join(name);
        if path.exists() {
            let _loaded = Model::<Vector<8>, Net>::load(&path).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    // The log grows row by row: only the last one may be cut off.
    let log = fs::read_to_string(folder.join("log.csv")).unwrap_or_default();
    for (number, line) in log.split_inclusive('\n').filter(|line| line.ends_with('\n')).enumerate() {
        let fields: Vec<&str> = line.trim_end().split(',').collect();
        let first = if number == 0 { "epoch".into() } else { (number - 1).to_string() };
        assert!(fields.len() == 5 && fields[0] == first, "line {number} of\n{log}");
        assert!(number == 0 || fields[1..].iter().all(|field| field.parse::<f32>().is_ok()), "{line}");
    }
    let history = fs::read_to_string(folder.join("history.csv")).unwrap_or_default();
    assert!(history.is_empty() || history.lines().count() == EPOCHS + 1, "{history}");
    // At most one process has died while it wrote: the others have deleted what was left.
    assert!(partials(folder) <= 1);
}

const RESULTS: [&str; 5] = ["final.taut", "history.csv", "log.csv", "best.taut", "between.taut"];

/// The files of a run that is not interrupted, and how long it takes.
fn reference(what: &str) -> (Vec<Vec<u8>>, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    assert!(said(command(what, None, folder.path())).contains("done"));
    let time = begin.elapsed();
    (results(folder.path()), time)
}

fn results(folder: &Path) -> Vec<Vec<u8>> {
    RESULTS.iter().map(|name| fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

fn assert_same(folder: &Path, expected: &[Vec<u8>]) {
    for ((name, received), expected) in RESULTS.iter().zip(results(folder)).zip(expected) {
        assert!(received == *expected, "{name} differs from that of a run that was not interrupted");
    }
    assert_eq!(partials(folder), 0);
}

/// Kills runs until there were so many kills, and lets each run end.
fn killed_runs(what: &str, kills: usize, seed: u64) {
    let (expected, time) = reference(what);
    let (mut random, mut killed, mut runs, mut writing) = (Random(seed), 0, 0, 0);
    while killed < kills {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        loop {
            let last = killed == kills;
            let child = command(what, None, folder).spawn().unwrap();
            let after = if last { Duration::from_secs(60) } else { time.mul_f64(random.next()) };
            if last {
                assert!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().contains("done"));
                break;
            }
            if !kill(child, after) {
                break;
            }
            killed += 1;
            writing += partials(folder);
            check_files(folder);
        }
        runs += 1;
        assert_same(folder, &expected);
    }
    println!("{what}: {killed} kills in {runs} runs of {time:.0?}, {writing} temporary files seen after them");
}

#[test]
fn killed_runs_with_a_backup_end_with_the_same_bits() {
    killed_runs("backup", kills() * 2 / 5, 1);
}

#[test]
fn killed_runs_that_resume_end_with_the_same_bits() {
    killed_runs("resume", kills() * 2 / 5, 2);
}

#[test]
fn a_file_is_whole_when_its_writer_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let models = [1, 2].map(Model::<Vector<8>, Net>::new);
    models[0].save(&path).unwrap();
    let files = models.each_ref().map(|model| {
        model.save(folder.path().join("other.taut")).unwrap();
        fs::read(folder.path().join("other.taut")).unwrap()
    });
    let (mut random, mut writing, kills) = (Random(3), 0, kills() / 5);
    let mut killed = 0;
    while killed < kills {
        let child = command("save", None, folder.path()).spawn().unwrap();
        killed += usize::from(kill(child, Duration::from_secs_f64(0.005 + 0.05 * random.next())));
        assert!(files.contains(&fs::read(&path).unwrap()));
        assert!(partials(folder.path()) <= 1);
        writing += partials(folder.path());
    }
    println!("save: {killed} kills, {writing} temporary files seen after them");
    assert!(said(command("save", Some(1), folder.path())).contains("done"));
    assert_eq!(partials(folder.path()), 0);
}

/// What is written for a private file is private from its first byte on: another process looks all the time.
#[test]
fn a_temporary_file_is_as_private_as_the_old_one() {
    let (folder, path, _) = with_file(0o600);
    let mut child = command("save", Some(200), folder.path()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() {
        for entry in fs::read_dir(&folder).unwrap() {
            // It may be gone by now.
            let Ok(found) = entry.unwrap().metadata() else { continue };
            assert_eq!(found.permissions().mode() & 0o777, 0o600);
        }
    }
    assert_ne!(fs::read(&path).unwrap(), b"old");
}

#[test]
fn two_writers_of_one_file_leave_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    Model::<Vector<8>, Net>::new(1).save(&path).unwrap();
    let outputs = [1, 2].map(|seed| Model::<Vector<8>, Net>::new(seed).predict(&Vector::new([0.5; 8])));
    let mut writers = [0, 1, 2].map(|_| Some(command("save", Some(150), folder.path()).spawn().unwrap()));
    let mut reads = 0;
    while writers.iter_mut().any(|writer| writer.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())) {
        let loaded =
            Model::<Vector<8>, Net>::load(&path).unwrap_or_else(|error| panic!("after {reads} reads: {error}"));
        assert!(outputs.contains(&loaded.predict(&Vector::new([0.5; 8]))));
        reads += 1;
    }
    for writer in &mut writers {
        let output = writer.take().unwrap().wait_with_output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("done"), "{output:?}");
    }
    assert!(reads > 0);
    assert_eq!(partials(folder.path()), 0);
}

#[test]
fn remains_are_deleted_but_not_the_files_of_the_living() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at(".taut-dead.partial"), "half").unwrap();
    fs::write(at(".taut-alive.partial"), "half").unwrap();
    fs::write(at("mine.partial"), "mine").unwrap();
    symlink(at("mine.partial"), at(".taut-link.partial")).unwrap();
    make_pipe(&at(".taut-pipe.partial"));
    let alive = fs::File::open(at(".taut-alive.partial")).unwrap();
    alive.lock().unwrap();
    assert!(said(command("save", Some(1), folder.path())).contains("done"));
    let there = |name: &str| at(name).symlink_metadata().is_ok();
    assert!(!there(".taut-dead.partial") && there(".taut-alive.partial"));
    assert!(there("mine.partial") && there(".taut-link.partial") && there(".taut-pipe.partial"));
    drop(alive);
    assert!(said(command("save", Some(1), folder.path())).contains("done"));
    assert!(!there(".taut-alive.partial"));
}

/// The limits are blocks of 512 bytes: for no row of the log, some of them, no state, or no more than one.
#[test]
fn a_full_disk_ends_a_run_that_can_be_resumed() {
    for what in ["backup", "resume"] {
        let (expected, _) = reference(what);
        for blocks in [0, 1, 3, 8] {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            assert!(said(command(what, Some(3), folder)).contains("refused: cut off"));
            let before = ["state.taut", "best.taut"].map(|name| fs::read(folder.join(name)).ok());
            let mut limited = Command::new("sh");
            limited.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" child --exact --nocapture"));
            limited.arg(std::env::current_exe().unwrap());
            set_task(&mut limited, what, None, folder);
            let text = said(limited);
            assert!(text.contains("refused: cannot write"), "{what}, {blocks} blocks: {text}");
            check_files(folder);
            assert_eq!(partials(folder), 0);
            if blocks == 0 {
                assert!(before == ["state.taut", "best.taut"].map(|name| fs::read(folder.join(name)).ok()));
            }
            assert!(said(command(what, None, folder)).contains("done"));
            assert_same(folder, &expected);
        }
    }
}

#[test]
fn a_folder_that_vanishes_comes_back_or_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("runs");
    let run = |in_the_way: bool, saving: &mut dyn Callback<taut::Run<Accuracy, NotValidated>>| {
        let vanish = Lambda {
            epoch_end: Some(Box::new(|epoch| {
                if epoch.number == 2 {
                    fs::remove_dir_all(&inside).unwrap();
                    if in_the_way {
                        fs::write(&inside, "a file").unwrap();
                    }
                }
                Ok(())
            })),
            ..Lambda::default()
        };
        compiled(5).callbacks((vanish, saving)).fit(&data(), Fit { epochs: 3, ..fit() })
    };
    let path = inside.join("a.taut");
    run(false, &mut ModelCheckpoint::every_epoch(&path)).unwrap();
    let _loaded = Model::<Vector<8>, Net>::load(&path).unwrap();
    fs::remove_file(&path).unwrap();
    run(false, &mut BackupAndRestore::new(&path).keep()).unwrap();
    compiled(6).resume(&path).unwrap();
    for saving in [
        &mut ModelCheckpoint::every_epoch(&path) as &mut dyn Callback<_>,
        &mut ModelCheckpoint::every_batches(&path, 1),
        &mut BackupAndRestore::new(&path),
    ] {
        fs::remove_file(&path).ok();
        let error = run(true, saving).unwrap_err();
        assert!(matches!(error, Error::Io { action: "make the folder", .. }), "{error}");
        fs::remove_file(&inside).unwrap();
    }
    let error = Model::<Vector<8>, Net>::new(1).save(&path).unwrap_err();
    assert!(matches!(error, Error::Io { action: "write", .. }), "{error}");
}

/// A folder with a file of that mode, and the model to save to it.
fn with_file(mode: u32) -> (tempfile::TempDir, PathBuf, Model<Vector<8>, Net>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    (folder, path, Model::new(1))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_save_keeps_the_mode_and_the_owner_and_refuses_what_is_read_only() {
    for permissions in [0o600, 0o640, 0o660, 0o666, 0o755, 0o200] {
        let (_folder, path, model) = with_file(permissions);
        model.save(&path).unwrap();
        assert_eq!((mode(&path), fs::metadata(&path).unwrap().len() > 3), (permissions, true), "{permissions:o}");
    }
    let (folder, path, model) = with_file(0o444);
    let error = model.save(&path).unwrap_err();
    let said = "net.taut: expected a file that may be written, received a read-only one";
    assert!(matches!(error, Error::Io { action: "write", .. }) && error.to_string().ends_with(said), "{error}");
    assert_eq!((mode(&path), fs::read(&path).unwrap()), (0o444, b"old".to_vec()));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    // A new file is what the umask allows, as any other.
    let (new, plain) = (folder.path().join("new.taut"), folder.path().join("plain"));
    model.save(&new).unwrap();
    fs::write(&plain, "").unwrap();
    assert_eq!(mode(&new), mode(&plain));

    let (_folder, path, model) = with_file(0o640);
    match std::os::unix::fs::chown(&path, Some(4711), Some(4712)) {
        Ok(()) => {
            model.save(&path).unwrap();
            let found = fs::metadata(&path).unwrap();
            assert_eq!((found.uid(), found.gid(), mode(&path)), (4711, 4712, 0o640));
        }
        Err(error) => skipped(&format!("the owner of a file: {error}")),
    }
}

/// Without the rights of root: a new file has no more rights than the old one, and what is refused is refused at once.
#[test]
fn others_get_no_more_than_they_had() {
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    if fs::metadata(folder.path()).unwrap().uid() != 0 {
        return skipped("files of others: only root may be somebody else");
    }
    ["open", "closed"].iter().for_each(|name| fs::create_dir(at(name)).unwrap());
    let names = ["open/shared", "open/group", "open/unread", "open/refused"];
    names.iter().for_each(|name| fs::write(at(name), "old").unwrap());
    std::os::unix::fs::chown(at("open/group"), None, Some(65534)).unwrap();
    // Anyone may write to `shared`, and its group may not: another group may then do what all may.
    let bits = [
        ("", 0o755),
        ("open", 0o777),
        ("closed", 0o755),
        ("open/shared", 0o626),
        ("open/group", 0o660),
        ("open/unread", 0o622),
        ("open/refused", 0o644),
    ];
    bits.iter().for_each(|(name, bits)| fs::set_permissions(at(name), fs::Permissions::from_mode(*bits)).unwrap());
    // The program may lie where only root may read.
    fs::copy(std::env::current_exe().unwrap(), at("program")).unwrap();
    let mut child = Command::new(at("program"));
    set_task(&mut child, "others", None, folder.path());
    child.args(["child", "--exact", "--nocapture"]).current_dir(folder.path()).uid(65534).gid(65534);
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("done"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((mode(&at("open/shared")), mode(&at("open/group"))), (0o666, 0o660));
    assert!(["open/shared", "open/group"].iter().all(|name| fs::metadata(at(name)).unwrap().len() > 3));
    assert!(["open/unread", "open/refused"].iter().all(|name| fs::read(at(name)).unwrap() == b"old"));
}

/// As many links as Linux follows, to a file that is not there yet.
#[cfg(target_os = "linux")]
#[test]
fn the_end_of_forty_links_is_written() {
    let (folder, _, model) = with_file(0o600);
    let at = |i: usize| folder.path().join(i.to_string());
    (0..40).for_each(|i| symlink((i + 1).to_string(), at(i)).unwrap());
    model.save(at(0)).unwrap();
    assert!((0..40).all(|i| at(i).is_symlink()) && !at(40).is_symlink() && at(40).is_file());
}

#[test]
fn a_log_may_be_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    make_pipe(&path);
    let reader = {
        let path = path.clone();
        std::thread::spawn(move || fs::read_to_string(path).unwrap())
    };
    compiled(5).callbacks(CsvLogger::new(&path)).fit(&data(), Fit { epochs: 2, ..fit() }).unwrap();
    let log = reader.join().unwrap();
    assert_eq!(log.lines().map(|line| line.split(',').next().unwrap()).collect::<Vec<_>>(), ["epoch", "0", "1"]);
}

#[test]
fn links_stay() {
    let (folder, path, model) = with_file(0o600);
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("disk")).unwrap();
    symlink("net.taut", at("first")).unwrap();
    symlink(at("first"), at("link.taut")).unwrap();
    fs::hard_link(&path, at("other name")).unwrap();
    model.save(at("link.taut")).unwrap();
    assert!(at("link.taut").is_symlink() && at("first").is_symlink() && !path.is_symlink());
    assert_eq!(mode(&path), 0o600);
    let _loaded = Model::<Vector<8>, Net>::load(&path).unwrap();
    assert_eq!(fs::read(at("other name")).unwrap(), b"old", "another name keeps the old bytes");

    // Links to a file that does not exist yet.
    symlink("disk/run.taut", at("dangling")).unwrap();
    symlink("dangling", at("chain.taut")).unwrap();
    compiled(5)
        .callbacks(ModelCheckpoint::every_epoch(at("chain.taut")))
        .fit(&data(), Fit { epochs: 2, ..fit() })
        .unwrap();
    assert!(at("chain.taut").is_symlink() && at("dangling").is_symlink());
    assert!(!at("disk/run.taut").is_symlink());
    let _loaded = Model::<Vector<8>, Net>::load(at("disk/run.taut")).unwrap();
    assert_eq!(fs::read_dir(at("disk")).unwrap().count(), 1);
    // A backup is deleted where it is, and the link stays for the next run.
    let backup = BackupAndRestore::new(at("dangling"));
    fs::remove_file(at("disk/run.taut")).unwrap();
    compiled(5).callbacks(backup).fit(&data(), Fit { epochs: 1, ..fit() }).unwrap();
    assert!(at("dangling").is_symlink() && !at("disk/run.taut").exists());

    symlink("no folder/run.taut", at("nowhere")).unwrap();
    symlink("circle", at("circle")).unwrap();
    for name in ["nowhere", "circle"] {
        let error = model.save(at(name)).unwrap_err();
        assert!(matches!(error, Error::Io { action: "write", .. }), "{error}");
        assert!(at(name).is_symlink());
    }
}

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Says so past the test harness, which shows what a test prints only if it fails.
fn skipped(what: &str) {
    io::stderr().write_all(format!("\nskipped: {what}\n").as_bytes()).unwrap();
}

#[test]
fn what_is_no_file_is_refused_and_stays() {
    let (folder, _, model) = with_file(0o600);
    let at = |name: &str| folder.path().join(name);
    make_pipe(&at("pipe"));
    fs::create_dir(at("folder")).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    symlink("pipe", at("link")).unwrap();
    symlink("/dev/fd/1", at("output")).unwrap();
    // A device of our own: were one of the system's replaced after all, the system would suffer.
    let device = Command::new("mknod").arg(at("device")).args(["c", "1", "3"]).stderr(Stdio::null()).status();
    let device = device.is_ok_and(|status| status.success()).then_some(("device", "a device"));
    if device.is_none() {
        skipped("a device: this user may not make one");
    }
    let history = compiled(5).fit(&data(), Fit { epochs: 1, ..fit() }).unwrap();
    let others = [("pipe", "a pipe"), ("folder", "a folder"), ("socket", "a socket"), ("link", "a pipe")];
    for (name, received) in others.into_iter().chain(device) {
        for saved in [model.save(at(name)), history.write_csv(at(name)), compiled(5).save_training(at(name))] {
            let error = saved.unwrap_err();
            let said = format!("/{name}: expected a regular file, received {received}");
            assert!(
                matches!(error, Error::Io { action: "write", .. }) && error.to_string().ends_with(&said),
                "{error}"
            );
        }
    }
    let kind = |name: &str| fs::symlink_metadata(at(name)).unwrap().file_type();
    assert!(
        kind("pipe").is_fifo() && kind("link").is_symlink() && (device.is_none() || kind("device").is_char_device())
    );
    // What a process writes to, as `/dev/stdout` is a link to it.
    let text = said(command("output", None, folder.path()));
    assert!(text.contains("output: expected a regular file, received a pipe"), "{text}");
    assert!(kind("output").is_symlink());
}
