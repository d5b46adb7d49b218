//! Input files, gzipped or not.

use crate::io::error::{Error, Result};
use crate::io::terminal::{MB, Wait, shown};
use flate2::bufread::GzDecoder;
use std::collections::TryReserveError;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::mem;
use std::path::Path;

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The contents of a file.
pub(super) struct Input<'a> {
    /// The path that errors name.
    pub(super) path: &'a Path,
    /// The length of the contents, as far as known before reading.
    pub(super) size: Size,
    reader: Box<dyn Read + 'a>,
}

/// The length of the contents, as far as known before reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Size {
    /// The length in bytes.
    Exact(u64),
    /// A gzipped file.
    Gzip {
        /// The most bytes that DEFLATE can compress into the file.
        max: u64,
        /// The length that the file's last gzip member states, modulo 2³².
        claimed: u32,
    },
    /// A pipe, or an empty file.
    Unknown,
}

impl<'a> Input<'a> {
    /// Opens a file. The first two bytes show whether it is gzipped.
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
            // Virtual files of the kernel report a length of 0 and still have contents.
            let len = Some(metadata.len()).filter(|len| metadata.is_file() && *len > 0);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let wait = Wait::new(format!("reading {}", shown(&name, 40)), MB, len);
            let file = BufReader::with_capacity(1 << 16, Watched { file, wait });
            Input::new(path, file, len, u32::from_le_bytes(claimed))
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
            let max = len.unwrap_or(u64::MAX).saturating_mul(1032);
            Input { path, size: Size::Gzip { max, claimed }, reader: Box::new(Members(GzDecoder::new(Box::new(file)))) }
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

    /// Converts an error of reading.
    pub(super) fn error(&self, error: io::Error) -> Error {
        read_error(self.path, self.size, error)
    }

    /// The reader of the contents.
    pub(super) fn into_reader(self) -> Box<dyn Read + 'a> {
        self.reader
    }
}

/// A file that shows how much of it was read. Its bytes are asked for in large pieces.
struct Watched {
    file: File,
    wait: Wait,
}

impl Read for Watched {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read(to)?;
        match len {
            0 if !to.is_empty() => self.wait.finish(),
            len => self.wait.add(len),
        }
        Ok(len)
    }
}

/// The contents of all members of a gzip file. Zeros behind a member are skipped, as gzip and Python do: copies to
/// tapes and block devices are padded with them. Any other byte there is an error, as in Python; gzip warns of it.
struct Members<'a>(GzDecoder<Box<dyn BufRead + 'a>>);

impl Read for Members<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            let len = self.0.read(to)?;
            if len > 0 || to.is_empty() {
                return Ok(len);
            }
            let rest = self.0.get_mut();
            let next = loop {
                let bytes = rest.fill_buf()?;
                let (len, next) = (bytes.len(), bytes.iter().position(|byte| *byte != 0));
                rest.consume(next.unwrap_or(len));
                if len == 0 || next.is_some() {
                    break next;
                }
            };
            if next.is_none() {
                return Ok(0);
            }
            if rest.fill_buf()?[0] != GZIP[0] {
                return Err(io::Error::new(ErrorKind::InvalidData, "something other than zeros follows its end"));
            }
            let rest = mem::replace(rest, Box::new(io::empty()));
            self.0.reset(rest);
        }
    }
}

/// Converts an error of reading: a damaged gzip stream is an error of the file, not of the operating system.
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

/// For `map_err`: the error of a file whose contents do not fit into memory.
pub(super) fn out_of_memory(path: &Path) -> impl FnOnce(TryReserveError) -> Error {
    |error| Error::io("read", path)(io::Error::new(ErrorKind::OutOfMemory, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    #[test]
    fn sizes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(Input::open(file.path()).unwrap().size, Size::Unknown);
        std::fs::write(file.path(), "text").unwrap();
        assert_eq!(Input::open(file.path()).unwrap().size, Size::Exact(4));
        std::fs::write(file.path(), [0x1f, 0x8b, 1, 0, 0, 0]).unwrap();
        assert_eq!(Input::open(file.path()).unwrap().size, Size::Gzip { max: 6 * 1032, claimed: 1 });
    }

    #[test]
    fn what_follows_a_gzip_stream() {
        let gzip = |text: &str| {
            let mut gzip = GzEncoder::new(vec![], Compression::fast());
            gzip.write_all(text.as_bytes()).unwrap();
            gzip.finish().unwrap()
        };
        // A reader of so few bytes ends in the middle of everything.
        let read = |parts: &[&[u8]]| {
            let bytes = parts.concat();
            let mut text = String::new();
            let read = |mut input: Input| input.reader.read_to_string(&mut text).map_err(|error| input.error(error));
            let file = BufReader::with_capacity(3, &bytes[..]);
            Input::new(Path::new("a.gz"), file, None, 0)
                .map_err(Error::io("read", Path::new("a.gz")))
                .and_then(read)?;
            Ok::<_, Error>(text)
        };
        let (a, b, none) = (gzip("taut "), gzip("networks"), gzip(""));
        for tail in [&[][..], &[0], &[0; 512]] {
            assert_eq!(read(&[&a, tail]).unwrap(), "taut ");
            assert_eq!(read(&[&a, tail, &none, tail, &b, tail]).unwrap(), "taut networks");
        }
        for tail in [&b"\n"[..], b"garbage", &[0, 0, 7], b"\x1f and text"] {
            let error = read(&[&a, tail]).unwrap_err().to_string();
            assert!(error.starts_with("a.gz: expected a sound gzip stream, received a damaged one ("), "{error}");
        }
        for cut in [1, 5, b.len() - 1] {
            let error = read(&[&a, &b[..cut]]).unwrap_err().to_string();
            assert_eq!(error, "a.gz: expected a whole gzip stream, received one that is cut off");
        }
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
