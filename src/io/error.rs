//! Errors at run time: each names the expected value, the received value, and the place.

use crate::io::format::Flaw;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::RangeBounds;
use std::path::{Path, PathBuf};

/// `std::result::Result` with this crate's [`Error`].
///
/// ```
/// use taut::prelude::*;
/// fn loss(data: &Dataset<Vector<1>, Vector<1>>) -> taut::Result<f32> {
///     let model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
///     Ok(model.evaluate(data)?.loss())
/// }
/// assert!(loss(&Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])])?).is_ok());
/// assert!(loss(&Dataset::new(vec![], vec![])?).is_err());
/// # Ok::<(), taut::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error at run time. Mistakes in types and shapes are compile errors and never appear here.
///
/// `Debug` also prints the sentence, since a `main` that returns a [`Result`] prints errors with `Debug`.
///
/// ```
/// use taut::{Error, prelude::*};
/// match Dataset::new(vec![Vector::new([1.0]); 3], vec![Vector::new([2.0]); 2]) {
///     Err(Error::Argument { expected, received, .. }) => println!("{expected}, not {received}"),
///     other => panic!("3 samples have no 2 labels: {other:?}"),
/// }
/// let error = Model::<Vector<1>, Dense<1, 1>>::load("no-such-file").unwrap_err();
/// assert!(matches!(error, Error::Io { action: "read", .. }));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to read or write a file.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The refused action: `read`, `write`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A file is not the checkpoint that was expected.
    #[error("{}: {sentence}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// The flaw of the file.
        flaw: Flaw,
        /// The flaw as a sentence.
        sentence: String,
    },
    /// A parameter, or a moment of the optimizer, is NaN or infinite. Nothing was saved, and an existing file did not
    /// change.
    #[error("not saved to {}: {tensor} of layer {layer} holds {value}, expected finite numbers", path.display())]
    NotFinite {
        /// The path of the checkpoint.
        path: PathBuf,
        /// The layer's type.
        layer: &'static str,
        /// The name of the tensor, or of its moment.
        tensor: &'static str,
        /// The value.
        value: f32,
    },
    /// A data file does not hold the expected data.
    #[error("{}{}: expected {expected}, received {received}", path.display(), place)]
    Data {
        /// The file.
        path: PathBuf,
        /// The place in the file, such as `, row 3, column "age"`; may be empty.
        place: String,
        /// The expected value.
        expected: String,
        /// The received value.
        received: String,
    },
    /// A dataset was not found in any of the folders searched.
    #[error("{name} not found; looked in {}.\n{help}", looked_in.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    DatasetNotFound {
        /// The name of the dataset.
        name: &'static str,
        /// The folders searched.
        looked_in: Vec<PathBuf>,
        /// How to get the dataset.
        help: &'static str,
    },
    /// A dataset is in none of the folders searched, and could not be downloaded either.
    #[error("{name} cannot be downloaded to {}: {}\n{help}", folder.display(), reasons.join("; "))]
    Download {
        /// The name of the dataset.
        name: &'static str,
        /// The folder in which its files would be kept.
        folder: PathBuf,
        /// Each address that was tried, with what was expected and received there.
        reasons: Vec<String>,
        /// How to get the dataset otherwise.
        help: &'static str,
    },
    /// An argument is out of range.
    #[error("{argument}: expected {expected}, received {received}")]
    Argument {
        /// The name of the argument.
        argument: &'static str,
        /// The expected value.
        expected: String,
        /// The received value.
        received: String,
    },
    /// The loss became NaN or infinite, and [`TerminateOnNan`](crate::TerminateOnNan) ended the run.
    #[error(
        "the loss is {loss} in epoch {epoch}, batch {batch}; expected a finite number ({})",
        if *epoch * *batch == 1 { "are there NaN in the data?" } else { "a lower learning rate often helps" }
    )]
    LossNotFinite {
        /// The loss of the batch.
        loss: f32,
        /// The epoch, counted from 1.
        epoch: usize,
        /// The batch within the epoch, counted from 1.
        batch: usize,
    },
    /// A plot could not be drawn.
    #[error("cannot draw {}: {message}", path.display())]
    Plot {
        /// The file.
        path: PathBuf,
        /// The message of the plotting library.
        message: String,
    },
    /// An error from a user's own callback.
    #[error(transparent)]
    Other(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Error {
    /// For `map_err`: an [`Error::Io`] that names `path`.
    pub(crate) fn io<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Error + 'a {
        move |source| Error::Io { action, path: path.into(), source }
    }

    /// Creates an [`Error::Argument`].
    pub(crate) fn argument(argument: &'static str, expected: impl ToString, received: impl ToString) -> Error {
        Error::Argument { argument, expected: expected.to_string(), received: received.to_string() }
    }

    /// Adds to an [`Error::Argument`] whose argument it is: `, for …`.
    pub(crate) fn of(mut self, what: impl std::fmt::Display) -> Error {
        if let Error::Argument { received, .. } = &mut self {
            *received = format!("{received}, for {what}");
        }
        self
    }

    /// Creates an [`Error::Data`].
    pub(crate) fn data(path: &Path, place: impl ToString, expected: impl ToString, received: impl ToString) -> Error {
        Error::Data {
            path: path.into(),
            place: place.to_string(),
            expected: expected.to_string(),
            received: received.to_string(),
        }
    }
}

/// The range of all numbers above 0.
pub(crate) const POSITIVE: (Bound<f32>, Bound<f32>) = (Excluded(0.0), Unbounded);

/// Checks that a setting is in its range. `what` is the name of the setting, such as `Adam's beta_1`.
pub(crate) fn within(what: &'static str, value: f32, range: impl RangeBounds<f32>) -> Result<()> {
    if value.is_finite() && range.contains(&value) {
        return Ok(());
    }
    let from = match range.start_bound() {
        Included(x) => format!(" from {x}"),
        Excluded(x) => format!(" above {x}"),
        Unbounded => String::new(),
    };
    let to = match range.end_bound() {
        Included(x) => format!(" to {x}"),
        Excluded(x) => format!(" to below {x}"),
        Unbounded => String::new(),
    };
    Err(Error::argument(what, format!("a number{from}{to}"), value))
}

/// Checks the byte between two fields of a CSV file. `what` is the name of the setting.
pub(crate) fn check_separator(what: &'static str, separator: u8) -> Result<()> {
    let separator = char::from(separator);
    if matches!(separator, '"' | '\r' | '\n' | '+' | '-' | '.') || separator.is_ascii_alphanumeric() {
        let expected = "a byte that is no quote, no line's end and no part of a number";
        return Err(Error::argument(what, expected, format!("{separator:?}")));
    }
    Ok(())
}

/// Implements `validate` from the name of an optimizer, a loss or a metric, and the range of each setting.
macro_rules! settings {
    ($name:ident { $($field:ident: $range:expr),* $(,)? }) => {
        fn validate(&self) -> crate::io::error::Result<()> {
            $(crate::io::error::within(concat!(stringify!($name), "'s ", stringify!($field)), self.$field, $range)?;)*
            Ok(())
        }
    };
}
pub(crate) use settings;
