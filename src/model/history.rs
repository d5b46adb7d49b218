use crate::callbacks::monitor::Monitor;
use crate::io::error::Result;
use crate::io::file::write_atomically;
use crate::metrics::contains::Contains;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::path::Path;

/// What `derive` would write, were it not for its bounds on a parameter that is only a mark.
macro_rules! without_bounds {
    ($name:ident { $first:ident, $($field:ident),* }) => {
        impl<R> Clone for $name<R> {
            fn clone(&self) -> Self {
                $name { $first: self.$first.clone(), $($field: self.$field.clone()),* }
            }
        }
        impl<R> PartialEq for $name<R> {
            fn eq(&self, other: &Self) -> bool {
                self.$first == other.$first $(&& self.$field == other.$field)*
            }
        }
        impl<R> fmt::Debug for $name<R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = f.debug_struct(stringify!($name));
                text.field(stringify!($first), &self.$first)$(.field(stringify!($field), &self.$field))*.finish()
            }
        }
    };
}
without_bounds!(Evaluation { names, values, metrics });
without_bounds!(History { names, rows, metrics, initial_epoch, run });

/// What [`evaluate`](crate::Compiled::evaluate) computes with the metrics `M`. It prints as Keras does.
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
pub struct Evaluation<M> {
    /// `loss`, and the names of the metrics.
    pub names: Vec<String>,
    /// The mean over the samples, regularizers included in the loss.
    pub values: Vec<f32>,
    pub(crate) metrics: PhantomData<fn() -> M>,
}

impl<M> Evaluation<M> {
    /// The loss, regularizers included.
    pub fn loss(&self) -> f32 {
        self.values[0]
    }

    /// One of the metrics: `evaluation.get(Accuracy)`.
    pub fn get<K, I>(&self, _: K) -> f32
    where
        M: Contains<K, I>,
    {
        self.values[1 + M::INDEX]
    }
}

/// `loss: 0.5107 - accuracy: 0.8221`
pub(crate) fn line(names: &[String], values: &[f32]) -> String {
    let number = |value: f32| {
        // As Keras: four digits, and scientific where they would say nothing.
        if value != 0.0 && value.abs() < 1e-3 { format!("{value:.4e}") } else { format!("{value:.4}") }
    };
    let all: Vec<String> =
        names.iter().zip(values).map(|(name, value)| format!("{name}: {}", number(*value))).collect();
    all.join(" - ")
}

impl<M> Display for Evaluation<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line(&self.names, &self.values))
    }
}

/// What [`fit`](crate::Fitting::fit) computed, a row for each epoch of the run `R`.
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
    /// `loss`, the metrics, and, with validation data, `val_loss` and `val_` before the metrics' names.
    pub names: Vec<String>,
    /// The numbers in the order of the names; NaN for a validation that there was not, as [`validation_frequency`](crate::Fit) has it.
    pub rows: Vec<Vec<f32>>,
    pub(crate) metrics: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(crate) initial_epoch: usize,
    pub(crate) run: PhantomData<fn() -> R>,
}

impl<R> History<R> {
    /// A number over the epochs: `history.get(ValLoss)`, `history.get(Val(Accuracy))`.
    pub fn get<K: Monitor<R, I>, I>(&self, _: K) -> Vec<f32> {
        self.rows.iter().map(|row| row[K::index(self.metrics)]).collect()
    }

    /// The history as CSV: `epoch`, counted from 0 as Keras's `CSVLogger` does, and the names.
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
    /// [`Error::Io`](crate::Error::Io); a file that is there stays as it is.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        write_atomically(path.as_ref(), self.to_csv().as_bytes())
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
