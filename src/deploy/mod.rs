//! The cost of networks in programs: flash, memory and multiply-adds.

pub(crate) mod budget;

pub use budget::Budget;
