//! The rows of a CSV file, and the lines that they stand in.

use crate::datasets::input::{Input, Size, read_error};
use crate::io::error::{Error, Result};
use csv::{ByteRecord, ErrorKind, ReaderBuilder, StringRecord};
use std::collections::HashMap;
use std::fmt::Display;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The most bytes of a row with so many columns. A row is in memory as a whole, and one that never ends would fill it:
/// 5 MB of gzip hold 5 GB of it.
fn most(columns: usize) -> u64 {
    (32 << 20) + 64 * columns as u64
}

/// Reads the rows of a CSV file one after another.
pub(super) struct Rows<'a> {
    pub path: &'a Path,
    reader: csv::Reader<Lines<BufReader<Box<dyn Read + 'a>>>>,
    size: Size,
    /// The most bytes of a row.
    most: u64,
    pub record: ByteRecord,
    /// The names of the file's columns, if it has a header.
    pub names: Option<StringRecord>,
    /// The columns of the values that are read: the features', then the label's.
    pub columns: Vec<usize>,
}

impl<'a> Rows<'a> {
    pub fn new(separator: u8, columns: usize, input: Input<'a>) -> Self {
        let (path, size) = (input.path, input.size);
        let lines = Lines {
            bytes: BufReader::new(input.into_reader()),
            last: b'\n',
            blanks: (separator == b' ').then(Blanks::default),
            read: 0,
            most: 0,
            ended: false,
        };
        // The header is read as a row, so that this crate words its errors.
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(lines);
        let (most, record) = (most(columns), ByteRecord::new());
        Rows { path, reader, size, most, record, names: None, columns: Vec::new() }
    }

    /// Reads the next row; `false` at the end.
    pub fn next(&mut self) -> Result<bool> {
        if self.is_open() {
            return Err(self.error("", "a quote at the end of a field that begins with one", "the end of the file"));
        }
        let start = self.reader.position().byte();
        self.reader.get_mut().most = start.saturating_add(self.most);
        let read = self.reader.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
            ErrorKind::Io(_) if self.reader.get_ref().is_full() => {
                let line = self.record.position().map_or(1, |position| position.line());
                let expected = format!("a row of at most {} bytes, with the blank lines before it", self.most);
                Error::data(self.path, format!(", row {line}"), expected, "more")
            }
            ErrorKind::Io(error) => read_error(self.path, self.size, error),
            kind => Error::data(self.path, "", "a CSV file", format!("{kind:?}")),
        })?;
        Ok(read)
    }

    /// Whether the end of the file ended the row, which is then within quotes: `Lines` ends the last line.
    fn is_open(&self) -> bool {
        self.reader.get_ref().ended && !self.record.is_empty()
    }

    /// The field of a value, without the blanks around it.
    #[inline]
    pub fn field(&self, i: usize) -> Result<&str> {
        let field = self.record.get(self.columns[i]).unwrap_or_default().trim_ascii();
        str::from_utf8(field).map_err(|_| self.error(self.place(i), "UTF-8", quoted(&String::from_utf8_lossy(field))))
    }

    /// The column of a value, as errors name it.
    pub fn place(&self, i: usize) -> String {
        match &self.names {
            Some(names) => format!(", column {:?}", &names[self.columns[i]]),
            None => format!(", column {}", self.columns[i] + 1),
        }
    }

    /// The error of a value whose field is not what was expected.
    pub fn wrong(&self, i: usize, expected: &str, field: &str) -> Error {
        self.error(self.place(i), expected, quoted(field))
    }

    /// The number of the row's first line, from 1.
    fn line(&self) -> u64 {
        // The csv crate reports the position before blank lines: count back from the position after the row.
        let line_breaks = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let before = self.record.position().map_or(1, |position| position.line());
        let last = u64::from(!self.is_open());
        before.max(self.reader.position().line().saturating_sub(last + line_breaks))
    }

    pub fn error(&self, column: impl Display, expected: impl ToString, received: impl ToString) -> Error {
        Error::data(self.path, format!(", row {}{column}", self.line()), expected, received)
    }

    /// Reads the header, whose fields are the names of the columns.
    pub fn read_header(&mut self) -> Result<()> {
        if !self.next()? {
            return Err(Error::data(self.path, "", "a header and at least 1 row", "an empty file"));
        }
        self.most = self.most.max(most(self.record.len()));
        Ok(())
    }

    /// The fields of the header, which is the row that was read last.
    pub fn header(&self) -> Result<StringRecord> {
        let mut names = StringRecord::from_byte_record(self.record.clone()).map_err(|error| {
            let i = error.utf8_error().field();
            self.error(format!(", column {}", i + 1), "UTF-8", quoted(&String::from_utf8_lossy(&self.record[i])))
        })?;
        names.trim();
        Ok(names)
    }

    /// The positions of these columns in a row.
    pub fn positions(&self, columns: &[String], names: &StringRecord) -> Result<Vec<usize>> {
        let numbers: HashMap<&str, usize> = columns.iter().enumerate().map(|(i, column)| (&column[..], i)).collect();
        let mut found = vec![(0, 0_usize); columns.len()];
        for (position, name) in names.iter().enumerate() {
            if let Some(number) = numbers.get(name) {
                found[*number] = (position, found[*number].1 + 1);
            }
        }
        let position = |(column, (position, times)): (&String, (usize, usize))| match times {
            1 => Ok(position),
            0 => {
                let columns = list(names, quoted);
                Err(self.error("", format!("a column {column:?}"), format!("the columns {columns}")))
            }
            times => Err(self.error("", format!("one column {column:?}"), format!("{times} of them"))),
        };
        columns.iter().zip(found).map(position).collect()
    }
}

/// The first 20 names.
pub(super) fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>, text: impl Fn(&str) -> String) -> String {
    let mut names = names.into_iter().map(|name| text(name.as_ref()));
    let first: Vec<String> = names.by_ref().take(20).collect();
    first.join(", ") + if names.next().is_some() { ", …" } else { "" }
}

/// The text in quotes, cut after 40 characters.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None if text.is_empty() => "an empty field".to_string(),
        None => format!("{text:?}"),
    }
}

/// Turns every line ending into `\n` and adds one at the end of the file, so that lines can be counted. If blanks
/// separate fields, it makes one space of several.
struct Lines<R> {
    bytes: R,
    last: u8,
    blanks: Option<Blanks>,
    /// The number of bytes that were returned, and the most before an error.
    read: u64,
    most: u64,
    /// Whether the end of the file was returned.
    ended: bool,
}

impl<R> Lines<R> {
    fn is_full(&self) -> bool {
        self.read >= self.most
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.is_full() && !to.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let left = usize::try_from(self.most - self.read).unwrap_or(usize::MAX);
        let most = to.len().min(left);
        let to = &mut to[..most];
        let mut kept = 0;
        // Returning 0 would mean the end of the file.
        while kept == 0 && !to.is_empty() {
            let bytes = self.bytes.fill_buf()?;
            if bytes.is_empty() {
                self.ended = matches!(self.last, b'\n' | b'\r');
                if !self.ended {
                    (to[0], self.last, kept) = (b'\n', b'\n', 1);
                }
                break;
            }
            let mut used = 0;
            while used < bytes.len() && kept < to.len() {
                let byte = bytes[used];
                let second = byte == b'\n' && self.last == b'\r';
                let line = if byte == b'\r' { b'\n' } else { byte };
                let (write, take) = match &mut self.blanks {
                    _ if second => (None, true),
                    Some(blanks) => blanks.next(line),
                    None => (Some(line), true),
                };
                if let Some(write) = write {
                    to[kept] = write;
                    kept += 1;
                }
                if take {
                    self.last = byte;
                    used += 1;
                }
            }
            self.bytes.consume(used);
        }
        self.read += kept as u64;
        Ok(kept)
    }
}

/// Makes one space of spaces and tabs, and none of those at the start and at the end of a line, but where they are
/// quoted.
struct Blanks {
    /// Whether the last byte was a blank or the end of a line.
    after_blank: bool,
    /// Whether that blank is still to be written, if more of the line follows.
    held: bool,
    quoted: bool,
    /// Whether the last byte ended a quotation, which a second quote continues.
    after_quote: bool,
}

impl Default for Blanks {
    fn default() -> Self {
        Blanks { after_blank: true, held: false, quoted: false, after_quote: false }
    }
}

impl Blanks {
    /// The byte to write for the next one, and whether that is done with, or comes once more.
    fn next(&mut self, byte: u8) -> (Option<u8>, bool) {
        let quote = byte == b'"';
        if matches!(byte, b' ' | b'\t') && !self.quoted {
            self.held |= !self.after_blank;
            (self.after_blank, self.after_quote) = (true, false);
            return (None, true);
        }
        if self.held && byte != b'\n' {
            self.held = false;
            return (Some(b' '), false);
        }
        self.held = false;
        let was_quoted = self.quoted;
        self.quoted = if quote { !was_quoted && (self.after_blank || self.after_quote) } else { was_quoted };
        self.after_quote = quote && was_quoted;
        self.after_blank = byte == b'\n' && !self.quoted;
        (Some(byte), true)
    }
}
