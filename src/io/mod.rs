//! Files: the checkpoint's format, errors, and how files are written.

#[cfg(feature = "train")]
pub mod checkpoint;
#[cfg(feature = "train")]
pub mod error;
