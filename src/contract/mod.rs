//! What a layer is: inference, parameters, training, and what follows from them.

pub mod embed;
pub mod field;
pub mod fold;
pub mod layer;
#[cfg(feature = "train")]
pub mod rule;
pub mod sequence;
#[cfg(feature = "train")]
pub mod train;
#[cfg(not(feature = "train"))]
#[path = "../untrained/train.rs"]
pub mod train;
