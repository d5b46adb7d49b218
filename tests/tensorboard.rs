//! What TensorBoard reads of the files of `TensorBoard` and `SummaryWriter`: `tests/tensorboard/check.py` reads them
//! with TensorBoard's own readers, and compares them with what the run computed. Without a Python that has the package
//! `tensorboard`, this is skipped; the variable `TAUT_PYTHON` names another one than `python3`.
#![cfg(feature = "tensorboard")]

use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use taut::callbacks::*;
use taut::{Compiled, Error, layers::Normalization, losses, metrics, optimizers::*, prelude::*};

type Net = (
    Normalization<4>,
    Dense<4, 6>,
    BatchNorm<6>,
    Relu,
    Reshape<Vector<6>, Image<3, 2, 1>>,
    Conv2d<1, 5, 2>,
    Flatten,
    Dense<10, 3>,
    Softmax,
);
type Iris = Compiled<Vector<4>, Net, Adam, losses::SparseCategoricalCrossentropy, metrics::Accuracy>;

fn new() -> Iris {
    let mut model = Model::new(3);
    let net: &mut Net = model.net_mut();
    net.0.adapt(&datasets::iris().unwrap().x).unwrap();
    model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy)
}

fn epochs(epochs: usize) -> Fit {
    Fit { epochs, batch_size: 30, verbose: Verbose::Silent, ..Fit::default() }
}

/// A program that has TensorBoard's readers.
fn python() -> Option<String> {
    let python = std::env::var("TAUT_PYTHON").unwrap_or("python3".into());
    let found = Command::new(&python).args(["-c", "import tensorboard"]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let said = format!("\nskipped: {python} has no package tensorboard; `pip install tensorboard` installs it\n");
    // Past the test harness, which shows what a test prints only if it fails.
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    assert_ne!(std::env::var("TAUT_CI").as_deref(), Ok("1"), "with TAUT_CI=1 no test may be skipped: {said}");
    None
}

/// Has TensorBoard's readers compare a folder with what is expected of it.
fn check(folder: &Path, expected: Value) {
    let Some(python) = python() else { return };
    fs::write(folder.join("expected.json"), expected.to_string()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tensorboard/check.py");
    let output = Command::new(python).arg(script).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("all as expected\n"), "{said}");
}

/// The numbers of a history, from the name at an index, as steps and values of scalars.
fn scalars<R>(history: &taut::History<R>, first: usize) -> Value {
    let of =
        |at: usize| -> Value { history.rows.iter().map(|row| row[at]).enumerate().map(|pair| json!(pair)).collect() };
    json!({ "epoch_loss": of(first), "epoch_accuracy": of(first + 1) })
}

/// Keeps all weights of the epochs in which histograms are written.
#[derive(Default)]
struct Weights(Vec<Value>);

impl<R> Callback<R> for Weights {
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        if epoch.number % 2 == 1 {
            epoch.for_each_tensor(|layer, tensor, values| {
                let tag = format!("{layer}/{}", tensor.name);
                self.0.push(json!({ "step": epoch.number - 1, "tag": tag, "shape": tensor.shape, "values": values }));
            });
        }
        Ok(())
    }
}

#[test]
fn tensorboard_reads_what_a_run_computed() {
    let (folder, data) = (tempfile::tempdir().unwrap(), datasets::iris().unwrap().shuffle(1));
    let board = TensorBoard::new(folder.path().join("run"))
        .histogram_freq(2)
        .write_images()
        .update_freq(2)
        .hparam("learning_rate", 0.01_f32)
        .hparam("units", 6)
        .hparam("optimizer", "Adam")
        .hparam("normalized", true);
    let (mut model, mut weights) = (new(), Weights::default());
    let mut batches = vec![];
    let collect = Lambda {
        batch_end: Some(Box::new(|batch: &mut BatchEnd<'_>| {
            let step = 4 * (batch.epoch - 1) + batch.number;
            if step.is_multiple_of(2) {
                batches.push((step, batch.values().map(|(_, value)| value).collect::<Vec<f32>>()));
            }
            Ok(())
        })),
        ..Lambda::default()
    };
    let history = model.validation_split(0.2).callbacks((collect, &mut weights, board)).fit(&data, epochs(5)).unwrap();

    let mut train = scalars(&history, 0);
    let of = |at: usize| -> Value { batches.iter().map(|(step, values)| json!([step, values[at]])).collect() };
    train["batch_loss"] = of(0);
    train["batch_accuracy"] = of(1);
    train["epoch_learning_rate"] = (0..5).map(|epoch| json!([epoch, 0.01_f32])).collect();
    // Another program's files lie beside them.
    let mut writer = SummaryWriter::new(folder.path().join("pictures")).unwrap();
    let pictures = [Image([[[0.0, 0.5, 1.0]; 3]; 2]), Image([[[2.0, -1.0, 0.25]; 3]; 2])];
    writer.image("group/picture", 7, &pictures).unwrap();
    writer.png("group/png", 8, PNG).unwrap();
    writer.text("about", 9, "A **text**.").unwrap();
    writer.scalar("wave", 10, f32::NAN).unwrap();
    writer.histogram("none", 0, &[f32::NAN, f32::INFINITY]).unwrap();
    writer.histogram("equal", 0, &[0.5; 4]).unwrap();
    writer.flush().unwrap();

    let picture = |pixel: [u8; 3]| [[pixel; 3]; 2];
    check(
        folder.path(),
        json!({
            "scalars": { "run/train": train, "run/validation": scalars(&history, 2), "pictures": { "wave": [[10, null]] } },
            "weights": weights.0,
            "histograms": { "pictures": { "none": [], "equal": [0.5, 0.5, 0.5, 0.5] } },
            "images": { "pictures": {
                "group/picture": { "step": 7, "pixels": [
                    picture([0, 128, 255]),
                    picture([255, 0, 64]),
                ] },
                "group/png": { "step": 8, "pixels": [[[0, 100], [200, 255]]] },
            } },
            "texts": {
                "pictures": { "about": [9, "A **text**."] },
                "run/train": { "model": [0, [
                    "| net.1 | `Dense<4, 6>` | [6] | 30 | 30 |\n",
                    "| net.2 | `BatchNorm<6>` | [6] | 24 | 12 |\n",
                    "| | | | **120** | **100** |\n",
                ]] },
            },
            "hparams": { "learning_rate": 0.01, "units": 6.0, "optimizer": "Adam", "normalized": true },
            "metrics": [
                ["validation", "epoch_loss", "validation loss"],
                ["validation", "epoch_accuracy", "validation accuracy"],
                ["train", "epoch_loss", "loss"],
                ["train", "epoch_accuracy", "accuracy"],
            ],
        }),
    );
}

/// A gray PNG file of two by two pixels, which Pillow wrote.
const PNG: &[u8] =
    b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02\x00\x00\x00\x02\x08\x00\x00\x00\x00W\xddR\
    \xf8\x00\x00\x00\x0eIDATx\x9cc`Ha8\xf1\x1f\x00\x04%\x02,\xc6\x0f\xba!\x00\x00\x00\x00IEND\xaeB`\x82";

#[test]
fn a_resumed_run_has_each_epoch_once() {
    let (folder, data) = (tempfile::tempdir().unwrap(), datasets::iris().unwrap().shuffle(1));
    let state = folder.path().join("state.taut");
    let whole = new().validation_split(0.2).fit(&data, epochs(6)).unwrap();

    let board = || TensorBoard::new(folder.path().join("run")).histogram_freq(1);
    let save = Lambda {
        epoch_end: Some(Box::new(|epoch: &mut EpochEnd<'_, _>| match epoch.number {
            3 => epoch.save_training(&state),
            _ => Ok(()),
        })),
        epoch_begin: Some(Box::new(|epoch, _| match epoch {
            5 => Err(Error::Other("the power failed".into())),
            _ => Ok(()),
        })),
        ..Lambda::default()
    };
    new().validation_split(0.2).callbacks((save, board())).fit(&data, epochs(6)).unwrap_err();
    let files = || fs::read_dir(folder.path().join("run/train")).unwrap().count();
    assert_eq!(files(), 1);
    let mut resumed = new();
    resumed.resume(&state).unwrap();
    let history = resumed.validation_split(0.2).callbacks(board()).fit(&data, epochs(6)).unwrap();
    assert_eq!(history, whole);
    assert_eq!(files(), 2, "a run appends to a file of its own");

    let mut train = scalars(&whole, 0);
    train["epoch_learning_rate"] = (0..6).map(|epoch| json!([epoch, 0.01_f32])).collect();
    check(
        folder.path(),
        json!({
            "scalars": { "run/train": train, "run/validation": scalars(&whole, 2) },
            "steps_of_histograms": { "run/train": { "net.1/kernel/histogram": [0, 1, 2, 3, 4, 5] } },
            "texts": { "run/train": { "model": [0, ["| net.0 | `Normalization<4>` |"]] } },
        }),
    );
}

#[test]
fn a_run_that_is_resumed_after_its_last_epoch_ends_well() {
    let (folder, data) = (tempfile::tempdir().unwrap(), datasets::iris().unwrap().shuffle(1));
    let state = folder.path().join("state.taut");
    let board = || TensorBoard::new(folder.path().join("run")).hparam("units", 6);
    let power_fails = Lambda {
        epoch_end: Some(Box::new(|epoch: &mut EpochEnd<'_, _>| epoch.save_training(&state))),
        train_end: Some(Box::new(|| Err(Error::Other("the power failed".into())))),
        ..Lambda::default()
    };
    new().callbacks((power_fails, board())).fit(&data, epochs(2)).unwrap_err();
    let mut resumed = new();
    resumed.resume(&state).unwrap();
    let history = resumed.callbacks(board()).fit(&data, epochs(2)).unwrap();
    let mut train = scalars(&history, 0);
    train["epoch_learning_rate"] = (0..2).map(|epoch| json!([epoch, 0.01_f32])).collect();
    check(
        folder.path(),
        json!({
            "scalars": { "run/train": train },
            "hparams": { "units": 6.0 },
            "metrics": [["train", "epoch_loss", "loss"], ["train", "epoch_accuracy", "accuracy"]],
        }),
    );
}

#[test]
fn epochs_without_a_validation_are_left_out() {
    let (folder, data) = (tempfile::tempdir().unwrap(), datasets::iris().unwrap().shuffle(1));
    let board = TensorBoard::new(folder.path().join("run")).write_graph(false);
    let fit = Fit { validation_frequency: 2, ..epochs(5) };
    let history = new().validation_split(0.2).callbacks(board).fit(&data, fit).unwrap();
    let mut train = scalars(&history, 0);
    train["epoch_learning_rate"] = (0..5).map(|epoch| json!([epoch, 0.01_f32])).collect();
    let row = |at: usize| json!([[1, history.rows[1][at]], [3, history.rows[3][at]]]);
    let validation = json!({ "epoch_loss": row(2), "epoch_accuracy": row(3) });
    check(folder.path(), json!({ "scalars": { "run/train": train, "run/validation": validation } }));

    // A run without validation data has no such folder.
    let other = tempfile::tempdir().unwrap();
    new().callbacks(TensorBoard::new(other.path())).fit(&data, epochs(1)).unwrap();
    let names: Vec<_> = fs::read_dir(other.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["train"]);
}

#[test]
fn files_are_never_overwritten_and_errors_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = SummaryWriter::new(folder.path()).unwrap();
    first.scalar("a", 0, 1.0).unwrap();
    first.flush().unwrap();
    let before = fs::read(first.path()).unwrap();
    let second = SummaryWriter::new(folder.path()).unwrap();
    assert_ne!(first.path(), second.path());
    assert_eq!(fs::read(first.path()).unwrap(), before);
    let name = second.path().file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with("events.out.tfevents.") && name.contains(&format!(".{}.", std::process::id())), "{name}");

    let error = first.png("a", 0, b"no picture").unwrap_err();
    assert!(error.to_string().starts_with("the picture: expected a PNG file, received "), "{error}");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = SummaryWriter::new(file.join("logs")).unwrap_err();
    assert!(matches!(&error, Error::Io { action: "create", path, .. } if *path == file.join("logs")), "{error}");
    let board = TensorBoard::new(folder.path().join("never")).update_freq(0);
    let error = new().callbacks(board).fit(&datasets::iris().unwrap(), epochs(1)).unwrap_err();
    assert_eq!(error.to_string(), "TensorBoard's update_freq: expected at least 1, received 0");
    assert!(!folder.path().join("never").exists(), "a run that cannot begin writes nothing");
}
