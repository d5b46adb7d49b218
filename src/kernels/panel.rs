//! Panels and tiles: the building blocks of products and convolutions.
//!
//! A *panel* is some columns of a matrix, row after row, padded to whole vectors. A *tile* is a part of the result
//! whose sums stay in registers: as wide as a panel, and a few rows high.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::simd::{Simd, vector_lanes};

/// Floats in a row of the widest panel: three of the longest vectors.
pub(super) const MAX_WIDTH: usize = 3 * 16;

/// The most rows that fit into the registers, for tiles of one, two and three vectors.
pub(super) const MAX_ROWS: [usize; 3] = [8, 6, 3];

/// The width of the next panel, if so many columns are left: two vectors. The last panel has up to three, so that no
/// panel of a single vector stands beside wider ones.
pub(super) fn panel_width(left: usize) -> usize {
    let lanes = vector_lanes();
    if left > 3 * lanes { 2 * lanes } else { left }
}

/// A full tile is followed by at least so many rows, or by none.
pub(super) const MIN_AFTER_FULL: usize = 3;

/// The height of the next tile, if so many rows are left.
#[inline(always)]
pub(super) fn tile_rows(left: usize, max: usize) -> usize {
    // Two tiles of similar height are faster than a full one and a very low one.
    if left <= max {
        left
    } else if left < max + MIN_AFTER_FULL {
        left - left / 2
    } else {
        max
    }
}

/// The values that a tile's sums begin with.
#[derive(Clone, Copy)]
pub(super) enum Init {
    #[cfg_attr(not(feature = "train"), allow(dead_code))]
    Zero,
    /// The same row for all rows: whole vectors.
    Row(*const f32),
    /// The values in the result's place.
    Existing,
}

/// The first values of a tile's sums, where row r of the result lies at `c(r)` and has `width` floats.
///
/// # Safety
///
/// The pointers are readable as far as the sizes say.
#[inline(always)]
pub(super) unsafe fn load_sums<S: Simd, const V: usize, const R: usize>(
    init: Init,
    width: usize,
    c: impl Fn(usize) -> *mut f32,
) -> [[S::Vector; V]; R] {
    // SAFETY: the caller's contract.
    unsafe {
        let mut sums = [[S::splat(0.0); V]; R];
        match init {
            Init::Zero => {}
            Init::Row(row) => sums = [load::<S, V>(row); R],
            Init::Existing if width == V * S::LANES => {
                for r in 0..R {
                    sums[r] = load::<S, V>(c(r));
                }
            }
            Init::Existing => {
                let mut padded = [[S::splat(0.0); V]; R];
                for r in 0..R {
                    copy(c(r), width, padded[r].as_mut_ptr().cast());
                }
                for r in 0..R {
                    sums[r] = load::<S, V>(padded[r].as_ptr().cast());
                }
            }
        }
        sums
    }
}

/// Writes a tile's sums to the result, where row r lies at `c(r)` and has `width` floats.
///
/// # Safety
///
/// The pointers are writable as far as the sizes say.
#[inline(always)]
pub(super) unsafe fn store_sums<S: Simd, const V: usize, const R: usize>(
    sums: [[S::Vector; V]; R],
    width: usize,
    c: impl Fn(usize) -> *mut f32,
) {
    // SAFETY: the caller's contract.
    unsafe {
        if width == V * S::LANES {
            for r in 0..R {
                store::<S, V>(sums[r], c(r));
            }
        } else {
            // The second loop may stay a loop, because it does not touch the sums: in a loop that does, they would
            // leave the registers.
            let mut padded = [[S::splat(0.0); V]; R];
            for r in 0..R {
                store::<S, V>(sums[r], padded[r].as_mut_ptr().cast());
            }
            for r in 0..R {
                copy(padded[r].as_ptr().cast(), width, c(r));
            }
        }
    }
}

/// Loads V consecutive vectors.
///
/// # Safety
///
/// They are readable.
#[inline(always)]
pub(super) unsafe fn load<S: Simd, const V: usize>(from: *const f32) -> [S::Vector; V] {
    // SAFETY: the caller's contract.
    unsafe {
        let (mut vectors, mut v) = ([S::load(from); V], 1);
        while v < V {
            vectors[v] = S::load(from.wrapping_add(v * S::LANES));
            v += 1;
        }
        vectors
    }
}

/// Stores V consecutive vectors.
///
/// # Safety
///
/// They are writable.
#[inline(always)]
pub(super) unsafe fn store<S: Simd, const V: usize>(vectors: [S::Vector; V], to: *mut f32) {
    let mut v = 0;
    while v < V {
        // SAFETY: the caller's contract.
        unsafe { S::store(vectors[v], to.wrapping_add(v * S::LANES)) };
        v += 1;
    }
}

/// Copies fewer than 64 floats, without the function call that `copy_nonoverlapping` would be.
///
/// # Safety
///
/// `from` is readable and `to` writable for `count` floats, and they do not overlap.
#[inline(always)]
pub(super) unsafe fn copy(mut from: *const f32, count: usize, mut to: *mut f32) {
    macro_rules! piece {
        ($($n:literal)*) => {$(
            if count & $n != 0 {
                // SAFETY: the caller's contract, for a part of the run.
                unsafe {
                    *to.cast::<[f32; $n]>() = *from.cast();
                    (from, to) = (from.add($n), to.add($n));
                }
            }
        )*};
    }
    debug_assert!(count < 64);
    piece!(32 16 8 4 2 1);
    let _ = (from, to);
}
