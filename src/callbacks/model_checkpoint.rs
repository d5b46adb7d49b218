use crate::callbacks::best::Best;
use crate::callbacks::callback::Callback;
use crate::callbacks::event::{BatchEnd, EpochEnd, TrainBegin};
use crate::callbacks::monitor::{Mode, Monitor, TrainingLoss};
use crate::io::error::{Error, Result, within};
use crate::io::file::check_writable;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Saves the parameters after each epoch, after each epoch that is the best so far, or after every so many batches.
///
/// The path may contain `{epoch}`, counted from 1, and the names of the run's numbers, each with a format:
/// `{epoch:02}`, `{val_loss:.4}`. [`every_batches`](Self::every_batches) also has `{batch}`, counted from 1, and the
/// loss and the metrics of the epoch so far, but no validation. Missing folders are created, and a file is only
/// replaced by a complete one. The compiler infers `I`, the monitored metric's place.
///
/// ```no_run
/// use taut::prelude::*;
/// # let data: Dataset<Vector<4>, Class<3>> = Dataset::new(vec![], vec![]).unwrap();
/// # let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// # let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
/// model
///     .validation_split(0.2)
///     .callbacks((
///         ModelCheckpoint::best("best.taut", ValLoss),
///         ModelCheckpoint::every_epoch("runs/{epoch:02}-{val_loss:.4}.taut").training_state(),
///     ))
///     .fit(&data, Fit { epochs: 20, ..Fit::default() })?;
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/callbacks/model_checkpoint/>.
#[derive(Clone, Debug)]
#[must_use]
pub struct ModelCheckpoint<K, I> {
    path: String,
    best: Option<Best<K, I>>,
    threshold: Option<f32>,
    training_state: bool,
    /// The number of batches from one checkpoint to the next, if it does not save with epochs.
    batches: Option<usize>,
    /// The number of batches since the last checkpoint.
    seen: usize,
}

impl ModelCheckpoint<TrainingLoss, ()> {
    /// Saves after each epoch.
    pub fn every_epoch(path: impl AsRef<Path>) -> Self {
        ModelCheckpoint::new(path.as_ref(), None)
    }

    /// Saves after every so many batches, at least 1, counted across epochs: Keras's `save_freq`.
    pub fn every_batches(path: impl AsRef<Path>, batches: usize) -> Self {
        ModelCheckpoint { batches: Some(batches), ..ModelCheckpoint::new(path.as_ref(), None) }
    }
}

impl<K, I> ModelCheckpoint<K, I> {
    /// Saves after each epoch with the best monitored number so far.
    pub fn best(path: impl AsRef<Path>, monitor: K) -> Self {
        ModelCheckpoint::new(path.as_ref(), Some(Best::new(monitor)))
    }

    fn new(path: &Path, best: Option<Best<K, I>>) -> Self {
        let path = path.to_string_lossy().into_owned();
        ModelCheckpoint { path, best, threshold: None, training_state: false, batches: None, seen: 0 }
    }

    /// Whether less or more is better; by default the monitored number decides.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.best.iter_mut().for_each(|best| best.mode = mode);
        self
    }

    /// The number that the first checkpoint must beat; none by default.
    pub fn threshold(mut self, value: f32) -> Self {
        self.threshold = Some(value);
        self
    }

    /// Saves the state of the training as well, for [`resume`](crate::Compiled::resume). A checkpoint from within an
    /// epoch resumes at the beginning of that epoch.
    pub fn training_state(mut self) -> Self {
        self.training_state = true;
        self
    }
}

/// Creates the folder of a file.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(Error::io("make the folder", folder)),
        None => Ok(()),
    }
}

/// Fills the placeholders of a path. `names` are the known ones; `value` returns `None` for others.
fn fill<'a>(path: &str, names: impl Iterator<Item = &'a str>, value: impl Fn(&str) -> Option<f64>) -> Result<PathBuf> {
    let names: Vec<&str> = names.collect();
    let (mut filled, mut rest) = (String::new(), path);
    while let Some((before, after)) = rest.split_once('{') {
        let bad = |what: &str| Error::argument("the path of a ModelCheckpoint", what, path);
        let (placeholder, after) = after.split_once('}').ok_or_else(|| bad("a } for each {"))?;
        let (name, format) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        let value = value(name).ok_or_else(|| bad(&format!("for {{{name}}} one of {}", names.join(", "))))?;
        filled.push_str(before);
        let number = |digits: &str| match digits.parse::<u8>() {
            Ok(number) => Ok(number as usize),
            Err(_) => Err(bad("formats such as {epoch:02} or {loss:.4}")),
        };
        // Accepts Python's letters for the type, so that paths of Keras programs work.
        match format.trim_end_matches(['d', 'f']) {
            "" => write!(filled, "{value}"),
            format => match format.split_once('.') {
                Some(("", digits)) => write!(filled, "{value:.*}", number(digits)?),
                Some(_) => return Err(bad("formats such as {epoch:02} or {loss:.4}")),
                None if format.starts_with('0') => write!(filled, "{value:0width$}", width = number(format)?),
                None => write!(filled, "{value:width$}", width = number(format)?),
            },
        }
        .expect("a string can be written to");
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled.into())
}

impl<R, K: Monitor<R, I>, I> Callback<R> for ModelCheckpoint<K, I> {
    fn train_begin(&mut self, start: &mut TrainBegin<'_>) -> Result<()> {
        if self.batches == Some(0) {
            return Err(Error::argument("ModelCheckpoint::every_batches", "at least 1", 0));
        }
        within("ModelCheckpoint's threshold", self.threshold.unwrap_or(0.0), ..)?;
        // Between epochs there is no validation.
        let between = self.batches.is_some();
        let names = start.names.iter().map(String::as_str).filter(|name| !(between && name.starts_with("val_")));
        let names = ["epoch", "batch"].into_iter().take(1 + usize::from(between)).chain(names);
        let first = fill(&self.path, names.clone(), |name| names.clone().any(|known| known == name).then_some(1.0))?;
        // A folder that cannot be created is an error before the training, not after it.
        if Path::new(&self.path).parent() == first.parent() {
            make_folder(&first)?;
            check_writable(&first)?;
        }
        self.best.iter_mut().for_each(|best| best.value = self.threshold);
        self.seen = 0;
        Ok(())
    }

    fn batch_end(&mut self, batch: &mut BatchEnd<'_>) -> Result<()> {
        let Some(batches) = self.batches else { return Ok(()) };
        self.seen += 1;
        if self.seen < batches {
            return Ok(());
        }
        self.seen = 0;
        let values: Vec<(&str, f32)> = batch.values().collect();
        let path = fill(&self.path, values.iter().map(|(name, _)| *name), |name| match name {
            "epoch" => Some(batch.epoch as f64),
            "batch" => Some(batch.number as f64),
            _ => values.iter().find(|(known, _)| *known == name).map(|(_, value)| f64::from(*value)),
        })?;
        make_folder(&path)?;
        match if self.training_state { batch.save_training(path) } else { batch.save(path) } {
            Err(Error::NotFinite { .. }) if batch.stop => Ok(()),
            saved => saved,
        }
    }

    fn resumed(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        self.best.iter_mut().for_each(|best| {
            best.improved(epoch);
        });
        Ok(())
    }

    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> Result<()> {
        if self.batches.is_some() || self.best.as_mut().is_some_and(|best| !best.improved(epoch)) {
            return Ok(());
        }
        let path = fill(&self.path, epoch.names.iter().map(String::as_str), |name| match name {
            "epoch" => Some(epoch.number as f64),
            _ => epoch.values().find(|(known, _)| *known == name).map(|(_, value)| value as f64),
        })?;
        make_folder(&path)?;
        match if self.training_state { epoch.save_training(path) } else { epoch.save(path) } {
            // The run is ending, probably because of this NaN: returning its history is more useful than this error.
            Err(Error::NotFinite { .. }) if epoch.stop => Ok(()),
            saved => saved,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        let value = |name: &str| match name {
            "epoch" => Some(7.0),
            "val_loss" => Some(0.123_456),
            _ => None,
        };
        let filled = |path| {
            fill(path, ["epoch", "val_loss"].into_iter(), value)
                .map(|path| path.to_string_lossy().into_owned())
                .map_err(|e| e.to_string())
        };
        assert_eq!(filled("best.taut").unwrap(), "best.taut");
        assert_eq!(filled("a/{epoch:02}-{val_loss:.4}.taut").unwrap(), "a/07-0.1235.taut");
        assert_eq!(filled("{epoch:02d}-{val_loss:.2f}").unwrap(), "07-0.12");
        assert_eq!(filled("{epoch}").unwrap(), "7");
        let unknown = filled("{accuracy}.taut").unwrap_err();
        assert!(
            unknown.ends_with("expected for {accuracy} one of epoch, val_loss, received {accuracy}.taut"),
            "{unknown}"
        );
        assert!(filled("{epoch").unwrap_err().contains("a } for each {"));
        assert!(filled("{epoch:x}").is_err() && filled("{epoch:70000}").is_err());
    }
}
