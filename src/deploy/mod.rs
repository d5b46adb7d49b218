//! The cost of networks in programs: flash, memory and multiply-adds.
//!
//! ```
//! use taut::prelude::*;
//! /// Whether a network runs on a device with 64 KiB of flash and 8 KiB of memory for it.
//! const fn fits<X, N: Layer<X>>() -> bool {
//!     Budget::<X, N>::FLASH <= 64 << 10 && Budget::<X, N>::RAM <= 8 << 10
//! }
//! assert!(fits::<Image<8, 8, 1>, (Flatten, Dense<64, 64>, Relu, Dense<64, 10>, Softmax)>());
//! assert!(!fits::<Image<28, 28, 1>, (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax)>());
//! ```

pub(crate) mod budget;

pub use budget::Budget;
