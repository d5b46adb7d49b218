//! Callbacks, which observe and steer a run: one file each, and the trait for a user's own.
//!
//! ```
//! use taut::{callbacks::TerminateOnNan, prelude::*};
//! # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
//! # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
//! let mut stop = EarlyStopping::new(TrainingLoss).min_delta(1e-3);
//! let callbacks = (TerminateOnNan::default(), &mut stop); // `&mut`, to look at it after the run
//! let history = model.callbacks(callbacks).fit(&data, Fit { epochs: 50, ..Fit::default() })?;
//! assert!(stop.stopped_epoch() == Some(history.get(TrainingLoss).len()) && history.get(TrainingLoss).len() < 50);
//! # Ok::<(), taut::Error>(())
//! ```

pub(crate) mod backup_and_restore;
pub(crate) mod best;
pub(crate) mod callback;
pub(crate) mod csv_logger;
pub(crate) mod early_stopping;
pub(crate) mod event;
pub(crate) mod lambda;
pub(crate) mod learning_rate_scheduler;
pub(crate) mod model_checkpoint;
pub(crate) mod monitor;
pub(crate) mod path_template;
pub(crate) mod reduce_lr_on_plateau;
#[cfg(feature = "tensorboard")]
pub(crate) mod summary_writer;
pub(crate) mod swap_ema_weights;
#[cfg(feature = "tensorboard")]
pub(crate) mod tensorboard;
#[cfg(feature = "tensorboard")]
pub(crate) mod tensorboard_proto;
pub(crate) mod terminate_on_nan;

pub use backup_and_restore::BackupAndRestore;
pub use callback::Callback;
pub use csv_logger::CsvLogger;
pub use early_stopping::EarlyStopping;
pub use event::{BatchEnd, EpochEnd, TrainBegin};
pub use lambda::Lambda;
pub use learning_rate_scheduler::LearningRateScheduler;
pub use model_checkpoint::ModelCheckpoint;
pub use monitor::{HasValidation, Mode, Monitor, NotValidated, Run, Training, TrainingLoss, Val, ValLoss, Validated};
pub use reduce_lr_on_plateau::ReduceLrOnPlateau;
#[cfg(feature = "tensorboard")]
pub use summary_writer::{Hparam, SummaryWriter};
pub use swap_ema_weights::SwapEmaWeights;
#[cfg(feature = "tensorboard")]
pub use tensorboard::TensorBoard;
pub use terminate_on_nan::TerminateOnNan;
