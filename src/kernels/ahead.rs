//! Rows of memory that are read soon: their cache lines come while products are computed.
//!
//! A batch's rows lie anywhere in the data, so that copying one waits for memory, line after line. Instead the rows of
//! the next batch are announced here, and each tile of a product asks for a few of their lines.

use core::ptr;
use std::cell::{Cell, RefCell};
use std::vec::Vec;

/// Bytes in a cache line.
pub(super) const LINE: usize = 64;

/// Bytes that may be asked for at once: a processor waits for some dozens of lines together.
const AT_ONCE: usize = 16 * LINE;

/// More rows than fit into a part of the L2 cache would drive out what the products read.
const MAX_BYTES: usize = 512 * 1024;

/// Data as small as that stay in the caches by themselves.
const MIN_DATA: usize = 1024 * 1024;

/// The same of targets, which are read beside the data.
const MIN_TARGETS: usize = MIN_DATA / 8;

std::thread_local! {
    /// The addresses of the current row that were not asked for.
    static LEFT: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    /// The rows' addresses in reverse order, and their length in bytes.
    static ROWS: RefCell<(Vec<usize>, usize)> = const { RefCell::new((Vec::new(), 0)) };
}

/// Announces samples that this thread will read, in their order, in place of what it announced before.
///
/// - `x_bytes`: the bytes of a sample, which may be several elements of `x`.
pub(crate) fn announce<X>((x, x_bytes): (&[X], usize), rows: &[usize]) {
    ROWS.with_borrow_mut(|(left, bytes)| {
        left.clear();
        *bytes = x_bytes;
        if size_of_val(x) >= MIN_DATA {
            let rows = &rows[..rows.len().min(MAX_BYTES / x_bytes)];
            left.extend(rows.iter().rev().map(|row| x.as_ptr().addr() + row * x_bytes));
        }
    });
    next_row();
}

/// Asks for targets that are read soon. Of one that is more than a line, the hardware expects the rest.
pub(crate) fn ask_for_targets<T>(t: &[T], rows: &[usize]) {
    if size_of_val(t) >= MIN_TARGETS {
        rows.iter().for_each(|row| prefetch::<false>(t.as_ptr().wrapping_add(*row).cast()));
    }
}

/// Goes on to the next row, if there is one.
fn next_row() {
    ROWS.with_borrow_mut(|(rows, bytes)| LEFT.set(rows.pop().map_or((0, 0), |row| (row, row + *bytes))));
}

/// A part of a row that was announced: the lines that a tile asks for.
#[derive(Clone, Copy)]
pub(super) struct Ahead {
    at: *const f32,
    /// Bytes from one line that is asked for to the next: less than a line, or 0.
    step: usize,
}

impl Ahead {
    /// The next lines for a tile that asks so many times, so many bytes apart. If no row is announced, it is the line
    /// of `near`, which is in the cache, again and again.
    #[inline(always)]
    pub fn new(times: usize, step: usize, near: *const f32) -> Self {
        let (from, end) = LEFT.get();
        if from < end { Ahead::announced(times, step, near) } else { Ahead { at: near, step: 0 } }
    }

    #[inline(never)]
    fn announced(times: usize, mut step: usize, near: *const f32) -> Self {
        let (mut from, mut end) = LEFT.get();
        // The short end of a row at once, so that the tile goes on with the next row.
        if end - from <= AT_ONCE.min(times * step / 2) {
            Ahead { at: ptr::without_provenance(from), step: LINE }.ask((end - from).div_ceil(LINE));
            next_row();
            (from, end) = LEFT.get();
            if from >= end {
                return Ahead { at: near, step: 0 };
            }
        }
        if from + times * step < end {
            LEFT.set((from + times * step, end));
        } else {
            // What is left of the row, and perhaps a few lines more.
            step = (end - from).div_ceil(times.max(1));
            next_row();
        }
        Ahead { at: ptr::without_provenance(from), step }
    }

    /// Asks for the next lines.
    #[inline(always)]
    pub fn ask(&mut self, lines: usize) {
        let mut i = 0;
        while i < lines {
            #[cfg(test)]
            tests::ASKED.with_borrow_mut(|asked| asked.insert(self.at.addr()));
            prefetch::<false>(self.at);
            self.at = self.at.wrapping_byte_add(self.step);
            i += 1;
        }
    }
}

/// Asks for a cache line that is read or written soon: in the L2 cache or, if it is `near`, in the L1 cache.
#[inline(always)]
pub(super) fn prefetch<const NEAR: bool>(at: *const f32) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: it reads nothing, whatever the address.
    unsafe {
        use core::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};
        match NEAR {
            true => _mm_prefetch::<_MM_HINT_T0>(at.cast()),
            false => _mm_prefetch::<_MM_HINT_T1>(at.cast()),
        }
    }
    let _ = at;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::vec;

    std::thread_local! {
        /// The addresses that were asked for.
        pub(super) static ASKED: RefCell<HashSet<usize>> = RefCell::default();
    }

    /// The addresses that tiles ask for, until nothing is left.
    fn asked(times: &[usize]) -> HashSet<usize> {
        ASKED.take();
        for times in times.iter().cycle() {
            let near = [0.0];
            let mut ahead = Ahead::new(*times, 24, near.as_ptr());
            if ahead.at == near.as_ptr() {
                break;
            }
            ahead.ask(*times);
        }
        ASKED.take()
    }

    #[test]
    fn the_lines_of_the_next_rows_are_asked_for() {
        let x = vec![[0_u8; 3136]; 400];
        let rows = [7, 399, 0, 20];
        announce((&x, 3136), &rows);
        let asked = asked(&[128, 30, 1, 256]);
        for row in rows {
            let first = x[row].as_ptr().addr();
            let line = |at: &usize| (first..first + 3136).contains(at).then_some(at / 64);
            let lines: HashSet<_> = asked.iter().filter_map(line).collect();
            // The last one may be missing.
            assert!((first / 64..(first + 3135) / 64).all(|line| lines.contains(&line)));
        }
        // At most a byte more for each time that a tile asks.
        let near = |at: usize, row: usize| (0..3136 + 256).contains(&at.wrapping_sub(x[row].as_ptr().addr()));
        assert!(asked.iter().all(|at| rows.iter().any(|row| near(*at, *row))));
    }

    #[test]
    fn small_data_and_large_batches() {
        announce((&[[0_u8; 64]; 100], 64), &[1, 2]);
        assert_eq!(LEFT.get(), (0, 0));
        let large = vec![[0_u8; 300_000]; 5];
        announce((&large, 300_000), &[3, 1]);
        let first = large[3].as_ptr().addr();
        let asked = asked(&[9]);
        assert!(asked.contains(&first) && asked.iter().all(|at| (first..first + 300_000 + 9).contains(at)));
        announce((&[(); 9], 0), &[3, 1]);
        assert_eq!(LEFT.get(), (0, 0));
    }
}
