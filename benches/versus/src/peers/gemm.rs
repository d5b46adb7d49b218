//! By hand with the crate gemm.

use super::by_hand::{ByHand, Matrix};
use super::{Peer, Task};
use crate::Result;
use gemm::Parallelism;
use std::sync::OnceLock;

static THREADS: OnceLock<usize> = OnceLock::new();

pub fn new(task: Task) -> Result<Box<dyn Peer + '_>> {
    THREADS.get_or_init(|| task.threads);
    ByHand::boxed(task, multiply)
}

pub fn multiply(a: Matrix, b: Matrix, c: &mut [f32]) {
    assert!(a.columns == b.rows && c.len() == a.rows * b.columns);
    let parallelism = match THREADS.get() {
        None | Some(1) => Parallelism::None,
        Some(threads) => Parallelism::Rayon(*threads),
    };
    // SAFETY: the lengths are those of the three matrices, as `Matrix` and the line above checked.
    unsafe {
        gemm::gemm(
            a.rows,
            b.columns,
            a.columns,
            c.as_mut_ptr(),
            1,
            b.columns as isize,
            false,
            a.data.as_ptr(),
            a.column as isize,
            a.row as isize,
            b.data.as_ptr(),
            b.column as isize,
            b.row as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}
