use crate::callbacks::tensorboard_proto::{
    DataClass, DataType, Dim, Event, HparamValue, HparamsPluginData, PluginData, SessionLog, SourceMetadata, Summary,
    SummaryMetadata, TensorProto, TensorShape, Value,
};
use crate::io::error::{Error, Result};
use crate::memory::plain::Floats;
use crate::shape::sample::Image;
use prost::Message;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Writes numbers, histograms, pictures and texts to a file that TensorBoard reads.
///
/// [`TensorBoard`](crate::TensorBoard) writes what a run computes; this writes anything else, from a callback of your
/// own or from a program without a run. The file is a stream: it is only ever appended to, and each writer has one of
/// its own, so that several may write to one folder. TensorBoard shows a folder with its name as a *run*, and reads
/// while it is written.
///
/// Each record has a *tag*, whose part before the first `/` is the group in which TensorBoard shows it, and a *step*,
/// its place on the horizontal axis. A tag is for records of one kind.
///
/// ```
/// use taut::{callbacks::SummaryWriter, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let logs = folder.path();
/// let mut writer = SummaryWriter::new(logs.join("digits"))?;
/// let digits = datasets::digits()?;
/// writer.image("data/first", 0, &digits.x[..3])?;
/// for step in 0..100 {
///     writer.scalar("wave/sine", step, (step as f32 / 10.0).sin())?;
/// }
/// writer.histogram("data/ink", 0, digits.x[0].values())?;
/// writer.text("about", 0, "Digits of **8 x 8** pixels.")?;
/// writer.flush()?; // tensorboard --logdir logs
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://www.tensorflow.org/api_docs/python/tf/summary>.
#[derive(Debug)]
#[must_use]
pub struct SummaryWriter {
    path: PathBuf,
    file: BufWriter<File>,
}

/// The number of buckets of a histogram, as in TensorFlow.
const BUCKETS: usize = 30;

/// A checksum of TFRecord files: CRC-32C, turned, so that the checksum of data with a checksum is none of zeros.
fn masked_crc(bytes: &[u8]) -> u32 {
    const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);
    CRC.checksum(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

/// Creates a file that did not exist, with a name as TensorFlow gives it.
fn create(folder: &Path) -> Result<(PathBuf, File)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    let host: String = gethostname::gethostname().to_string_lossy().into();
    let host = host.replace(|c: char| !c.is_ascii_alphanumeric() && !"-._".contains(c), "_");
    loop {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("events.out.tfevents.{:010}.{host}.{}.{n}", now() as u64, std::process::id());
        let path = folder.join(name);
        match OpenOptions::new().append(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io("write", &path)(error)),
        }
    }
}

impl SummaryWriter {
    /// Creates a file in that folder, which is created too if it does not exist.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(log_dir: impl AsRef<Path>) -> Result<Self> {
        let (path, file) = create(log_dir.as_ref())?;
        let mut writer = SummaryWriter { path, file: BufWriter::new(file) };
        let source = SourceMetadata { writer: "taut".into() };
        let version = Some("brain.Event:2".into());
        writer.event(Event { file_version: version, source_metadata: Some(source), ..Event::default() })?;
        Ok(writer)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a number.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn scalar(&mut self, tag: &str, step: u64, value: f32) -> Result<()> {
        let tensor = TensorProto { float_val: vec![value], ..tensor(DataType::Float, &[]) };
        self.value(step, value_of(tag, "scalars", DataClass::Scalar, tensor))
    }

    /// Writes how many of the numbers lie in each of 30 ranges of one width, from the smallest to the largest. What is
    /// NaN or infinite is left out.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn histogram(&mut self, tag: &str, step: u64, values: &[f32]) -> Result<()> {
        let rows = buckets(values);
        let tensor_content = rows.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
        let tensor = TensorProto { tensor_content, ..tensor(DataType::Double, &[rows.len(), 3]) };
        self.value(step, value_of(tag, "histograms", DataClass::Tensor, tensor))
    }

    /// Writes pictures, which TensorBoard shows side by side. Numbers from 0 to 1 are black to white; those beyond are
    /// as the nearest of them.
    ///
    /// One channel is gray, two are gray and opacity, three red, green and blue, four these and opacity. More do not
    /// compile.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn image<const H: usize, const W: usize, const C: usize>(
        &mut self,
        tag: &str,
        step: u64,
        images: &[Image<H, W, C>],
    ) -> Result<()> {
        const { assert!(C >= 1 && C <= 4, "a picture has one to four channels") };
        let images = images.iter().map(|image| {
            let pixels: Vec<u8> = image.values().iter().map(|x| (x * 255.0).round() as u8).collect();
            encode((W, H), C, &pixels)
        });
        let images = images.collect::<Result<_>>()?;
        self.pictures(tag, step, (W, H), images)
    }

    /// Writes a picture that is a PNG file already, such as one that was read or plotted.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Argument`] if the bytes are not those of a PNG file.
    ///
    /// ```
    /// use taut::SummaryWriter;
    /// # let folder = tempfile::tempdir().unwrap();
    /// let mut writer = SummaryWriter::new(folder.path())?;
    /// let error = writer.png("picture", 1, b"no picture").unwrap_err();
    /// assert!(error.to_string().starts_with("the picture: expected a PNG file, received"));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn png(&mut self, tag: &str, step: u64, png: &[u8]) -> Result<()> {
        let header = png::Decoder::new(std::io::Cursor::new(png)).read_info();
        let reader = header.map_err(|error| Error::argument("the picture", "a PNG file", error))?;
        let (width, height) = reader.info().size();
        self.pictures(tag, step, (width as usize, height as usize), vec![png.to_vec()])
    }

    /// Writes a text in Markdown.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn text(&mut self, tag: &str, step: u64, markdown: &str) -> Result<()> {
        let tensor = TensorProto { string_val: vec![markdown.into()], ..tensor(DataType::String, &[]) };
        self.value(step, value_of(tag, "text", DataClass::Tensor, tensor))
    }

    /// Writes what was not written yet to the file, so that TensorBoard sees it. A writer that is dropped does so too,
    /// but cannot tell of an error.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn flush(&mut self) -> Result<()> {
        self.file.flush().map_err(Error::io("write", &self.path))
    }

    /// Has TensorBoard forget what other files of the folder have of this step and later ones.
    pub(crate) fn start(&mut self, step: u64) -> Result<()> {
        let session_log = Some(SessionLog { status: SessionLog::START });
        self.event(Event { step: signed(step), session_log, ..Event::default() })
    }

    /// Writes a part of the table of hyperparameters.
    pub(crate) fn hparams(&mut self, tag: &str, data: &HparamsPluginData) -> Result<()> {
        let mut value = value_of(tag, "hparams", DataClass::Unknown, tensor(DataType::Float, &[0]));
        if let Some(plugin) = value.metadata.as_mut().and_then(|metadata| metadata.plugin_data.as_mut()) {
            plugin.content = data.encode_to_vec();
        }
        self.value(0, value)
    }

    /// Writes pictures of one size, which are PNG files.
    pub(crate) fn pictures(
        &mut self,
        tag: &str,
        step: u64,
        (width, height): (usize, usize),
        images: Vec<Vec<u8>>,
    ) -> Result<()> {
        let mut string_val = vec![width.to_string().into_bytes(), height.to_string().into_bytes()];
        string_val.extend(images);
        let shape = [string_val.len()];
        let tensor = TensorProto { string_val, ..tensor(DataType::String, &shape) };
        self.value(step, value_of(tag, "images", DataClass::BlobSequence, tensor))
    }

    fn value(&mut self, step: u64, value: Value) -> Result<()> {
        let summary = Some(Summary { value: vec![value] });
        self.event(Event { step: signed(step), summary, ..Event::default() })
    }

    /// Appends a record: its length, the length's checksum, the event, its checksum.
    fn event(&mut self, event: Event) -> Result<()> {
        let data = Event { wall_time: now(), ..event }.encode_to_vec();
        let length = (data.len() as u64).to_le_bytes();
        let (of_length, of_data) = (masked_crc(&length).to_le_bytes(), masked_crc(&data).to_le_bytes());
        let record = [&length[..], &of_length, &data, &of_data].concat();
        self.file.write_all(&record).map_err(Error::io("write", &self.path))
    }
}

fn signed(step: u64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

/// A tensor without numbers yet.
fn tensor(dtype: DataType, shape: &[usize]) -> TensorProto {
    let dim = shape.iter().map(|size| Dim { size: signed(*size as u64) }).collect();
    TensorProto { dtype: dtype.into(), tensor_shape: Some(TensorShape { dim }), ..TensorProto::default() }
}

fn value_of(tag: &str, plugin: &str, data_class: DataClass, tensor: TensorProto) -> Value {
    let plugin_data = Some(PluginData { plugin_name: plugin.into(), content: vec![] });
    let metadata = Some(SummaryMetadata { plugin_data, data_class: data_class.into() });
    Value { tag: tag.into(), tensor: Some(tensor), metadata }
}

/// The left and the right edge of each bucket, and how many numbers it has, as TensorFlow computes them.
fn buckets(values: &[f32]) -> Vec<[f64; 3]> {
    let values = || values.iter().filter(|x| x.is_finite()).map(|x| f64::from(*x));
    let (min, max) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), x| (min.min(x), max.max(x)));
    if min > max {
        // None is finite.
        return vec![[0.0; 3]; BUCKETS];
    }
    if min == max {
        // They are in the last bucket.
        let mut rows = vec![[max, max, 0.0]; BUCKETS];
        rows[BUCKETS - 1][2] = values().count() as f64;
        return rows;
    }
    let width = (max - min) / BUCKETS as f64;
    let edge = |i: usize| if i == BUCKETS { max } else { min + i as f64 * width };
    let mut rows: Vec<[f64; 3]> = (0..BUCKETS).map(|i| [edge(i), edge(i + 1), 0.0]).collect();
    for x in values() {
        rows[(((x - min) / width) as usize).min(BUCKETS - 1)][2] += 1.0;
    }
    rows
}

/// A PNG file of so many pixels in rows, each of so many bytes.
pub(crate) fn encode((width, height): (usize, usize), channels: usize, pixels: &[u8]) -> Result<Vec<u8>> {
    let mut file = vec![];
    let failed = |error: png::EncodingError| Error::argument("the picture", "one that PNG can hold", error);
    let side = |side: usize| u32::try_from(side).unwrap_or(0);
    let mut encoder = png::Encoder::new(&mut file, side(width), side(height));
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_color(match channels {
        1 => png::ColorType::Grayscale,
        2 => png::ColorType::GrayscaleAlpha,
        3 => png::ColorType::Rgb,
        _ => png::ColorType::Rgba,
    });
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

/// A hyperparameter, as [`TensorBoard::hparam`](crate::TensorBoard::hparam) takes it: a number, a text or a flag.
///
/// ```
/// use taut::callbacks::Hparam;
/// assert_eq!(Hparam::from(0.1_f32), Hparam::Number(0.1));
/// assert_eq!(Hparam::from("adam"), Hparam::Text("adam".into()));
/// assert_eq!(Hparam::from(true), Hparam::Flag(true));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Hparam {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

impl From<f32> for Hparam {
    /// The number that is printed: 0.1, and not 0.10000000149011612.
    fn from(x: f32) -> Self {
        Hparam::Number(x.to_string().parse().unwrap_or(f64::from(x)))
    }
}

macro_rules! hparams {
    ($($T:ty: $x:ident => $value:expr),*) => { $(
        impl From<$T> for Hparam {
            fn from($x: $T) -> Self {
                $value
            }
        }
    )* };
}
hparams! {
    f64: x => Hparam::Number(x),
    i32: x => Hparam::Number(x.into()),
    u32: x => Hparam::Number(x.into()),
    u64: x => Hparam::Number(x as f64),
    usize: x => Hparam::Number(x as f64),
    &str: x => Hparam::Text(x.into()),
    String: x => Hparam::Text(x),
    bool: x => Hparam::Flag(x)
}

impl Hparam {
    pub(crate) fn to_proto(&self) -> HparamValue {
        match self {
            Hparam::Number(x) => HparamValue { number_value: Some(*x), ..HparamValue::default() },
            Hparam::Text(x) => HparamValue { string_value: Some(x.clone()), ..HparamValue::default() },
            Hparam::Flag(x) => HparamValue { bool_value: Some(*x), ..HparamValue::default() },
        }
    }
}
