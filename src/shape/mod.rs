//! Samples, the values that flow through a network, and the arithmetic of their sizes.

pub mod flat;
pub mod int8;
pub mod join;
pub mod pixels;
pub mod resize;
pub mod sample;
pub mod size;
pub mod window;
