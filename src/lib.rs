#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

pub(crate) mod contract;
pub mod deploy;
pub mod int8;
pub mod io;
pub mod kernels;
pub mod layers;
pub mod memory;
pub(crate) mod shape;
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
#[cfg(not(feature = "train"))]
#[path = "untrained/regularizers.rs"]
pub mod regularizers;
#[cfg(feature = "train")]
pub mod schedules;

// Messages name a thing by its shortest public path: `taut::Dense`, not `taut::layers::Dense`.
pub use contract::embed::{Agrees, Example};
#[cfg(feature = "train")]
pub use contract::fold::FoldValues;
pub use contract::fold::{Fold, Folded};
pub use contract::layer::{Arch, Layer};
pub use contract::named::Checked;
pub use contract::network::{Network, Part};
pub use contract::train::{NoParameters, TensorOptions};
#[cfg(feature = "datasets")]
pub use datasets::{Csv, Label};
pub use deploy::Budget;
pub use int8::*;
#[cfg(feature = "train")]
pub use kernels::with_threads;
pub use layers::*;
pub use memory::{AnyBitPattern, Bytes, Floats, Zeroed};
#[cfg(not(feature = "train"))]
pub use regularizers::Regularizer;
pub use shape::sample::{Class, Image, Input, Sample, Sequence, Tokens, Vector};
pub use shape::window::{Dilated, Padding, Same, Valid};
// No part of the interface, but messages name them.
#[cfg(feature = "train")]
pub use {
    callbacks::*,
    constraints::*,
    contract::rule::{MAX_MOMENTS, Moments, Rule, StepInfo},
    contract::train::{Context, Head, Params, Role, Row, Step, Tensor, Train, Visitor},
    datasets::{Augment, Dataset, FillMode, RandomFlip, RandomTranslation, Standardizer},
    initializers::*,
    io::error::{Error, Result},
    losses::*,
    metrics::*,
    model::*,
    optimizers::*,
    regularizers::*,
    schedules::*,
};
#[doc(hidden)]
pub use {
    contract::embed::read,
    contract::named::{Exists, Flow, Takes, exists},
    shape::flat::Flat,
    shape::join::{Concat, DoubleChannels, HalfChannels, Join, SameShape},
    shape::resize::Cropped2d,
    shape::size::{Divides, GroupsOf, IsPercent, Sizes},
    shape::window::{Transposed2d, Windows1d, Windows2d},
};
#[cfg(feature = "train")]
#[doc(hidden)]
pub use {contract::field::Field, contract::named::PlansOf, shape::size::AtMost};

/// Where the output of a layer lies: the choices of [`Layer::Place`].
pub mod place {
    pub use crate::contract::layer::{Alias, InPlace, Other, Place, Private};
}

/// What becomes of a layer when batch normalization is folded: for a layer that says so itself, and not by [`params!`].
pub mod fold {
    pub use crate::contract::fold::{Bool, False, Fold, Folded, True, Which};
    #[cfg(feature = "train")]
    pub use crate::contract::fold::{FoldValues, Norm, copy, fold};
}

/// All that a program with a network needs.
pub mod prelude {
    #[cfg(feature = "datasets")]
    pub use crate::datasets::{Csv, Label};
    #[cfg(feature = "train")]
    pub use crate::{
        callbacks::*,
        constraints::*,
        contract::train::Train,
        datasets::{self, Augment, Dataset, FillMode, RandomFlip, RandomTranslation, Standardizer},
        initializers::*,
        losses::*,
        metrics::*,
        model::*,
        optimizers::*,
        regularizers::*,
        schedules::*,
    };
    pub use crate::{
        contract::fold::{Fold, Folded},
        contract::layer::{Arch, Layer},
        deploy::Budget,
        embed,
        int8::*,
        layers::*,
        memory::Floats,
        network, place,
        shape::sample::{Class, Image, Input, Sample, Sequence, Tokens, Vector},
        shape::window::{Dilated, Same, Valid},
    };
}

/// What the crate's macros name. Not a part of the interface: it may change in any release.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "train")]
    pub use crate::contract::operation;
    #[cfg(feature = "train")]
    pub use crate::contract::rule;
    pub use crate::contract::train;
    pub use crate::contract::{embed, field, fold, layer, named, network, quantize, quantize_network};
    #[cfg(feature = "train")]
    pub use crate::io::error::Result;
    pub use crate::memory::plain;
    pub use crate::regularizers::Regularizer;
    pub use crate::shape::sample;
    pub use crate::text;
}
