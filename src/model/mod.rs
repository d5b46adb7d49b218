//! Model, compile, fit: what a user trains with.

pub(crate) mod compiled;
pub(crate) mod fit;
pub(crate) mod history;
pub(crate) mod parameters;
#[cfg(feature = "plot")]
pub(crate) mod plot;
pub(crate) mod progress;
pub(crate) mod score;
pub(crate) mod step;
pub(crate) mod summary;

pub use compiled::Compiled;
pub use fit::{Fit, Fitting, IsCompiled, Weighable};
pub use history::{Evaluation, History};
pub use parameters::Model;
pub use progress::Verbose;
pub use summary::Summary;
