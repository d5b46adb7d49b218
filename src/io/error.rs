//! What can go wrong at run time: each error says what was expected, what was received, and where.

use crate::io::format::Flaw;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::RangeBounds;
use std::path::{Path, PathBuf};

/// `std::result::Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong at run time. What the types can know never gets here.
///
/// `Debug`, too, writes the sentence, since that is what a `main` that returns a [`Result`] prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something that concerns a file.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, …
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file is not the checkpoint that was expected.
    #[error("{}: {sentence}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        flaw: Flaw,
        /// The same in words.
        sentence: String,
    },
    /// A parameter is NaN or infinite, so that nothing was saved and the file is as it was before.
    #[error("not saved to {}: {tensor} of layer {layer} holds {value}, expected finite numbers", path.display())]
    NotFinite {
        /// The file that was to be written.
        path: PathBuf,
        /// The layer's type.
        layer: &'static str,
        /// The tensor's name.
        tensor: &'static str,
        /// The value.
        value: f32,
    },
    /// A data file holds something else than what was asked for.
    #[error("{}{}: expected {expected}, received {received}", path.display(), place)]
    Data {
        /// The file.
        path: PathBuf,
        /// Where in it: `, row 3, column "age"`; may be empty.
        place: String,
        /// What would have been right.
        expected: String,
        /// What is there.
        received: String,
    },
    /// A dataset that is looked for in several places is in none of them.
    #[error("{name} not found; looked in {}.\n{help}", looked_in.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    DatasetNotFound {
        /// The dataset.
        name: &'static str,
        /// The folders.
        looked_in: Vec<PathBuf>,
        /// How to get it.
        help: &'static str,
    },
    /// An argument is out of range.
    #[error("{argument}: expected {expected}, received {received}")]
    Argument {
        /// What it is called.
        argument: &'static str,
        /// What would have been right.
        expected: String,
        /// What it was.
        received: String,
    },
    /// The loss became NaN or infinite, and a callback was asked to make an error of it.
    #[error(
        "the loss is {loss} in epoch {epoch}, batch {batch}; expected a finite number ({})",
        if *epoch * *batch == 1 { "are there NaN in the data?" } else { "a lower learning rate often helps" }
    )]
    LossNotFinite {
        /// The loss.
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
        /// What the drawing library said.
        message: String,
    },
    /// An error of a user's own callback.
    #[error(transparent)]
    Other(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Error {
    /// For `map_err`: an [`Error::Io`] about that file.
    pub(crate) fn io<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Error + 'a {
        move |source| Error::Io { action, path: path.into(), source }
    }

    /// An [`Error::Argument`].
    pub(crate) fn argument(argument: &'static str, expected: impl ToString, received: impl ToString) -> Error {
        Error::Argument { argument, expected: expected.to_string(), received: received.to_string() }
    }

    /// The same, where an argument is, and says so: of what.
    pub(crate) fn of(mut self, what: impl std::fmt::Display) -> Error {
        if let Error::Argument { received, .. } = &mut self {
            *received = format!("{received}, for {what}");
        }
        self
    }

    /// An [`Error::Data`].
    pub(crate) fn data(path: &Path, place: impl ToString, expected: impl ToString, received: impl ToString) -> Error {
        Error::Data {
            path: path.into(),
            place: place.to_string(),
            expected: expected.to_string(),
            received: received.to_string(),
        }
    }
}

/// All numbers above 0.
pub(crate) const POSITIVE: (Bound<f32>, Bound<f32>) = (Excluded(0.0), Unbounded);

/// That a setting is in its range; `what` says whose it is: `Adam's beta_1`.
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

/// Writes `validate`: the name of an optimizer, a loss or a metric, and each setting with its range.
macro_rules! settings {
    ($name:ident { $($field:ident: $range:expr),* $(,)? }) => {
        fn validate(&self) -> crate::io::error::Result<()> {
            $(crate::io::error::within(concat!(stringify!($name), "'s ", stringify!($field)), self.$field, $range)?;)*
            Ok(())
        }
    };
}
pub(crate) use settings;
