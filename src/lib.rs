//! Statically shaped neural networks, checked by the compiler.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

pub mod embed;
pub mod kernels;
pub mod layer;
pub mod params;
pub mod sample;
mod sequence;
pub mod shape;
pub mod text;

#[cfg(feature = "train")]
pub mod constraints;
#[cfg(feature = "train")]
pub mod datasets;
#[cfg(feature = "train")]
mod error;
#[cfg(feature = "train")]
pub mod initializers;
#[cfg(feature = "train")]
pub mod regularizers;
#[cfg(feature = "train")]
pub mod train;

#[cfg(feature = "train")]
pub use datasets::{Csv, Dataset, Standardizer};
pub use layer::*;
pub use sample::*;
#[cfg(feature = "train")]
pub use {constraints::*, error::*, initializers::*, regularizers::*};
