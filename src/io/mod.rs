//! Files: the checkpoint's format, reading and writing it, files that are replaced as a whole, and errors.
//!
//! **How a file is written.** Checkpoints, a history's CSV file and plots go to a temporary file,
//! `.taut-….partial` in the same folder, which then takes the file's name. The file is therefore whole at any time,
//! also after a crash and with several writers.
//!
//! - The new file has the permissions of the old one, and its owner and group as far as the process may set them.
//!   Access lists and extended attributes are not copied.
//! - A symbolic link stays, and the file that it leads to is replaced, or created. Another hard link keeps the old
//!   contents.
//! - A read-only file, and all that is no regular file (a folder, a pipe, a device), is an error.
//! - A process that is killed while it writes leaves its temporary file. The first save of another process into that
//!   folder deletes it (on Unix, where file locks tell it from the file of a writer that lives).
//!
//! ```
//! use taut::prelude::*;
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("net.taut");
//! let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
//! model.save(&path)?;
//! assert_eq!(Model::<Vector<4>, (Dense<4, 3>, Softmax)>::load(&path)?.net(), model.net());
//! let other = Model::<Vector<4>, (Dense<4, 2>, Softmax)>::load(&path).unwrap_err();
//! assert!(other.to_string().ends_with("expected: (Dense<4, 2>, Softmax)\nreceived: (Dense<4, 3>, Softmax)"));
//! # Ok::<(), taut::Error>(())
//! ```

pub mod format;

#[cfg(feature = "train")]
pub(crate) mod checkpoint;
#[cfg(feature = "train")]
pub(crate) mod error;
#[cfg(feature = "train")]
pub(crate) mod file;
#[cfg(feature = "train")]
pub(crate) mod terminal;
