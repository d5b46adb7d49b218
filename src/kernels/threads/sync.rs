//! What the pool is made of. `tests/pool` compiles the pool with a module of this name that has loom's types instead.

pub(super) use std::hint::spin_loop;
pub(super) use std::sync::atomic::{AtomicUsize, fence};
pub(super) use std::sync::{Condvar, Mutex, MutexGuard};
pub(super) use std::thread::Builder;

/// How often an idle thread looks for a job before it sleeps: for some fifty microseconds.
pub(super) const SPINS: usize = 2000;
