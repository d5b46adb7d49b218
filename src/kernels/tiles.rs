//! The inner loops of a batch's products: tiles whose sums stay in registers.
//!
//! Each loop is compiled once for each instruction set, for all sizes; `product.rs` decides in what order they run.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::ahead::{Ahead, LINE, prefetch};
use crate::kernels::dispatch::simd;
use crate::kernels::panel::{Init, load, load_sums, store, store_sums};
use crate::kernels::simd::Simd;
use crate::kernels::transpose::transpose_sums;

/// Steps that take longer than to bring the result's lines from memory.
const LONG: usize = 24;

/// Multiply-adds of numbers for each byte that a tile asks for: with AVX-512 it asks for some three bytes a cycle.
const RATE: usize = 10;

/// A band of the result, as wide as a panel of b: c\[r] = init + Σ_k a\[r]\[k]·b\[k].
pub(super) struct Band {
    pub rows: usize,
    /// Steps of the sums.
    pub depth: usize,
    /// Element (r, k) of a lies at `a + r * a_row + k * a_step`.
    pub a: *const f32,
    pub a_row: usize,
    pub a_step: usize,
    /// Row k of b lies at `b + k * b_row`: whole vectors, also if the result is narrower.
    pub b: *const f32,
    pub b_row: usize,
    /// Where the first tile copies the panel of b to, so that the other tiles read consecutive memory.
    pub copy_b_to: Option<*mut f32>,
    pub init: Init,
    /// Row r of the result lies at `c + r * c_row`, and has `width` floats.
    pub c: *mut f32,
    pub c_row: usize,
    pub width: usize,
}

/// Where bands go that are stored column by column.
pub(super) struct Transposed {
    /// How many panels there are; they lie `panel_len` floats apart, and have whole vectors.
    pub panels: usize,
    pub panel_len: usize,
    /// Columns of each panel that are written.
    pub width: usize,
    /// The first column; each lies `stride` floats after the one before it.
    pub c: *mut f32,
    pub stride: usize,
    /// Whether the sums are added to what is there.
    pub added: bool,
}

/// Computes a band.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
pub(super) unsafe fn band(t: &Band) {
    // SAFETY: the caller's contract.
    unsafe { bands(t, None) };
}

simd! {
    /// Computes a band or, if they are stored column by column, those of several panels, the first of which is `t.b`.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say: `t.c` for whole vectors in each row, if the
    /// bands are stored column by column.
    pub(super) [unsafe] fn bands(t: &Band, to: Option<&Transposed>) {
        let mut t = Band { ..*t };
        for i in 0..to.map_or(1, |to| to.panels) {
            // SAFETY: the caller's contract.
            unsafe {
                all_rows::<S>(&t);
                if let Some(to) = to {
                    let column = to.c.add(i * t.width * to.stride);
                    transpose_sums::<S>((t.c, t.c_row), t.rows, to.width, (column, to.stride), to.added);
                    t.b = t.b.wrapping_add(to.panel_len);
                }
            }
        }
    }
}

/// Computes a band, for its number of vectors.
///
/// # Safety
///
/// That of [`bands()`].
#[inline(always)]
unsafe fn all_rows<S: Simd>(t: &Band) {
    // SAFETY: the caller's contract.
    unsafe {
        match t.width.div_ceil(S::LANES) {
            1 => rows_of_tiles::<S, 1>(t),
            2 => rows_of_tiles::<S, 2>(t),
            _ => rows_of_tiles::<S, 3>(t),
        }
    }
}

/// Computes a band of V vectors, tile by tile.
///
/// # Safety
///
/// That of [`bands()`].
#[inline(always)]
unsafe fn rows_of_tiles<S: Simd, const V: usize>(t: &Band) {
    let (mut t, mut r) = (Band { ..*t }, 0);
    while r < t.rows {
        let rows = tile_height(t.rows - r, S::MAX_ROWS[V - 1]);
        // SAFETY: the caller's contract.
        unsafe {
            macro_rules! tile {
                ($($R:literal)*) => {
                    match rows {
                        $($R if const { $R <= S::MAX_ROWS[V - 1] } => tile::<S, V, $R>(&t, r),)*
                        _ => unreachable!(),
                    }
                };
            }
            tile!(1 2 3 4 5 6 8 10 12);
        }
        if let Some(panel) = t.copy_b_to.take() {
            (t.b, t.b_row) = (panel, V * S::LANES);
        }
        r += rows;
    }
}

/// The height of the next tile, if so many rows are left. Tiles of similar height are faster than full ones and a very
/// low one; above six rows, only even heights are compiled.
#[inline(always)]
fn tile_height(left: usize, max: usize) -> usize {
    let rows = left.div_ceil(left.div_ceil(max));
    match rows {
        ..=6 => rows,
        _ if rows < left || rows.is_multiple_of(2) => rows.next_multiple_of(2),
        _ => rows.div_ceil(2),
    }
}

/// Computes the tile of V vectors × R rows from row `first` on. (A debug build must not inline all tiles into one
/// function: it would take much stack.)
///
/// # Safety
///
/// That of [`bands()`].
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn tile<S: Simd, const V: usize, const R: usize>(t: &Band, first: usize) {
    let &Band { depth, a_row, a_step, b_row, width, c_row, .. } = t;
    // SAFETY: the caller's contract.
    unsafe {
        let (mut a, mut b, c) = (t.a.add(first * a_row), t.b, t.c.add(first * c_row));
        let mut sums: [[S::Vector; V]; R] = load_sums::<S, V, R>(t.init, width, |r| c.add(r * c_row));
        // The result's lines come while the sums are computed: a store that waits for its line makes others wait.
        if depth >= LONG && matches!(t.init, Init::Zero) {
            for r in 0..R {
                prefetch::<true>(c.wrapping_add(r * c_row));
                prefetch::<true>(c.wrapping_add(r * c_row + V * S::LANES - 1));
            }
        }
        // Four steps in each round of a loop: there are fewer rounds, and the processor predicts their end better.
        let mut left = depth;
        // The bytes that a round asks for, in steps of at most a line.
        let bytes = 4 * R * V * S::LANES / RATE;
        let asks = bytes.div_ceil(LINE);
        if let Some(mut panel) = t.copy_b_to {
            while left > 0 {
                // The next panel's part of this row: after a long stride no hardware prefetcher expects it.
                prefetch::<false>(b.wrapping_add(2 * V * S::LANES - 1));
                let b_k = load::<S, V>(b);
                store::<S, V>(b_k, panel);
                add_product::<S, V, R>(&mut sums, b_k, (a, a_row));
                (a, b, panel, left) =
                    (a.wrapping_add(a_step), b.wrapping_add(b_row), panel.add(V * S::LANES), left - 1);
            }
        } else if a_row == 1 {
            let mut ahead = Ahead::new(left / 4 * asks, bytes / asks, t.b);
            while left >= 4 {
                ahead.ask(asks);
                let mut j = 0;
                while j < 4 {
                    let b_k = load::<S, V>(b.wrapping_add(j * b_row));
                    add_product::<S, V, R>(&mut sums, b_k, (a.wrapping_add(j * a_step), 1));
                    j += 1;
                }
                (a, b, left) = (a.wrapping_add(4 * a_step), b.wrapping_add(4 * b_row), left - 4);
            }
            while left > 0 {
                add_product::<S, V, R>(&mut sums, load::<S, V>(b), (a, 1));
                (a, b, left) = (a.wrapping_add(a_step), b.wrapping_add(b_row), left - 1);
            }
        } else {
            debug_assert!(a_step == 1);
            // The compiler would load the rows of four steps first, and a high tile leaves no registers for them.
            let (times, step) = if R <= 8 { (left / 4 * asks, bytes / asks) } else { (left, bytes / 4) };
            let mut ahead = Ahead::new(times, step, t.b);
            while const { R <= 8 } && left >= 4 {
                ahead.ask(asks);
                let mut j = 0;
                while j < 4 {
                    let b_k = load::<S, V>(b.wrapping_add(j * b_row));
                    add_product::<S, V, R>(&mut sums, b_k, (a.wrapping_add(j), a_row));
                    j += 1;
                }
                (a, b, left) = (a.wrapping_add(4), b.wrapping_add(4 * b_row), left - 4);
            }
            while left > 0 {
                if const { R > 8 } {
                    ahead.ask(1);
                }
                add_product::<S, V, R>(&mut sums, load::<S, V>(b), (a, a_row));
                (a, b, left) = (a.wrapping_add(1), b.wrapping_add(b_row), left - 1);
            }
        }
        store_sums::<S, V, R>(sums, width, |r| c.add(r * c_row));
    }
}

/// sums\[r] + a\[r]·b, where a\[r] lies `r * row` floats after `a`.
///
/// # Safety
///
/// The pointers are readable.
#[inline(always)]
unsafe fn add_product<S: Simd, const V: usize, const R: usize>(
    sums: &mut [[S::Vector; V]; R],
    b: [S::Vector; V],
    (a, row): (*const f32, usize),
) {
    // Each number lies at most three rows after one of three pointers, which needs few registers.
    let from = [a, a.wrapping_add(4 * row), a.wrapping_add(8 * row)];
    // In a debug build, the step of a range takes ten times as long as that of a number.
    let mut r = 0;
    while r < R {
        // SAFETY: the caller's contract.
        unsafe {
            let (a, sums) = (S::splat(*from[r / 4].wrapping_add(r % 4 * row)), &mut sums[r]);
            let mut v = 0;
            while v < V {
                sums[v] = S::multiply_add(a, b[v], sums[v]);
                v += 1;
            }
        }
        r += 1;
    }
}
