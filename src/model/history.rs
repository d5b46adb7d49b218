//! The history of a run.

use crate::callbacks::event::{EpochEnd, Weights};
use crate::callbacks::monitor::Monitor;
use crate::io::error::Result;
use crate::io::file::write_atomically;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::path::Path;

/// The numbers that [`fit`](crate::Fitting::fit) computed, a row for each epoch of the run `R`.
///
/// It prints as a table, and writes itself as CSV.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
/// let history = model.fit(&data, Fit { epochs: 3, ..Fit::default() })?;
/// assert_eq!((&history.names[0][..], history.rows.len()), ("loss", 3));
/// assert!(history.get(TrainingLoss)[2] < history.get(TrainingLoss)[0]);
/// # Ok::<(), taut::Error>(())
/// ```
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct History<R> {
    /// `loss`, the metrics, and, with validation data, the same names with `val_` before them.
    pub names: Vec<String>,
    /// The numbers of each epoch in the order of the names. The validation's are NaN in the epochs that
    /// [`validation_frequency`](crate::Fit::validation_frequency) leaves out.
    pub rows: Vec<Vec<f32>>,
    pub(crate) metrics: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) initial_epoch: usize,
    run: PhantomData<fn() -> R>,
}

impl<R> History<R> {
    /// A history without epochs of a run that computes these numbers, `metrics` of them metrics of the training.
    pub(crate) fn new(names: Vec<String>, metrics: usize, initial_epoch: usize) -> Self {
        History { names, rows: vec![], metrics, initial_epoch, run: PhantomData }
    }

    /// The last epoch, for callbacks.
    pub(crate) fn epoch<'a>(
        &'a self,
        learning_rate: &'a mut f32,
        weights: &'a mut dyn Weights,
        validated: bool,
    ) -> EpochEnd<'a, R> {
        EpochEnd {
            number: self.initial_epoch + self.rows.len(),
            learning_rate,
            stop: false,
            names: &self.names,
            row: self.rows.last().map_or(&[], Vec::as_slice),
            metrics: self.metrics,
            validated,
            weights,
            run: PhantomData,
        }
    }

    /// One number over the epochs: `history.get(ValLoss)`, `history.get(Val(Accuracy))`. The compiler infers `I`, the
    /// metric's place.
    #[must_use]
    pub fn get<K: Monitor<R, I>, I>(&self, _: K) -> Vec<f32> {
        self.rows.iter().map(|row| row[K::index(self.metrics)]).collect()
    }

    /// The history as CSV: a column `epoch`, counted from 0 as in Keras's `CSVLogger`, and one for each name.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([0.0])], vec![Vector::new([2.0])])?;
    /// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.25), MeanSquaredError, ());
    /// let history = model.validation(&data).fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// assert_eq!(history.to_csv(), "epoch,loss,val_loss\n0,4,1\n1,1,0.25\n");
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = format!("epoch,{}\n", self.names.join(","));
        for (epoch, row) in self.rows.iter().enumerate() {
            let values: Vec<String> = row.iter().map(f32::to_string).collect();
            text += &format!("{},{}\n", self.initial_epoch + epoch, values.join(","));
        }
        text
    }

    /// Writes [`to_csv`](Self::to_csv) to a file.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io); an existing file stays as it is.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("history.csv");
    /// # let data = Dataset::new(vec![Vector::new([0.0])], vec![Vector::new([2.0])])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.25), MeanSquaredError, ());
    /// let history = model.fit(&data, Fit { epochs: 2, ..Fit::default() })?;
    /// history.write_csv(&path)?;
    /// assert_eq!(std::fs::read_to_string(&path).unwrap(), history.to_csv());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        write_atomically(path.as_ref(), self.to_csv().as_bytes())
    }
}

// `derive` would want the same of `R`, which is only a mark.
impl<R> Clone for History<R> {
    fn clone(&self) -> Self {
        let History { names, rows, metrics, initial_epoch, run } = self;
        History {
            names: names.clone(),
            rows: rows.clone(),
            metrics: *metrics,
            initial_epoch: *initial_epoch,
            run: *run,
        }
    }
}

impl<R> PartialEq for History<R> {
    fn eq(&self, other: &Self) -> bool {
        (&self.names, &self.rows, self.initial_epoch) == (&other.names, &other.rows, other.initial_epoch)
    }
}

impl<R> Debug for History<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("History");
        text.field("names", &self.names).field("rows", &self.rows).field("initial_epoch", &self.initial_epoch).finish()
    }
}

impl<R> Display for History<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<usize> = self.names.iter().map(|name| name.len().max(10)).collect();
        write!(f, "epoch")?;
        self.names.iter().zip(&widths).try_for_each(|(name, width)| write!(f, "  {name:>width$}"))?;
        for (epoch, row) in self.rows.iter().enumerate() {
            write!(f, "\n{:>5}", self.initial_epoch + epoch + 1)?;
            row.iter().zip(&widths).try_for_each(|(value, width)| write!(f, "  {value:>width$.4}"))?;
        }
        Ok(())
    }
}
