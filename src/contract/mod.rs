//! What a layer is: inference, parameters, training, and what follows from them.

pub mod chain;
pub mod checked;
pub mod embed;
pub mod field;
pub mod fits;
pub mod fold;
pub mod layer;
pub mod mask;
pub mod named;
pub mod network;
#[cfg(feature = "train")]
pub mod operation;
pub mod outputs;
pub mod params;
pub mod part;
pub mod quantize;
pub mod quantize_network;
#[cfg(feature = "train")]
pub mod rule;
#[cfg(feature = "train")]
pub mod step;
#[cfg(feature = "train")]
pub mod tensor;
#[cfg(not(feature = "train"))]
#[path = "../untrained/tensor.rs"]
pub mod tensor;
#[cfg(feature = "train")]
pub mod train;
mod tuples;
