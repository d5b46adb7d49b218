//! Models: compile, fit, evaluate, predict.
//!
//! ```
//! use taut::prelude::*;
//! # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
//! let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
//! let mut model = model.compile(Sgd::new(0.1), MeanSquaredError, MeanAbsoluteError);
//! let history = model.fit(&data, Fit { epochs: 50, ..Fit::default() })?;
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path();
//! history.plot(folder.join("history.svg"))?; // with the feature `plot`
//! assert!(model.evaluate(&data)?.get(MeanAbsoluteError) < 1e-3);
//! assert!((model.predict(&Vector::new([1.0])).0[0] - 3.0).abs() < 1e-3);
//! # Ok::<(), taut::Error>(())
//! ```

pub(crate) mod compiled;
pub(crate) mod copy;
pub(crate) mod debug_build;
pub(crate) mod evaluation;
pub(crate) mod fit;
pub(crate) mod fitting;
pub(crate) mod gradients;
pub(crate) mod history;
pub(crate) mod inference;
pub(crate) mod loss_weights;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod parameters;
pub(crate) mod progress;
pub(crate) mod resume;
pub(crate) mod score;
pub(crate) mod source;
pub(crate) mod state;
pub(crate) mod step;
pub(crate) mod summary;
pub(crate) mod trainer;
pub(crate) mod validation;
pub(crate) mod weights;

pub use compiled::Compiled;
pub use evaluation::Evaluation;
pub use fit::IsCompiled;
pub use fitting::Fitting;
pub use history::History;
pub use loss_weights::Weighable;
pub use options::Fit;
pub use parameters::Model;
pub use progress::Verbose;
pub use summary::Summary;
