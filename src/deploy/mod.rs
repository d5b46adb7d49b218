//! Networks in programs: what they cost.

pub(crate) mod budget;

pub use budget::Budget;
