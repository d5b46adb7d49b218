//! Optimizers, one file each. An optimizer's moments are values of the network's own type.
//!
//! ```
//! use taut::{optimizers::Nadam, prelude::*};
//! # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([9.0]); 8])?;
//! let optimizer = Nadam { learning_rate: 0.5, ..Nadam::default() };
//! let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
//! model.fit(&data, Fit { epochs: 200, ..Fit::default() })?;
//! assert!(model.evaluate(&data)?.loss() < 1e-3);
//! # Ok::<(), taut::Error>(())
//! ```

pub(crate) mod adadelta;
pub(crate) mod adafactor;
pub(crate) mod adagrad;
pub(crate) mod adam;
pub(crate) mod adam_w;
pub(crate) mod adamax;
pub(crate) mod ftrl;
pub(crate) mod lamb;
pub(crate) mod lion;
pub(crate) mod muon;
pub(crate) mod nadam;
pub(crate) mod optimizer;
pub(crate) mod options;
pub(crate) mod rms_prop;
pub(crate) mod schedule_free_adam_w;
pub(crate) mod sgd;
pub(crate) mod with;

pub use adadelta::Adadelta;
pub use adafactor::Adafactor;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adam_w::AdamW;
pub use adamax::Adamax;
pub use ftrl::Ftrl;
pub use lamb::Lamb;
pub use lion::Lion;
pub use muon::Muon;
pub use nadam::Nadam;
pub use optimizer::{Optimizer, OptimizerState};
pub use options::{Clip, Ema, OptimizerOptions, With};
pub use rms_prop::RmsProp;
pub use schedule_free_adam_w::ScheduleFreeAdamW;
pub use sgd::Sgd;
