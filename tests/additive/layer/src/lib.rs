//! Layers of a crate that does not ask for taut's feature `train`.
#![no_std]

mod layers;

pub use layers::{Affine, AffineOptions, Block, Keep, Negate};
