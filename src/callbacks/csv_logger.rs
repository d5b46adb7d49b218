use crate::callbacks::callback::Callback;
use crate::callbacks::event::{EpochEnd, TrainBegin};
use crate::io::error::{Error, Result};
use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// Writes the numbers of each epoch to a CSV file.
///
/// The columns are `epoch`, counted from 0 as in Keras, and the numbers by name. An existing file is overwritten,
/// unless [`append`](Self::append) is called.
///
/// ```
/// use taut::prelude::*;
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
    writer: Option<csv::Writer<File>>,
}

impl CsvLogger {
    /// Writes to that file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        CsvLogger { path: path.as_ref().into(), separator: b',', append: false, writer: None }
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

    fn write<'a>(&mut self, fields: impl Iterator<Item = Cow<'a, str>>) -> Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let written = writer.write_record(fields.map(|field| field.into_owned()));
        written.map_err(Into::into).and_then(|()| writer.flush()).map_err(Error::io("write", &self.path))
    }
}

impl<R> Callback<R> for CsvLogger {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(self.append).truncate(!self.append);
        let file = options.open(&self.path).map_err(Error::io("write", &self.path))?;
        let empty = file.metadata().map_err(Error::io("read", &self.path))?.len() == 0;
        self.writer = Some(csv::WriterBuilder::new().delimiter(self.separator).from_writer(file));
        if empty {
            self.write(["epoch"].into_iter().chain(start.names.iter().map(String::as_str)).map(Into::into))?;
        }
        Ok(())
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        if self.append { Ok(()) } else { self.epoch_end(epoch) }
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        let number = (epoch.number - 1).to_string();
        let values = epoch.values().map(|(_, value)| value.to_string().into());
        self.write(std::iter::once(number.into()).chain(values))
    }

    fn train_end(&mut self) -> Result<()> {
        self.writer = None;
        Ok(())
    }
}
