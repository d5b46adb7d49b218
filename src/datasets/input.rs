//! Files, gzipped or not.

use crate::io::error::{Error, Result};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The contents of a file.
pub(super) struct Input<'a> {
    /// What errors name.
    pub(super) path: &'a Path,
    /// What is known of the contents' length before they are read.
    pub(super) size: Size,
    reader: Box<dyn Read + 'a>,
}

/// What is known of the contents' length before they are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Size {
    /// So many bytes.
    Exact(u64),
    /// Gzipped.
    Gzip {
        /// DEFLATE cannot put more into the file.
        at_most: u64,
        /// What the file says itself: the length of its last member, modulo 2³².
        claimed: u32,
    },
    /// A pipe, or nothing.
    Unknown,
}

impl<'a> Input<'a> {
    /// Opens a file; that it is gzipped is told by its first two bytes.
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        let open = || {
            let mut file = File::open(path)?;
            let metadata = file.metadata()?;
            let mut claimed = [0; 4];
            if metadata.is_file() && metadata.len() >= 4 {
                file.seek(SeekFrom::End(-4))?;
                file.read_exact(&mut claimed)?;
                file.rewind()?;
            }
            // The kernel's own files say 0 and hold something.
            let len = Some(metadata.len()).filter(|len| metadata.is_file() && *len > 0);
            Input::new(path, BufReader::with_capacity(1 << 16, file), len, u32::from_le_bytes(claimed))
        };
        open().map_err(Error::io("read", path))
    }

    /// The contents of a file that is already in memory.
    pub(super) fn in_memory(path: &'a Path, bytes: &'a [u8]) -> Result<Self> {
        let claimed = bytes.last_chunk().map_or(0, |last| u32::from_le_bytes(*last));
        Input::new(path, bytes, Some(bytes.len() as u64), claimed).map_err(Error::io("read", path))
    }

    fn new(path: &'a Path, mut file: impl BufRead + 'a, len: Option<u64>, claimed: u32) -> io::Result<Self> {
        Ok(if file.fill_buf()?.starts_with(&GZIP) {
            let at_most = len.unwrap_or(u64::MAX).saturating_mul(1032);
            Input { path, size: Size::Gzip { at_most, claimed }, reader: Box::new(MultiGzDecoder::new(file)) }
        } else {
            Input { path, size: len.map_or(Size::Unknown, Size::Exact), reader: Box::new(file) }
        })
    }

    /// Reads until `buffer` is full or the contents end; returns the number of bytes.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut len = 0;
        while len < buffer.len() {
            match self.reader.read(&mut buffer[len..]) {
                Ok(0) => break,
                Ok(n) => len += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.error(error)),
            }
        }
        Ok(len)
    }

    /// What an error of reading means.
    pub(super) fn error(&self, error: io::Error) -> Error {
        read_error(self.path, self.size, error)
    }

    /// The bytes.
    pub(super) fn into_reader(self) -> Box<dyn Read + 'a> {
        self.reader
    }
}

/// What an error of reading means: a damaged gzip stream is the file's fault, not the operating system's.
pub(super) fn read_error(path: &Path, size: Size, error: io::Error) -> Error {
    match (size, error.kind()) {
        (Size::Gzip { .. }, ErrorKind::UnexpectedEof) => {
            Error::data(path, "", "a whole gzip stream", "one that is cut off")
        }
        (Size::Gzip { .. }, ErrorKind::InvalidData | ErrorKind::InvalidInput) => {
            Error::data(path, "", "a sound gzip stream", format!("a damaged one ({error})"))
        }
        _ => Error::io("read", path)(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(Input::open(file.path()).unwrap().size, Size::Unknown);
        std::fs::write(file.path(), "text").unwrap();
        assert_eq!(Input::open(file.path()).unwrap().size, Size::Exact(4));
        std::fs::write(file.path(), [0x1f, 0x8b, 1, 0, 0, 0]).unwrap();
        assert_eq!(Input::open(file.path()).unwrap().size, Size::Gzip { at_most: 6 * 1032, claimed: 1 });
    }

    #[test]
    fn absent_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none");
        let error = Input::open(&path).err().unwrap();
        assert!(matches!(&error, Error::Io { action: "read", .. }));
        assert!(error.to_string().starts_with(&format!("cannot read {}: ", path.display())), "{error}");
    }
}
