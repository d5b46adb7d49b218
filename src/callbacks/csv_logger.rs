use crate::callbacks::callback::Callback;
use crate::callbacks::event::{EpochEnd, TrainBegin};
use crate::io::error::{Error, Result, check_separator};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Writes the numbers of each epoch to a CSV file.
///
/// The columns are `epoch`, counted from 0 as in Keras, and the numbers by name. An existing file is overwritten,
/// unless [`append`](Self::append) is called. The log of a resumed run has the epochs before it was interrupted as
/// well, and each epoch once.
///
/// If the file is deleted or emptied while the run goes on, the log goes on in a new one, which begins with the
/// columns. A file with other columns that has taken its place is an error.
///
/// ```
/// use taut::{callbacks::CsvLogger, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("log.csv");
/// # let data = Dataset::new(vec![Vector::new([0.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.0), MeanSquaredError, ());
/// model.callbacks(CsvLogger::new(&path).separator(b';')).fit(&data, Fit::default())?;
/// model.callbacks(CsvLogger::new(&path).separator(b';').append()).fit(&data, Fit::default())?;
/// let log = std::fs::read_to_string(&path).unwrap();
/// assert_eq!(log, "epoch;loss\n0;4\n0;4\n");
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/csv_logger/>.
#[derive(Debug)]
#[must_use]
pub struct CsvLogger {
    path: PathBuf,
    separator: u8,
    append: bool,
    /// The file until the log begins, and a pipe until it ends.
    file: Option<File>,
    /// The length of a file that has all rows so far; none for a pipe.
    length: Option<u64>,
    header: Vec<u8>,
    /// What stays of an existing file, until the log begins.
    old: Vec<u8>,
    /// Whether something of it does not stay.
    cut: bool,
    /// The rows of the epochs before the run was resumed, until the log begins.
    before: Vec<Row>,
    begun: bool,
}

/// The row of an epoch, which counts from 0.
#[derive(Debug)]
struct Row {
    epoch: usize,
    text: Vec<u8>,
}

impl CsvLogger {
    /// Writes to that file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().into();
        CsvLogger {
            path,
            separator: b',',
            append: false,
            file: None,
            length: None,
            header: vec![],
            old: vec![],
            cut: false,
            before: vec![],
            begun: false,
        }
    }

    /// The byte between two fields; a comma by default. A quote, a line break, a part of a number and what is not ASCII
    /// are errors when the training begins.
    pub fn separator(mut self, separator: u8) -> Self {
        self.separator = separator;
        self
    }

    /// Appends to an existing file, which must have the same columns. The log of a resumed run is whole without it.
    ///
    /// A last line that does not end was cut off by a crash, and is removed. If the file ends with rows of the run that
    /// is resumed, the rows of epochs that will run again are removed too.
    pub fn append(mut self) -> Self {
        self.append = true;
        self
    }

    /// The text of a row.
    fn text(&self, fields: impl Iterator<Item = String>) -> Vec<u8> {
        let mut row = vec![];
        for (i, field) in fields.enumerate() {
            if i > 0 {
                row.push(self.separator);
            }
            let special = |byte: u8| byte == self.separator || b"\"\r\n".contains(&byte);
            if field.bytes().any(special) {
                row.extend(format!("\"{}\"", field.replace('"', "\"\"")).bytes());
            } else {
                row.extend(field.bytes());
            }
        }
        row.push(b'\n');
        row
    }

    fn row<R>(&self, epoch: &EpochEnd<'_, R>) -> Row {
        let number = epoch.number - 1;
        let values = epoch.values().map(|(_, value)| value.to_string());
        Row { epoch: number, text: self.text(std::iter::once(number.to_string()).chain(values)) }
    }

    /// Reads a file that is appended to, without a line that is cut off. Fails if it has other columns.
    fn read(&mut self) -> Result<()> {
        let read = File::open(&self.path).and_then(|mut file| file.read_to_end(&mut self.old));
        read.map_err(Error::io("read", &self.path))?;
        if self.header.starts_with(&self.old) {
            self.keep(0);
        } else if !self.old.starts_with(&self.header) {
            return Err(self.other_columns(&self.old));
        }
        self.keep(after_line_end(&self.old));
        Ok(())
    }

    /// The error for a file that does not begin with the header.
    fn other_columns(&self, text: &[u8]) -> Error {
        let first = |text: &[u8]| {
            let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            String::from_utf8_lossy(line).into_owned()
        };
        let expected = format!("the columns {}", first(&self.header));
        Error::data(&self.path, ", row 1", expected, first(text))
    }

    fn open(&self) -> Result<File> {
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        file.map_err(Error::io("write", &self.path))
    }

    /// The first bytes of the file, as many as those of the header at least, if it has them, and the last one.
    fn ends(&self) -> std::io::Result<(Vec<u8>, u8)> {
        let (mut file, mut first, mut last) = (File::open(&self.path)?, vec![], [0]);
        (&mut file).take(self.header.len().max(4096) as u64).read_to_end(&mut first)?;
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        Ok((first, last[0]))
    }

    /// Adds a row to the file. It is opened by its name each time: somebody may have deleted, emptied or replaced it.
    fn add(&mut self, row: &[u8]) -> Result<()> {
        let mut file = self.open()?;
        let length = file.metadata().map_err(Error::io("write", &self.path))?.len();
        let mut added = vec![];
        if length == 0 {
            added.extend(&self.header);
        } else if self.length != Some(length) {
            let (first, last) = self.ends().map_err(Error::io("read", &self.path))?;
            if last != b'\n' {
                added.push(b'\n');
            }
            if !first.starts_with(&self.header) && [&first[..], &added].concat() != self.header {
                return Err(self.other_columns(&first));
            }
        }
        added.extend(row);
        file.write_all(&added).map_err(Error::io("write", &self.path))?;
        self.length = Some(length + added.len() as u64);
        Ok(())
    }

    /// Keeps the first bytes of the old file.
    fn keep(&mut self, length: usize) {
        self.cut |= length < self.old.len();
        self.old.truncate(length);
    }

    /// The last rows of the old file, as far as their epochs follow each other: the epoch, and where the row begins.
    fn last_rows(&self) -> Vec<(usize, usize)> {
        let (mut rows, mut end): (Vec<(usize, usize)>, _) = (vec![], self.old.len());
        while end > self.header.len() {
            let start = after_line_end(&self.old[..end - 1]);
            let first = self.old[start..end].split(|byte| *byte == self.separator).next();
            let epoch = first.and_then(|first| str::from_utf8(first).ok()?.parse().ok());
            match epoch {
                Some(epoch) if rows.last().is_none_or(|(next, _)| next.checked_sub(1) == Some(epoch)) => {
                    rows.push((epoch, start));
                }
                _ => break,
            }
            end = start;
        }
        rows.reverse();
        rows
    }

    /// Begins the log: leaves of the old file what stays, and adds the epochs before the run was resumed.
    fn begin(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let mut before = std::mem::take(&mut self.before);
        let logged: Vec<(usize, &Row)> = self
            .last_rows()
            .iter()
            .filter_map(|(epoch, start)| Some((*start, before.iter().find(|row| row.epoch == *epoch)?)))
            .collect();
        if let Some((start, last)) = logged.last()
            && logged.iter().all(|(start, row)| self.old[*start..].starts_with(&row.text))
        {
            let (end, last) = (start + last.text.len(), last.epoch);
            self.keep(end);
            before.retain(|row| row.epoch > last);
        }
        let mut added = if self.old.is_empty() { self.header.clone() } else { vec![] };
        added.extend(before.into_iter().flat_map(|row| row.text));
        let Some(file) = &mut self.file else { return Ok(()) };
        let length = std::mem::take(&mut self.old).len() as u64;
        let cut = if self.cut { file.set_len(length) } else { Ok(()) };
        cut.and_then(|()| file.write_all(&added)).map_err(Error::io("write", &self.path))?;
        if self.length.is_some() {
            (self.length, self.file) = (Some(length + added.len() as u64), None);
        }
        Ok(())
    }
}

/// The offset after the last end of a line.
fn after_line_end(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1)
}

impl<R> Callback<R> for CsvLogger {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        check_separator("CsvLogger's separator", self.separator)?;
        // Alone it would be no UTF-8, which the names are.
        if !self.separator.is_ascii() {
            return Err(Error::argument("CsvLogger's separator", "an ASCII byte", self.separator));
        }
        self.header = self.text(["epoch".to_string()].into_iter().chain(start.names.iter().cloned()));
        (self.old, self.before, self.begun) = (vec![], vec![], false);
        let file = self.open()?;
        // A pipe has neither old rows nor a length.
        let is_file = file.metadata().is_ok_and(|found| found.is_file());
        if is_file {
            start.writes(&self.path, "CsvLogger", true)?;
        }
        self.length = is_file.then_some(0);
        self.cut = is_file && !self.append;
        if is_file && self.append {
            self.read()?;
        }
        self.file = Some(file);
        Ok(())
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.before.push(self.row(epoch));
        Ok(())
    }

    fn epoch_begin(&mut self, _: usize, _: &mut f32) -> Result<()> {
        // Not earlier: a run that cannot begin leaves the old file as it is.
        self.begin()
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        let Row { text, .. } = self.row(epoch);
        match &mut self.file {
            Some(pipe) => pipe.write_all(&text).map_err(Error::io("write", &self.path)),
            None if self.begun => self.add(&text),
            None => Ok(()),
        }
    }

    fn train_end(&mut self) -> Result<()> {
        self.begin()?;
        self.file = None;
        Ok(())
    }
}
