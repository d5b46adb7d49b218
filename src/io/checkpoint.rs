//! Writes and reads checkpoints: a network's parameters and the state of its training.
//!
//! Only this file uses bincode, whose fixed-size little-endian encoding is that of the training state.

use crate::contract::embed::contents;
use crate::contract::layer::Arch;
use crate::contract::rule::MomentInfo;
use crate::contract::tensor::Params;
use crate::io::error::{Error, Result};
use crate::io::file::write_atomically;
use crate::io::format;
use crate::io::format::{Flaw, Parts, compose, inspect};
use bincode::config::{Configuration, Fixint, LittleEndian};
use rand::Rng;
use rand::rngs::Xoshiro256PlusPlus;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fs::File;
use std::io::Read;
use std::path::Path;

const FORMAT: Configuration<LittleEndian, Fixint> = bincode::config::standard().with_fixed_int_encoding();

/// The largest state that is read: 4 GiB, and 1 GiB where addresses have 32 bits.
const LIMIT: usize = match 1_usize.checked_shl(32) {
    Some(limit) => limit,
    None => 1 << 30,
};

/// The state, beside the parameters, from which a run resumes as if it had never stopped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    /// The [text](optimizer_text) of the optimizer, or, as files had it before, its name alone.
    #[serde(deserialize_with = "text")]
    pub optimizer: String,
    pub learning_rate: f32,
    pub steps: u64,
    pub random: Xoshiro256PlusPlus,
    #[serde(deserialize_with = "texts")]
    pub names: Vec<String>,
    pub rows: Vec<Vec<f32>>,
    pub moments: Vec<Vec<f32>>,
    pub best: Option<Vec<f32>>,
}

/// The steps of a state are fewer, so that counting on does not overflow.
const MAX_STEPS: u64 = 1 << 53;

/// A text, read byte by byte: bincode allocates a `String` at once, of the length that the file claims.
fn text<'d, D: Deserializer<'d>>(from: D) -> Result<String, D::Error> {
    String::from_utf8(Vec::deserialize(from)?).map_err(de::Error::custom)
}

fn texts<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<Vec<u8>>::deserialize(from)?.into_iter();
    texts.map(|text| String::from_utf8(text).map_err(de::Error::custom)).collect()
}

/// The text of an optimizer in a state: its name and its moments, as in `Adam(mean, mean of squares)`.
pub(crate) fn optimizer_text(name: &str, moments: &[MomentInfo]) -> String {
    let moments: Vec<&str> = moments.iter().map(|moment| moment.name).collect();
    format!("{name}({})", moments.join(", "))
}

/// The name in the text of an optimizer.
fn name_in(text: &str) -> &str {
    text.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map_or(text, |(name, _)| name)
}

impl State {
    /// The bytes that follow the parameters in a training checkpoint.
    pub fn bytes(&self) -> Vec<u8> {
        bincode::serde::encode_to_vec(self, FORMAT).expect("a vector can be written to")
    }
}

/// Saves a network, followed by `more`: nothing, the bytes of a [`State`], or those of an [example](format::EXAMPLE).
pub(crate) fn save<N: Params>(path: &Path, net: &N, more: &[u8]) -> Result<()> {
    check_finite(path, net, None)?;
    let mut parameters = Vec::with_capacity(N::BYTES);
    net.read(&N::Options::default(), &mut |_, _, values| {
        parameters.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    });
    write::<N>(path, &parameters, more)
}

/// Fails if a number is NaN or infinite that is to be saved there.
///
/// - `moment`: the name of the optimizer's moment, if the numbers are one.
pub(crate) fn check_finite<N: Params>(path: &Path, net: &N, moment: Option<&'static str>) -> Result<()> {
    let mut flaw = None;
    net.read(&N::Options::default(), &mut |tensor, _, values| {
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            flaw.get_or_insert((*tensor, *value));
        }
    });
    flaw.map_or(Ok(()), |(tensor, value)| {
        let name = moment.unwrap_or(tensor.name);
        Err(Error::NotFinite { path: path.into(), layer: tensor.layer, tensor: name, value })
    })
}

/// Writes a checkpoint of a network with these parameters, followed by `more`.
pub(crate) fn write<N: Arch>(path: &Path, parameters: &[u8], more: &[u8]) -> Result<()> {
    write_atomically(path, &compose(&contents::<N>(), parameters, more))
}

/// The error for a flaw of a file.
fn flawed<N: Arch>(path: &Path, file: &[u8], flaw: Flaw) -> Error {
    Error::Checkpoint { path: path.into(), flaw, sentence: flaw.sentence(file, &contents::<N>()).as_str().into() }
}

/// The bytes of a checkpoint. Of what is no checkpoint, such as an endless device, only the first.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let (mut file, mut bytes) = (File::open(path)?, vec![]);
    (&mut file).take(format::HEADER as u64).read_to_end(&mut bytes)?;
    if bytes.starts_with(format::MAGIC) {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// A checkpoint that has been read and checked against a network.
pub(crate) struct Checkpoint {
    file: Vec<u8>,
    parts: Parts,
}

impl Checkpoint {
    pub fn read<N: Arch>(path: &Path) -> Result<Self> {
        let file = read(path).map_err(Error::io("read", path))?;
        match inspect(&file, &contents::<N>()) {
            Ok(parts) => Ok(Checkpoint { file, parts }),
            Err(flaw) => Err(flawed::<N>(path, &file, flaw)),
        }
    }

    /// The bytes of the parameters.
    pub fn parameters(&self) -> &[u8] {
        self.parts.parameters(&self.file)
    }

    pub fn load<N: Params>(&self, net: &mut N) {
        let mut values = self.parameters().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        N::visit(&N::Options::default(), [net], &mut |_, _, [w]| {
            w.iter_mut().zip(&mut values).for_each(|(w, value)| *w = value)
        });
    }

    /// The training state of an optimizer with these moments.
    pub fn state<N: Params>(&self, path: &Path, optimizer: &str, moments: &[MomentInfo]) -> Result<State> {
        let error = |flaw| flawed::<N>(path, &self.file, flaw);
        let bytes = format::state(&self.file, self.parts).map_err(error)?;
        let limited = FORMAT.with_limit::<LIMIT>();
        let decoded = bincode::serde::decode_from_slice::<State, _>(bytes, limited);
        let Ok((state, read)) = decoded else { return Err(error(Flaw::State)) };
        let (text, received) = (optimizer_text(optimizer, moments), &state.optimizer);
        if received != optimizer && *received != text {
            let same = name_in(received) == optimizer;
            let (expected, received) = if same { (&*text, &**received) } else { (optimizer, name_in(received)) };
            return Err(Error::data(path, ", its training state", expected, received));
        }
        let finite = |values: &[f32]| values.len() == N::PARAMS && values.iter().all(|value| value.is_finite());
        let is_moment = |(values, info): (&Vec<f32>, &MomentInfo)| {
            finite(values) && (info.may_be_negative || values.iter().all(|value| *value >= 0.0))
        };
        // From a generator of zeros nothing but zeros come, and some who draw from it would wait for ever.
        let mut random = state.random.clone();
        let complete = read == bytes.len()
            && state.steps < MAX_STEPS
            && (0..4).any(|_| random.next_u64() != 0)
            && state.learning_rate.is_finite()
            && state.learning_rate >= 0.0
            && state.moments.len() == moments.len()
            && state.moments.iter().zip(moments).all(is_moment)
            && state.best.iter().all(|best| finite(best))
            && state.rows.iter().all(|row| row.len() == state.names.len());
        if complete { Ok(state) } else { Err(error(Flaw::State)) }
    }
}
