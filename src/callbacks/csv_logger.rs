use crate::callbacks::callback::Callback;
use crate::callbacks::event::{EpochEnd, TrainBegin};
use crate::io::error::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the numbers of each epoch to a CSV file.
///
/// The columns are `epoch`, counted from 0 as in Keras, and the numbers by name. An existing file is overwritten,
/// unless [`append`](Self::append) is called.
///
/// ```
/// use taut::{callbacks::CsvLogger, prelude::*};
/// let logger = CsvLogger::new("log.csv").separator(b';').append();
/// ```
///
/// See <https://keras.io/api/callbacks/csv_logger/>.
#[derive(Debug)]
#[must_use]
pub struct CsvLogger {
    path: PathBuf,
    separator: u8,
    append: bool,
    file: Option<File>,
}

impl CsvLogger {
    /// Writes to that file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        CsvLogger { path: path.as_ref().into(), separator: b',', append: false, file: None }
    }

    /// The byte between two fields; a comma by default.
    pub fn separator(mut self, separator: u8) -> Self {
        self.separator = separator;
        self
    }

    /// Appends to an existing file.
    pub fn append(mut self) -> Self {
        self.append = true;
        self
    }

    fn write(&mut self, fields: impl Iterator<Item = String>) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut row = vec![];
        for field in fields {
            if !row.is_empty() {
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
        file.write_all(&row).map_err(Error::io("write", &self.path))
    }
}

impl<R> Callback<R> for CsvLogger {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(self.append).truncate(!self.append);
        let file = options.open(&self.path).map_err(Error::io("write", &self.path))?;
        let empty = file.metadata().map_err(Error::io("read", &self.path))?.len() == 0;
        self.file = Some(file);
        if empty {
            self.write(["epoch".to_string()].into_iter().chain(start.names.iter().cloned()))?;
        }
        Ok(())
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        if self.append { Ok(()) } else { self.epoch_end(epoch) }
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        let number = (epoch.number - 1).to_string();
        let values = epoch.values().map(|(_, value)| value.to_string());
        self.write(std::iter::once(number).chain(values))
    }

    fn train_end(&mut self) -> Result<()> {
        self.file = None;
        Ok(())
    }
}
