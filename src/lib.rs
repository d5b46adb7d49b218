#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

pub mod embed;
pub mod fold;
mod io;
pub mod kernels;
pub mod layer;
pub mod layers;
pub mod params;
pub mod quantize;
pub mod sample;
mod sequence;
pub mod shape;
pub mod text;
pub mod zoo;

#[cfg(feature = "train")]
pub mod callbacks;
#[cfg(feature = "train")]
pub mod constraints;
#[cfg(feature = "train")]
pub mod datasets;
#[cfg(feature = "train")]
pub mod initializers;
#[cfg(feature = "train")]
pub mod keras;
#[cfg(feature = "train")]
pub mod losses;
#[cfg(feature = "train")]
pub mod metrics;
#[cfg(feature = "train")]
pub mod model;
#[cfg(feature = "train")]
pub mod optimizers;
#[cfg(feature = "train")]
pub mod regularizers;
#[cfg(feature = "train")]
pub mod schedules;
#[cfg(feature = "train")]
pub mod train;

// Messages name a thing by its shortest public path: `taut::Dense`, not `taut::layers::Dense`.
pub use fold::{Fold, Folded};
#[cfg(feature = "std")]
pub use kernels::with_threads;
pub use layer::*;
pub use layers::*;
pub use params::{Field, Plain, Pod, Zeroed, place};
pub use quantize::*;
pub use sample::*;
pub use shape::{Dilated, Flat, Hundredths, Join, Joined, Padding, Percent, Same, Summand, Together, Twice, Valid};
#[cfg(feature = "train")]
pub use {
    callbacks::*,
    constraints::*,
    datasets::{Augment, Csv, Dataset, FillMode, Label, RandomFlip, RandomTranslation, Standardizer},
    initializers::*,
    io::error::*,
    losses::*,
    metrics::*,
    model::*,
    optimizers::*,
    regularizers::*,
    schedules::*,
    train::{Head, NoParameters, Params, Pass, Role, Row, Slot, Step, Tensor, Train, Visitor},
};

/// All that a program with a network needs.
pub mod prelude {
    pub use crate::params::Plain;
    #[cfg(feature = "train")]
    pub use crate::{
        callbacks::*,
        constraints::*,
        datasets::{self, Augment, Csv, Dataset, FillMode, Label, RandomFlip, RandomTranslation, Standardizer},
        initializers::*,
        losses::*,
        metrics::*,
        model::*,
        optimizers::*,
        regularizers::*,
        schedules::*,
    };
    pub use crate::{
        embed,
        fold::{Fold, Folded},
        layer::{Arch, Budget, Layer},
        layers::*,
        network,
        params::place,
        quantize::*,
        sample::*,
        shape::{Dilated, Same, Valid},
    };
}
