//! The rows of a CSV file, and the lines that they stand in.

use crate::datasets::input::{Input, Size, read_error};
use crate::io::error::{Error, Result};
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use std::fmt::Display;
use std::io::{self, Read};
use std::path::Path;

/// Reads the rows of a CSV file one after another.
pub(super) struct Rows<'a> {
    pub path: &'a Path,
    reader: csv::Reader<Lines<Box<dyn Read + 'a>>>,
    size: Size,
    pub record: ByteRecord,
}

impl<'a> Rows<'a> {
    pub fn new(separator: u8, input: Input<'a>) -> Self {
        let (path, size) = (input.path, input.size);
        // The header is read as a row, so that this crate words its errors.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(Lines { bytes: input.into_reader(), last: b'\n' });
        Rows { path, reader, size, record: ByteRecord::new() }
    }

    /// Reads the next row; `false` at the end.
    pub fn next(&mut self) -> Result<bool> {
        self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            ErrorKind::Io(error) => read_error(self.path, self.size, error),
            kind => Error::data(self.path, "", "a CSV file", format!("{kind:?}")),
        })
    }

    /// The number of the row's first line, from 1.
    fn line(&self) -> u64 {
        // The csv crate reports the position before blank lines: count back from the position after the row.
        let line_breaks = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let before = self.record.position().map_or(1, |position| position.line());
        before.max(self.reader.position().line().saturating_sub(1 + line_breaks))
    }

    pub fn error(&self, column: impl Display, expected: impl ToString, received: impl ToString) -> Error {
        Error::data(self.path, format!(", row {}{column}", self.line()), expected, received)
    }

    /// Reads the header: the names of the columns.
    pub fn names(&mut self) -> Result<Vec<String>> {
        if !self.next()? {
            return Err(Error::data(self.path, "", "a header and at least 1 row", "an empty file"));
        }
        let name = |(i, name): (usize, &[u8])| match str::from_utf8(name) {
            Ok(name) => Ok(name.trim().to_string()),
            Err(_) => Err(self.error(format!(", column {}", i + 1), "UTF-8", quoted(&String::from_utf8_lossy(name)))),
        };
        self.record.iter().enumerate().map(name).collect()
    }

    /// The positions of these columns in a row.
    pub fn positions(&self, columns: &[String], names: &[String]) -> Result<Vec<usize>> {
        let position = |column: &String| {
            let mut positions = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(i, _)| i);
            match (positions.next(), positions.count()) {
                (Some(position), 0) => Ok(position),
                (Some(_), more) => {
                    Err(self.error("", format!("one column {column:?}"), format!("{} of them", more + 1)))
                }
                (None, _) => {
                    let list = names.iter().take(20).map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
                    let more = if names.len() > 20 { ", …" } else { "" };
                    Err(self.error("", format!("a column {column:?}"), format!("the columns {list}{more}")))
                }
            }
        };
        columns.iter().map(position).collect()
    }
}

/// The text in quotes, cut after 40 characters.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}

/// Turns every line ending into `\n` and adds one at the end of the file, so that lines can be counted.
struct Lines<R> {
    bytes: R,
    last: u8,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while !to.is_empty() {
            let len = self.bytes.read(to)?;
            if len == 0 {
                let missing = !matches!(self.last, b'\n' | b'\r');
                if missing {
                    to[0] = b'\n';
                    self.last = b'\n';
                }
                return Ok(missing.into());
            }
            let mut kept = 0;
            for i in 0..len {
                let byte = to[i];
                if !(byte == b'\n' && self.last == b'\r') {
                    to[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.last = byte;
            }
            // Returning 0 would mean the end of the file.
            if kept > 0 {
                return Ok(kept);
            }
        }
        Ok(0)
    }
}
