use crate::callbacks::callback::Callback;
use crate::callbacks::event::{BatchEnd, EpochEnd, TrainBegin};
use crate::callbacks::summary_writer::{Hparam, SummaryWriter, encode, now};
use crate::callbacks::tensorboard_proto::{
    DatasetType, Experiment, HparamInfo, HparamType, HparamsPluginData, MetricInfo, MetricName, SessionEndInfo,
    SessionStartInfo,
};
use crate::contract::tensor::Tensor;
use crate::contract::train::Row;
use crate::io::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Writes what a run computes to files that TensorBoard reads.
///
/// | folder of `log_dir` | tag | step | what |
/// |---|---|---|---|
/// | `train` | `epoch_loss`, `epoch_accuracy`, … | the epoch, from 0 | the training's numbers of each epoch |
/// | `train` | `epoch_learning_rate` | the epoch | the learning rate after the epoch |
/// | `validation` | `epoch_loss`, `epoch_accuracy`, … | the epoch | the validation's numbers |
/// | `train` | `batch_loss`, `batch_accuracy`, … | steps of the optimizer | those of the epoch so far, if [`update_freq`](Self::update_freq) asks for them |
/// | `train` | `net.0/kernel/histogram`, … | the epoch | the weights, if [`histogram_freq`](Self::histogram_freq) asks for them |
/// | `train` | `net.0/kernel/image`, … | the epoch | the weights as pictures, if [`write_images`](Self::write_images) asks for them |
/// | `train` | `model` | 0 | a table of the layers, as a text |
/// | | | | the values of [`hparam`](Self::hparam), for the tab of hyperparameters |
///
/// Folders, tags and steps are those of Keras. Other things are written by a [`SummaryWriter`] of the program or of a
/// callback of your own, in any folder.
///
/// Files are streams: each run appends to new ones, and overwrites none; each epoch's numbers are in the file when the
/// epoch ends, each batch's when the step is done. A resumed run goes on with the next epoch, and where epochs run
/// again, TensorBoard shows the later ones.
///
/// ```
/// use taut::{callbacks::TensorBoard, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let logs = folder.path();
/// let data = datasets::iris()?.shuffle(1);
/// let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>, Softmax)>::new(3);
/// let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
/// let board = TensorBoard::new(logs.join("wide"))
///     .histogram_freq(1)
///     .write_images() // of weights, with their histograms
///     .write_graph(false) // no table of the layers
///     .update_freq(2) // the numbers of every second step, too
///     .hparam("learning_rate", 0.01)
///     .hparam("units", 16);
/// model.validation_split(0.2).callbacks(board).fit(&data, Fit { epochs: 5, ..Fit::default() })?;
/// // tensorboard --logdir logs
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/tensorboard/>.
#[derive(Debug)]
#[must_use]
pub struct TensorBoard {
    log_dir: PathBuf,
    histogram_freq: usize,
    write_graph: bool,
    write_images: bool,
    update_freq: Option<usize>,
    hparams: BTreeMap<String, Hparam>,
    /// The names of the training's numbers.
    names: Vec<String>,
    /// Those of the metrics in the table of hyperparameters.
    metrics: Vec<MetricInfo>,
    /// The layers as a table in Markdown, until it is written.
    graph: String,
    /// The first step of the run, by epochs.
    first: u64,
    /// Whether the files of the epochs before exist already.
    resumed: bool,
    writers: Option<Writers>,
}

/// The files of a run that has begun.
#[derive(Debug)]
struct Writers {
    train: SummaryWriter,
    /// None before the first validation.
    validation: Option<SummaryWriter>,
    /// Of the hyperparameters, if there are any.
    hparams: Option<SummaryWriter>,
}

/// The largest number of pictures of a tensor, as in TensorFlow.
const PICTURES: usize = 3;

impl TensorBoard {
    /// Writes to that folder, which is created when the first epoch begins if it does not exist.
    ///
    /// Give each run a folder of its own within a common one: TensorBoard, started with the common one, shows the runs
    /// side by side.
    pub fn new(log_dir: impl AsRef<Path>) -> Self {
        TensorBoard {
            log_dir: log_dir.as_ref().into(),
            histogram_freq: 0,
            write_graph: true,
            write_images: false,
            update_freq: None,
            hparams: BTreeMap::new(),
            names: vec![],
            metrics: vec![],
            graph: String::new(),
            first: 0,
            resumed: false,
            writers: None,
        }
    }

    /// Writes histograms of all weights after each so many epochs, the first among them; 0, the default, for never.
    ///
    /// They are those of [`SummaryWriter::histogram`], of the parameters after the epoch, states such as moving means
    /// included.
    pub fn histogram_freq(mut self, epochs: usize) -> Self {
        self.histogram_freq = epochs;
        self
    }

    /// Whether to write the table of the layers; true by default.
    ///
    /// ```
    /// use taut::{callbacks::TensorBoard, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let logs = folder.path();
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// /// The bytes of a run's file.
    /// let mut bytes = |name: &str, write| -> taut::Result<u64> {
    ///     let board = TensorBoard::new(logs.join(name)).write_graph(write);
    ///     model.callbacks(board).fit(&data, Fit::default())?;
    ///     let mut files = std::fs::read_dir(logs.join(name).join("train")).unwrap();
    ///     Ok(files.next().unwrap().unwrap().metadata().unwrap().len())
    /// };
    /// assert!(bytes("without", false)? < bytes("with", true)?);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn write_graph(mut self, write: bool) -> Self {
        self.write_graph = write;
        self
    }

    /// Writes weights as gray pictures too, in the epochs of [`histogram_freq`](Self::histogram_freq).
    ///
    /// The smallest number of a tensor is black, the largest white. (Keras takes numbers below 0 as black, and above 1
    /// as white.) As in Keras, axes of size 1 are left out; a vector is a column, a matrix lies with its longer side to
    /// the right, a kernel of three axes is a picture for each of its last axis, of which three are written, and others
    /// are left out.
    ///
    /// ```
    /// use taut::{callbacks::TensorBoard, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let logs = folder.path();
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// model.callbacks(TensorBoard::new(logs).histogram_freq(1).write_images()).fit(&data, Fit::default())?;
    /// let file = std::fs::read_dir(logs.join("train")).unwrap().next().unwrap().unwrap().path();
    /// let events = std::fs::read(file).unwrap();
    /// assert!(events.windows(16).any(|bytes| bytes == b"net/kernel/image"));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn write_images(mut self) -> Self {
        self.write_images = true;
        self
    }

    /// Writes the loss and the metrics of the epoch so far after each so many steps too, at least 1; never by default.
    ///
    /// Steps are the optimizer's, and count those of earlier runs. In a resumed run, TensorBoard's older reader, which
    /// `--load_fast false` asks for, shows the numbers of steps that ran again twice.
    ///
    /// ```
    /// use taut::{callbacks::TensorBoard, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let logs = folder.path();
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
    /// let fit = Fit { batch_size: 2, ..Fit::default() };
    /// model.callbacks(TensorBoard::new(logs).update_freq(2)).fit(&data, fit)?; // four steps
    /// let file = std::fs::read_dir(logs.join("train")).unwrap().next().unwrap().unwrap().path();
    /// let events = std::fs::read(file).unwrap();
    /// assert_eq!(events.windows(10).filter(|bytes| *bytes == b"batch_loss").count(), 2);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn update_freq(mut self, batches: usize) -> Self {
        self.update_freq = Some(batches);
        self
    }

    /// Adds a row to what TensorBoard knows of the run as its hyperparameters: the tab HPARAMS compares runs by them.
    /// The later of two values of one name counts.
    ///
    /// - `value`: a number, a text or a `bool`; see [`Hparam`].
    ///
    /// The columns of the tab are the hyperparameters and metrics of one of the runs: those of the others should have
    /// the same names. TensorBoard finds the metrics of a run if it is started with a folder above `log_dir`.
    pub fn hparam(mut self, name: impl Into<String>, value: impl Into<Hparam>) -> Self {
        self.hparams.insert(name.into(), value.into());
        self
    }

    /// Creates the files before the first epoch.
    fn begin(&mut self) -> Result<()> {
        let mut train = SummaryWriter::new(self.log_dir.join("train"))?;
        // Steps of batches and of epochs have nothing to do with each other: a START of these would take those away.
        if self.update_freq.is_none() {
            train.start(self.first)?;
        }
        if self.write_graph && !self.resumed {
            train.text("model", 0, &self.graph)?;
        }
        train.flush()?;
        let hparams = match self.hparams.is_empty() {
            true => None,
            false => Some(self.begin_hparams()?),
        };
        self.writers = Some(Writers { train, validation: None, hparams });
        Ok(())
    }

    /// Tells which hyperparameters and metrics there are, and the values of this run.
    fn begin_hparams(&self) -> Result<SummaryWriter> {
        let mut writer = SummaryWriter::new(&self.log_dir)?;
        let info = |(name, value): (&String, &Hparam)| {
            let kind = match value {
                Hparam::Number(_) => HparamType::Float64,
                Hparam::Text(_) => HparamType::String,
                Hparam::Flag(_) => HparamType::Bool,
            };
            HparamInfo { name: name.clone(), r#type: kind.into() }
        };
        let experiment = Experiment {
            time_created_secs: now(),
            hparam_infos: self.hparams.iter().map(info).collect(),
            metric_infos: self.metrics.clone(),
        };
        let values = self.hparams.iter().map(|(name, value)| (name.clone(), value.to_proto()));
        let session = SessionStartInfo { hparams: values.collect(), start_time_secs: now() };
        let data = HparamsPluginData { experiment: Some(experiment), ..HparamsPluginData::default() };
        writer.hparams("_hparams_/experiment", &data)?;
        let data = HparamsPluginData { session_start_info: Some(session), ..HparamsPluginData::default() };
        writer.hparams("_hparams_/session_start_info", &data)?;
        writer.flush()?;
        Ok(writer)
    }
}

impl Writers {
    /// Writes histograms, and pictures if they are wanted.
    fn weights<R>(&mut self, epoch: &EpochEnd<'_, R>, step: u64, images: bool) -> Result<()> {
        let (mut done, mut tags) = (Ok(()), BTreeSet::new());
        epoch.for_each_tensor(|layer, tensor, values| {
            if done.is_err() {
                return;
            }
            // The parts of a bidirectional layer have one place.
            let name = format!("{layer}/{}", tensor.name);
            let numbered = std::iter::once(name.clone()).chain((1..).map(|i| format!("{name}_{i}")));
            let name = numbered.into_iter().find(|name| !tags.contains(name)).unwrap_or_default();
            done = self.train.histogram(&format!("{name}/histogram"), step, values).and_then(|()| match images {
                true => self.picture(&format!("{name}/image"), step, tensor, values),
                false => Ok(()),
            });
            tags.insert(name);
        });
        done
    }

    /// Writes a tensor as pictures, if it has at most three axes of more than one number.
    fn picture(&mut self, tag: &str, step: u64, tensor: &Tensor, values: &[f32]) -> Result<()> {
        let axes: Vec<usize> = tensor.shape.iter().copied().filter(|size| *size > 1).collect();
        // Height and width, the distances of neighbours along them, and how many pictures lie next to each other.
        let (height, width, down, right, pictures) = match axes[..] {
            [] => (1, 1, 1, 1, 1),
            [n] => (n, 1, 1, 1, 1),
            [rows, columns] if rows > columns => (columns, rows, 1, columns, 1),
            [rows, columns] => (rows, columns, columns, 1, 1),
            [rows, columns, n] => (rows, columns, columns * n, n, n),
            _ => return Ok(()),
        };
        let finite = || values.iter().filter(|x| x.is_finite());
        let (min, max) = finite().fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), x| (min.min(*x), max.max(*x)));
        let gray = |x: f32| if max > min { ((x - min) / (max - min) * 255.0).round() as u8 } else { 0 };
        let picture = |i: usize| {
            let at = |row: usize, column: usize| gray(values[i + row * down + column * right]);
            let pixels: Vec<u8> = (0..height).flat_map(|row| (0..width).map(move |column| at(row, column))).collect();
            encode((width, height), 1, &pixels)
        };
        let pictures = (0..pictures.min(PICTURES)).map(picture).collect::<Result<_>>()?;
        self.train.pictures(tag, step, (width, height), pictures)
    }
}

/// The layers as a table in Markdown.
fn table(layers: &[Row]) -> String {
    let mut text = "| | layer | output | parameters | trained |\n|---|---|---|---|---|\n".to_string();
    for Row { place, layer, shape, params, trainable } in layers {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {place} | `{layer}` | {shape:?} | {params} | {trainable} |");
    }
    let sum = |of: fn(&Row) -> usize| layers.iter().map(of).sum::<usize>();
    let _ = writeln!(text, "| | | | **{}** | **{}** |", sum(|row| row.params), sum(|row| row.trainable));
    text
}

/// The metrics of the hyperparameters' table: the validation's first, and the training's.
fn metric_infos(names: &[String], validated: bool) -> Vec<MetricInfo> {
    let groups = [("validation", "validation ", DatasetType::Validation), ("train", "", DatasetType::Training)];
    let groups = groups.into_iter().filter(|(group, ..)| validated || *group == "train");
    let info = |(group, prefix, kind): (&str, &str, DatasetType), name: &String| MetricInfo {
        name: Some(MetricName { group: group.into(), tag: format!("epoch_{name}") }),
        display_name: format!("{prefix}{name}"),
        dataset_type: kind.into(),
    };
    groups.flat_map(|group| names.iter().map(move |name| info(group, name))).collect()
}

impl<R> Callback<R> for TensorBoard {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        if self.update_freq == Some(0) {
            return Err(Error::argument("TensorBoard's update_freq", "at least 1", 0));
        }
        self.names = start.names[..=start.metrics].to_vec();
        self.metrics = metric_infos(&self.names, start.names.len() > self.names.len());
        self.graph = table(start.layers);
        (self.resumed, self.writers) = (false, None);
        Ok(())
    }

    fn resumed(&mut self, _: &mut EpochEnd<'_, R>) -> Result<()> {
        self.resumed = true;
        Ok(())
    }

    fn epoch_begin(&mut self, number: usize, _: &mut f32) -> Result<()> {
        match self.writers {
            Some(_) => Ok(()),
            // Not earlier: a run that cannot begin writes nothing.
            None => {
                self.first = number as u64 - 1;
                self.begin()
            }
        }
    }

    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
        let (Some(writers), Some(freq)) = (&mut self.writers, self.update_freq) else { return Ok(()) };
        let step = batch.weights.steps();
        if !step.is_multiple_of(freq as u64) {
            return Ok(());
        }
        for (name, value) in batch.values() {
            writers.train.scalar(&format!("batch_{name}"), step, value)?;
        }
        writers.train.flush()
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        let Some(writers) = &mut self.writers else { return Ok(()) };
        let step = epoch.number as u64 - 1;
        let (training, validation) = epoch.row.split_at(self.names.len());
        for (name, value) in self.names.iter().zip(training) {
            writers.train.scalar(&format!("epoch_{name}"), step, *value)?;
        }
        writers.train.scalar("epoch_learning_rate", step, *epoch.learning_rate)?;
        if self.histogram_freq > 0 && step.is_multiple_of(self.histogram_freq as u64) {
            writers.weights(epoch, step, self.write_images)?;
        }
        writers.train.flush()?;
        if epoch.validated {
            if writers.validation.is_none() {
                let mut writer = SummaryWriter::new(self.log_dir.join("validation"))?;
                writer.start(self.first)?;
                writers.validation = Some(writer);
            }
            let Some(writer) = &mut writers.validation else { return Ok(()) };
            for (name, value) in self.names.iter().zip(validation) {
                writer.scalar(&format!("epoch_{name}"), step, *value)?;
            }
            writer.flush()?;
        }
        Ok(())
    }

    fn train_end(&mut self) -> Result<()> {
        let writer = match self.writers.take() {
            Some(writers) => writers.hparams,
            // The run was interrupted after its last epoch.
            None if self.resumed && !self.hparams.is_empty() => Some(SummaryWriter::new(&self.log_dir)?),
            None => None,
        };
        let Some(mut writer) = writer else { return Ok(()) };
        let end = SessionEndInfo { status: SessionEndInfo::SUCCESS, end_time_secs: now() };
        let data = HparamsPluginData { session_end_info: Some(end), ..HparamsPluginData::default() };
        writer.hparams("_hparams_/session_end_info", &data)?;
        writer.flush()
    }
}
