//! The thread pool in all interleavings of its threads that have at most so many preemptions, under the memory model of
//! C11. The code is that of the crate, `src/kernels/threads/pool.rs`, with the types of loom in place of the standard
//! library's.
#![cfg(test)]

// From the folder of the pool, as in the crate.
#[path = "../../../src/kernels/threads/pool.rs"]
mod pool;
mod scenarios;
mod sync;

/// Where the pool looks for what it is made of.
mod kernels {
    pub(crate) mod threads {
        pub(crate) use crate::sync;
    }
}
