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
/// ```
/// use taut::{callbacks::BackupAndRestore, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("backup.taut");
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let compile = || Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// # let mut model = compile();
/// // This run is over after two epochs, and keeps its file: as if it were interrupted.
/// model.callbacks(BackupAndRestore::new(&path).keep()).fit(&data, Fit { epochs: 2, ..Fit::default() })?;
/// // Started again, the program continues with the epoch after the last whole one.
/// # let mut model = compile();
/// let history = model.callbacks(BackupAndRestore::new(&path)).fit(&data, Fit { epochs: 5, ..Fit::default() })?;
/// assert_eq!(history.get(TrainingLoss).len(), 5); // also the first two
/// assert!(!path.exists());
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
