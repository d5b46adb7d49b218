//! What flows through a network, and the arithmetic of its sizes.

pub mod flat;
pub mod int8;
pub mod join;
pub mod resize;
pub mod sample;
pub mod size;
pub mod window;
