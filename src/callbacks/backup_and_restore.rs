use crate::callbacks::callback::Callback;
use crate::callbacks::event::{EpochEnd, TrainBegin};
use crate::io::error::{Error, Result};
use crate::io::file::{check_writable, make_folder};
use std::path::{Path, PathBuf};

/// Saves the training after each epoch, and resumes a run that was interrupted.
///
/// A resumed run ends with the bits of a run that was never interrupted, as after [`resume`](crate::Compiled::resume).
/// The file is deleted when the run ends. Place this callback after those that change the learning rate, so that it
/// saves the new rate. The file is this callback's own: that of another one is an error before the training.
///
/// ```no_run
/// use taut::{callbacks::BackupAndRestore, prelude::*};
/// # let data: Dataset<Vector<4>, Class<3>> = Dataset::new(vec![], vec![]).unwrap();
/// # let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// # let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
/// // Started again after a crash, the program continues with the epoch after the last whole one.
/// model.callbacks(BackupAndRestore::new("backup.taut")).fit(&data, Fit { epochs: 100, ..Fit::default() })?;
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/backup_and_restore/>.
#[derive(Clone, Debug)]
#[must_use]
pub struct BackupAndRestore {
    path: PathBuf,
    keep: bool,
}

impl BackupAndRestore {
    /// Saves to that file, in a folder that is created if necessary.
    pub fn new(path: impl AsRef<Path>) -> Self {
        BackupAndRestore { path: path.as_ref().into(), keep: false }
    }

    /// Keeps the file when the run ends.
    pub fn keep(mut self) -> Self {
        self.keep = true;
        self
    }
}

impl<R> Callback<R> for BackupAndRestore {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        make_folder(&self.path)?;
        check_writable(&self.path)?;
        start.writes(&self.path, "BackupAndRestore", true)?;
        start.resume_from(&self.path);
        Ok(())
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        make_folder(&self.path)?;
        epoch.save_training(&self.path)
    }

    fn train_end(&mut self) -> Result<()> {
        if self.keep || !self.path.exists() {
            return Ok(());
        }
        // A link to the file stays, as it does when the file is written.
        std::fs::canonicalize(&self.path).and_then(std::fs::remove_file).map_err(Error::io("delete", &self.path))
    }
}
