//! Writing and reading checkpoints. The format, and what can be wrong with a file, is told by [`embed`](crate::embed).
//!
//! Only this file knows bincode: its fixed-size little-endian encoding of numbers and arrays is the format.

use crate::contract::embed;
use crate::contract::embed::{Flaw, MAGIC, VERSION};
use crate::contract::layer::Arch;
use crate::contract::train::Params;
use crate::io::error::{Error, Result};
use crate::text::Text;
use bincode::Encode;
use bincode::config::{Configuration, Fixint, LittleEndian};
use rand::rngs::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

const FORMAT: Configuration<LittleEndian, Fixint> = bincode::config::standard().with_fixed_int_encoding();

#[derive(Encode)]
struct Header {
    magic: [u8; 4],
    version: u32,
    checksum: u64,
    state_len: u64,
    state_checksum: u64,
    architecture_len: u32,
}

/// All that a run needs, beside the parameters, to go on as if it had never stopped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub optimizer: String,
    pub learning_rate: f32,
    pub steps: u64,
    pub random: Xoshiro256PlusPlus,
    pub names: Vec<String>,
    pub rows: Vec<Vec<f32>>,
    pub moments: Vec<Vec<f32>>,
    pub best: Option<Vec<f32>>,
}

/// Where a path leads, and the folder of that. A link stays a link, and what it leads to is replaced.
fn target(path: &Path) -> (PathBuf, PathBuf) {
    let target = std::fs::canonicalize(path).unwrap_or(path.into());
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder.into(),
        _ => ".".into(),
    };
    (target, folder)
}

/// Writes a whole file, or leaves the one that is there as it is.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let (target, folder) = target(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".taut-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the user's mask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let write = || {
        let mut file = builder.tempfile_in(&folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&target)?;
        // The new name, too, must outlive a crash.
        #[cfg(unix)]
        std::fs::File::open(&folder)?.sync_all()?;
        Ok(())
    };
    write().map_err(plain).map_err(Error::io("write", path))
}

/// That files can be written to the folder of a path, known before there is something to lose.
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    tempfile::tempfile_in(target(path).1).map(drop).map_err(plain).map_err(Error::io("write", path))
}

/// An error without the name of the temporary file.
fn plain(error: std::io::Error) -> std::io::Error {
    match error.raw_os_error() {
        Some(code) => std::io::Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}

fn encoded(value: impl Encode, bytes: &mut Vec<u8>) {
    bincode::encode_into_std_write(value, bytes, FORMAT).expect("a vector can be written to");
}

/// Saves a network, with the state of its training if there is one.
pub(crate) fn save<N: Params>(path: &Path, net: &N, state: Option<&State>) -> Result<()> {
    let encode = |state| bincode::serde::encode_to_vec(state, FORMAT).expect("a vector can be written to");
    save_with(path, net, &state.map_or(vec![], encode))
}

/// Saves a network, and what else is to be in the file.
pub(crate) fn save_with<N: Params>(path: &Path, net: &N, more: &[u8]) -> Result<()> {
    let mut flaw = None;
    let mut payload = Vec::with_capacity(size_of::<f32>() * N::PARAMS);
    net.read(&N::Options::default(), &mut |tensor, _, values| {
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            flaw.get_or_insert((*tensor, *value));
        }
        values.iter().for_each(|value| encoded(value, &mut payload));
    });
    if let Some((tensor, value)) = flaw {
        return Err(Error::NotFinite { path: path.into(), layer: tensor.layer, tensor: tensor.name, value });
    }
    write(path, N::NAME, &payload, more)
}

/// Writes a checkpoint of these parameters and that state.
pub(crate) fn write(path: &Path, name: &Text, payload: &[u8], state: &[u8]) -> Result<()> {
    let name = name.bytes();
    let mut file = Vec::with_capacity(embed::HEADER + name.len() + payload.len() + state.len());
    let header = Header {
        magic: *MAGIC,
        version: VERSION,
        checksum: embed::scan(payload).0,
        state_len: state.len() as u64,
        state_checksum: embed::scan(state).0,
        architecture_len: name.len() as u32,
    };
    encoded(header, &mut file);
    file.extend_from_slice(name);
    file.extend_from_slice(payload);
    file.extend_from_slice(state);
    write_atomically(path, &file)
}

/// What is wrong with a file, as an error.
fn flawed<N: Arch>(path: &Path, file: &[u8], flaw: Flaw) -> Error {
    Error::Checkpoint { path: path.into(), flaw, sentence: flaw.sentence(file, N::NAME).as_str().into() }
}

/// A checkpoint that has been read and found right for `N`.
pub(crate) struct Checkpoint {
    file: Vec<u8>,
    start: usize,
}

impl Checkpoint {
    pub fn read<N: Arch>(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(Error::io("read", path))?;
        match embed::inspect(&file, N::NAME, N::BYTES, N::FLOATS) {
            Ok(start) => Ok(Checkpoint { file, start }),
            Err(flaw) => Err(flawed::<N>(path, &file, flaw)),
        }
    }

    /// The bytes of the parameters.
    pub fn parameters<N: Arch>(&self) -> &[u8] {
        &self.file[self.start..][..N::BYTES]
    }

    pub fn load<N: Params>(&self, net: &mut N) {
        let mut rest = self.parameters::<N>();
        N::visit(&N::Options::default(), [net], &mut |_, _, [w]| {
            for w in w {
                let (value, read) = bincode::decode_from_slice(rest, FORMAT).expect("the file's length was checked");
                (*w, rest) = (value, &rest[read..]);
            }
        });
    }

    /// The state of the training of an optimizer with that many moments.
    pub fn state<N: Params>(&self, path: &Path, optimizer: &str, moments: usize) -> Result<State> {
        let wrong = |flaw| flawed::<N>(path, &self.file, flaw);
        let bytes = embed::state(&self.file, self.start, N::BYTES).map_err(wrong)?;
        // What is no state may seem to begin with a text of any length: nothing is made room for that is not there.
        let limited = FORMAT.with_limit::<{ 1 << 32 }>();
        let decoded = bincode::serde::decode_from_slice::<State, _>(bytes, limited);
        let Ok((state, read)) = decoded else { return Err(wrong(Flaw::State)) };
        if state.optimizer != optimizer {
            return Err(Error::data(path, ", its training state", optimizer, state.optimizer));
        }
        let whole = read == bytes.len()
            && state.moments.len() == moments
            && state.moments.iter().chain(&state.best).all(|values| values.len() == N::PARAMS)
            && state.rows.iter().all(|row| row.len() == state.names.len());
        if whole { Ok(state) } else { Err(wrong(Flaw::State)) }
    }
}
