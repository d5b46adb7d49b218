//! Callbacks, which observe and steer a run: one file each, and the trait for a user's own.

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
pub(crate) mod swap_ema_weights;
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
pub use swap_ema_weights::SwapEmaWeights;
pub use terminate_on_nan::TerminateOnNan;
