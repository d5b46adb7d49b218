//! Parameters and samples as plain memory: views without a copy, and values created in place.
//!
//! The crate's `unsafe` code is here, in `kernels/`, and in `io/format.rs`, which reads a file's bytes in const
//! evaluation.
//!
//! ```
//! use taut::{memory::view, prelude::*};
//! let images = [Image([[[1.0], [2.0]], [[3.0], [4.0]]]); 100];
//! let vectors: &[Vector<4>] = view(&images); // the same memory
//! assert_eq!(vectors[99].values(), [1.0, 2.0, 3.0, 4.0]);
//! ```

pub(crate) mod areas;
#[cfg(feature = "train")]
pub(crate) mod heap;
#[doc(hidden)]
pub mod plain;
#[doc(hidden)]
pub mod step_mask;
#[cfg(feature = "train")]
pub(crate) mod swap;
pub(crate) mod view;

#[cfg(feature = "train")]
pub use heap::{Buffer, boxed, zeros};
pub use plain::{AnyBitPattern, Bytes, Floats, Zeroed, zeroed};
pub use view::{flat, flat_mut, regroup, regroup_mut, view, view_mut, view_one, view_one_mut};
