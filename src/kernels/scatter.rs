//! The gradient of a table of which a batch reads some rows.

use crate::kernels::elementwise::add_scaled;
use crate::kernels::shared_ptr::SharedPtr;
use crate::kernels::threads::{run, threads};
use crate::kernels::update::{SharedUpdate, Update};
use core::slice;

/// Floats of a gradient that an update gets at a time: with their weights and moments they stay in the L2 cache. With
/// an eighth of them, a step of Adam takes 1.15 times as long.
const UPDATED: usize = 16 * 1024;

/// The smallest number of floats for which a thread is woken: an optimizer's step of them takes some twenty
/// microseconds.
const MIN_UPDATES: usize = 1 << 16;

/// The place of a row that is read, behind the row: pairs in ascending order are the reads of one row after the other.
pub const fn read(row: u16, i: usize) -> u64 {
    (row as u64) << 48 | i as u64
}

/// The row and the place.
fn row_and_place(read: u64) -> (usize, usize) {
    ((read >> 48) as usize, (read & ((1 << 48) - 1)) as usize)
}

/// `dw[row] = Σ dy[i]` over all i that read the row, and zeros for a row that nothing reads.
///
/// - `reads`: each [`read`], in ascending order. Rows that the table has not are passed over.
/// - `width`: the numbers of a row.
///
/// If there is an `update`, it gets each part of the gradient while that is in the cache, so that no table of zeros
/// travels to memory; `dw` then holds arbitrary values afterwards.
pub fn scatter(reads: &[u64], width: usize, dy: &[f32], dw: &mut [f32], update: Option<Update>) {
    let rows = dw.len() / width.max(1);
    let Some(mut update) = update else {
        add_rows(reads, (0, rows), width, dy, dw);
        return;
    };
    let update = SharedUpdate::new(&mut update, dw.len());
    let block = (UPDATED / width.max(1)).max(1);
    let parts = threads().min(dw.len() / MIN_UPDATES).max(1);
    let part = rows.div_ceil(parts).next_multiple_of(block).max(1);
    let dw = SharedPtr(dw.as_mut_ptr());
    run(rows.div_ceil(part), &|i| {
        let (start, end) = (i * part, rows.min((i + 1) * part));
        let mut reads = &reads[reads.partition_point(|read| row_and_place(*read).0 < start)..];
        for first in (start..end).step_by(block) {
            let last = end.min(first + block);
            // SAFETY: the rows from `start` to `end` belong to this part of the job alone, and each number of the table
            // gets one update. The first rows of the part hold the gradients of all its blocks.
            unsafe {
                let dw = slice::from_raw_parts_mut(dw.at(start * width), (last - first) * width);
                reads = add_rows(reads, (first, last), width, dy, dw);
                update.apply(first * width, dw);
            }
        }
    });
}

/// The gradient of the rows from the first to the one before the last, which come first in `reads`. Returns the reads
/// of the rows behind them.
fn add_rows<'a>(
    mut reads: &'a [u64],
    (first, last): (usize, usize),
    width: usize,
    dy: &[f32],
    dw: &mut [f32],
) -> &'a [u64] {
    dw.fill(0.0);
    while let [next, rest @ ..] = reads {
        let (row, i) = row_and_place(*next);
        if row >= last {
            break;
        }
        add_scaled(&mut dw[(row - first) * width..][..width], 1.0, &dy[i * width..][..width]);
        reads = rest;
    }
    reads
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::testing::numbers;
    use crate::kernels::threads::with_threads;
    use std::vec;
    use std::vec::Vec;

    /// Rows of a table that has few or many, some of them read several times, one that it has not.
    #[test]
    fn rows_get_the_sums_of_their_reads_and_the_update_sees_each_row_once() {
        for (rows, width) in [(5, 3), (3000, 64), (40, 2000), (1, 1)] {
            let rows_read: Vec<usize> = (0..50).map(|i| i * i * 31 % rows).chain([rows - 1, rows]).collect();
            let mut reads: Vec<_> = rows_read.iter().enumerate().map(|(i, row)| read(*row as u16, i)).collect();
            reads.sort_unstable();
            let dy = numbers(rows_read.len() * width, 1);
            let mut expected = vec![0.0; rows * width];
            for (row, dy) in rows_read.iter().zip(dy.chunks(width)) {
                if let Some(to) = expected.chunks_mut(width).nth(*row) {
                    to.iter_mut().zip(dy).for_each(|(to, dy)| *to += dy);
                }
            }
            let mut dw = vec![7.0; rows * width];
            scatter(&reads, width, &dy, &mut dw, None);
            assert!(dw == expected, "{rows} × {width}");
            for threads in [1, 2, 3] {
                let (mut w, mut moment) = (vec![1.0; rows * width], vec![1.0; rows * width]);
                let rule = |w: &mut [f32], g: &mut [f32], [m, ..]: [&mut [f32]; 5], _: &[usize]| {
                    w.iter_mut().zip(&*g).for_each(|(w, g)| *w += g);
                    m.iter_mut().zip(&*g).for_each(|(m, g)| *m = 2.0 * *m - g);
                    g.fill(9.0);
                };
                let moments = [&mut moment[..], &mut [], &mut [], &mut [], &mut []];
                let update = Update { w: &mut w, moments, shape: &[], rule: &rule };
                with_threads(threads, || scatter(&reads, width, &dy, &mut dw, Some(update)));
                for (i, g) in expected.iter().enumerate() {
                    assert_eq!((w[i], moment[i]), (1.0 + g, 2.0 - g), "{rows} × {width} at {i}");
                }
            }
        }
    }
}
