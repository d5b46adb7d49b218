//! Files: the checkpoint's format, reading and writing it, files that are replaced as a whole, and errors.

pub mod format;

#[cfg(feature = "train")]
pub(crate) mod checkpoint;
#[cfg(feature = "train")]
pub(crate) mod error;
#[cfg(feature = "train")]
pub(crate) mod file;
