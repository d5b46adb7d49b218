//! The products of a batch: which matrix is packed into panels, and in what order the tiles of `tiles.rs` are computed.
//!
//! [`product`] is compiled once, not once for each layer's sizes, which builds much faster. Each thread owns its part
//! of the result, so results do not depend on the number of threads.

use crate::kernels::dots::dots;
use crate::kernels::infer::{CACHED_WEIGHTS, MAX_DOTS, dot_block};
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::panel::{Init, MAX_WIDTH, copy, panel_width};
use crate::kernels::shared_ptr::SharedPtr;
use crate::kernels::simd::vector_lanes;
use crate::kernels::stack::{UNINIT, lines};
use crate::kernels::threads::{in_parts, run, threads_for};
use crate::kernels::tiles::{Band, Transposed, band, bands};
use crate::kernels::transpose::{pack_transposed, transpose_rows};
use crate::kernels::update::{SharedUpdate, Update};
use core::ptr::{self, copy_nonoverlapping};
use core::slice;

/// Steps of the sums that are added up before the next rows of b are read: a panel of so many steps and the rows that
/// it meets fit into the L1 cache.
const MAX_DEPTH: usize = 256;

/// Floats in a block of panels: 80 KB, a part of the L2 cache.
const BLOCK: usize = 20 * 1024;

/// Floats of a gradient that an update gets at a time, unless [`BAND_ROWS`] rows have more: with the weights they fill
/// the L1 cache.
const UPDATE_FLOATS: usize = 6 * 1024;

/// Rows of a band: a block's panels meet them one after another.
const BAND_ROWS: usize = 24;

/// c (rows × columns) = bias + a (rows × depth) · b (depth × columns).
#[derive(Clone, Copy)]
pub(super) struct Product<'a> {
    pub strategy: Strategy,
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
    /// Element (r, k) is `a[r * a_row + k * a_step]`.
    pub a: &'a [f32],
    pub a_row: usize,
    pub a_step: usize,
    pub b: &'a [f32],
    /// Floats from one row of `b` to the next or, if it is `transposed` (stored column by column), from one column to
    /// the next.
    pub stride: usize,
    pub transposed: bool,
    /// The first value of each row's sums; zeros if there is none.
    pub bias: Option<&'a [f32]>,
}

/// The order in which a product's tiles are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Strategy {
    /// Panel of b after panel of b; the first tile of a panel copies it. For a large b.
    Panels,
    /// Band of c after band of c, across all panels of b. For a large c.
    Bands,
    /// As `Bands`, but c is stored column by column.
    TransposedBands,
    /// Vectors along the depth. For a c that is narrower than a vector.
    Dots,
}

/// Computes a product. If there is an `update`, c is the gradient that it gets, and holds arbitrary values afterwards.
pub(super) fn product(p: &Product, c: &mut [f32], mut update: Option<Update>) {
    assert!(Some(c.len()) == p.rows.checked_mul(p.columns));
    if c.is_empty() {
        return;
    }
    let update = update.as_mut().map(|update| SharedUpdate::new(update, c.len()));
    if p.depth > 0 {
        // Rows and columns are not 0, since `c` is not empty. A product that wraps would pass.
        let last = |n: usize, stride: usize| (n - 1).checked_mul(stride);
        let end = |a: Option<usize>, b: Option<usize>| a?.checked_add(b?);
        assert!(end(last(p.rows, p.a_row), last(p.depth, p.a_step)).is_some_and(|at| at < p.a.len()));
        let (outer, inner) = if p.transposed { (p.columns, p.depth) } else { (p.depth, p.columns) };
        assert!(end(last(outer, p.stride), Some(inner)).is_some_and(|end| end <= p.b.len()));
        assert!(p.bias.is_none_or(|bias| bias.len() == p.columns));
    } else {
        match p.bias {
            Some(bias) => c.chunks_exact_mut(p.columns).for_each(|row| row.copy_from_slice(bias)),
            None => c.fill(0.0),
        }
    }
    // The update gets bands whose sums are complete as soon as they are computed or, if that is not possible,
    // everything at the end.
    let early = update.as_ref().filter(|_| {
        p.strategy == Strategy::Bands
            && (1..=MAX_DEPTH).contains(&p.depth)
            && (p.columns + MAX_WIDTH) * p.depth <= BLOCK
    });
    // A thread's part: rows or columns, of which there are `all`, in multiples of `unit`; they lie `stride` floats
    // apart in c.
    let (all, unit, stride) = match p.strategy {
        Strategy::Panels if p.shares_rows() => (p.rows, 8, p.columns),
        Strategy::Panels => (p.columns, 2 * vector_lanes(), 1),
        Strategy::TransposedBands => (p.columns, 2 * vector_lanes(), p.rows),
        Strategy::Bands => (p.rows, BAND_ROWS, p.columns),
        Strategy::Dots => (p.rows, 12, p.columns),
    };
    let threads = threads_for(p.rows * p.columns * p.depth).min(all / unit).max(1);
    let part = all.div_ceil(threads).next_multiple_of(unit);
    let to = SharedPtr(c.as_mut_ptr());
    if p.depth > 0 {
        run(all.div_ceil(part), &|i| {
            let first = i * part;
            // SAFETY: the sizes were just checked, and the parts do not overlap.
            unsafe { p.part(first, part.min(all - first)).compute(to.at(first * stride), p, first, early) };
        });
    }
    if let (Some(update), None) = (&update, early) {
        in_parts(c, 8192, |at, g| {
            // SAFETY: the parts do not overlap, and are inside.
            unsafe { update.apply(at, g) };
        });
    }
}

impl Product<'_> {
    /// Whether threads share the rows of a product by [`Strategy::Panels`], and not its columns. Each thread then reads
    /// all of b, but only its rows of a, which are in the cache of its core if it has gathered or computed them.
    fn shares_rows(&self) -> bool {
        self.strategy == Strategy::Panels && 2 * self.rows >= self.columns && self.rows >= 24
    }

    /// The product for some rows or columns only.
    fn part(&self, first: usize, count: usize) -> Self {
        match self.strategy {
            Strategy::Panels | Strategy::TransposedBands if !self.shares_rows() => Product {
                columns: count,
                b: &self.b[if self.transposed { first * self.stride } else { first }..],
                bias: self.bias.map(|bias| &bias[first..][..count]),
                ..*self
            },
            _ => Product { rows: count, a: &self.a[first * self.a_row..], ..*self },
        }
    }

    /// Computes a part of the `whole` product on this thread; it begins at row or column `first`.
    ///
    /// # Safety
    ///
    /// The sizes are those of the factors, and c is writable for its rows.
    unsafe fn compute(&self, c: *mut f32, whole: &Product, first: usize, update: Option<&SharedUpdate>) {
        let block = match self.strategy {
            Strategy::Dots => dot_block(self.depth, self.columns),
            _ => self.depth.div_ceil(self.depth.div_ceil(MAX_DEPTH)),
        };
        for k in (0..self.depth).step_by(block) {
            let steps = (k, block.min(self.depth - k));
            // SAFETY: the caller's contract.
            unsafe {
                match self.strategy {
                    Strategy::Panels => by_panels(self, (c, whole.columns), steps),
                    Strategy::Bands => by_bands(self, c, steps, update.map(|update| (update, first))),
                    Strategy::TransposedBands => by_transposed_bands(self, c, steps),
                    Strategy::Dots => by_dots(self, c, steps),
                }
            }
        }
    }
}

/// Floats of b that are read where they lie: 16 KB, which is half of an L1 cache, or 32 KB with vectors that are twice
/// as long, which read half as many panels.
fn in_place_floats() -> usize {
    512 * vector_lanes()
}

/// Whether so many floats, one column of a matrix whose rows are `stride` floats apart, share few sets of an L1 cache
/// of 64 sets: more than half of the eight ways of each.
fn share_sets(count: usize, stride: usize) -> bool {
    let sets = 1024 / (1 << stride.trailing_zeros().clamp(4, 10));
    count > 4 * sets
}

/// How many panels of two vectors come next, if so many columns are left.
fn full_panels(left: usize) -> usize {
    left.saturating_sub(3 * vector_lanes()).div_ceil(2 * vector_lanes())
}

impl Product<'_> {
    /// The first values of a panel's sums; `padded` gets its part of the bias.
    fn init(&self, (o, width): (usize, usize), k: usize, padded: &mut [f32; MAX_WIDTH]) -> Init {
        match self.bias {
            _ if k > 0 => Init::Existing,
            Some(bias) => {
                padded[..width].copy_from_slice(&bias[o..][..width]);
                Init::Row(padded.as_ptr())
            }
            None => Init::Zero,
        }
    }

    /// Whether b itself has these columns as whole vectors: it is not transposed, and has enough floats after them.
    fn direct(&self, (o, width): (usize, usize), (k, count): (usize, usize)) -> bool {
        let end = o + width.next_multiple_of(vector_lanes());
        !self.transposed && (k + count - 1) * self.stride + end <= self.b.len()
    }

    /// Packs the panel of `width` columns from `o` on and `count` steps from `k` on. The lanes past the last column
    /// hold arbitrary values.
    ///
    /// # Safety
    ///
    /// The columns and steps are within the product, and the panel has capacity for whole vectors.
    unsafe fn pack(&self, panel: *mut f32, (o, width): (usize, usize), (k, count): (usize, usize)) {
        let padded = width.next_multiple_of(vector_lanes());
        // SAFETY: the caller's contract.
        unsafe {
            if self.transposed {
                let from = self.b.as_ptr().add(o * self.stride + k);
                return pack_transposed(from, self.stride, width, count, panel, padded);
            }
            for i in 0..count {
                let (at, panel) = ((k + i) * self.stride + o, panel.add(i * padded));
                if at + padded <= self.b.len() {
                    for v in (0..padded).step_by(LANES) {
                        *panel.add(v).cast::<Lanes>() = *self.b.as_ptr().add(at + v).cast();
                    }
                } else {
                    copy(self.b.as_ptr().add(at), width, panel);
                    (width..padded).for_each(|l| *panel.add(l) = 0.0);
                }
            }
        }
    }
}

/// Computes some steps by [`Strategy::Panels`]; the rows of c are `c_row` floats apart.
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth.
unsafe fn by_panels(p: &Product, (c, c_row): (*mut f32, usize), (k, count): (usize, usize)) {
    let mut memory = [UNINIT; lines(MAX_DEPTH * MAX_WIDTH)];
    let mut padded = [0.0; MAX_WIDTH];
    let panel = memory.as_mut_ptr().cast::<f32>();
    let mut o = 0;
    while o < p.columns {
        let width = panel_width(p.columns - o);
        let columns = (o, width);
        // SAFETY: the caller's contract, for these columns and steps.
        unsafe {
            let whole = width.next_multiple_of(vector_lanes());
            let in_place = p.b.as_ptr().wrapping_add(k * p.stride + o);
            let (b, b_row, copy_b_to) = match p.direct(columns, (k, count)) {
                true if p.columns * count <= in_place_floats() => (in_place, p.stride, None),
                // The first tile copies the panel on the way, which costs nothing.
                true => (in_place, p.stride, Some(panel)),
                false => {
                    p.pack(panel, columns, (k, count));
                    (panel.cast_const(), whole, None)
                }
            };
            band(&Band {
                rows: p.rows,
                depth: count,
                a: p.a.as_ptr().add(k * p.a_step),
                a_row: p.a_row,
                a_step: p.a_step,
                b,
                b_row,
                copy_b_to,
                init: p.init(columns, k, &mut padded),
                c: c.add(o),
                c_row,
                width,
            });
        }
        o += width;
    }
}

/// Packs as many panels from column `first` on as fit into a block, and returns the column after the last.
///
/// # Safety
///
/// The steps are within the product's depth.
unsafe fn pack_block(p: &Product, block: *mut f32, first: usize, steps: (usize, usize)) -> usize {
    let mut o = first;
    while o < p.columns && (o - first + MAX_WIDTH) * steps.1 <= BLOCK {
        let width = panel_width(p.columns - o);
        // SAFETY: the caller's contract.
        unsafe { p.pack(block.add((o - first) * steps.1), (o, width), steps) };
        o += width;
    }
    o
}

/// Computes some steps by [`Strategy::Bands`]. If there is an update, the beginning of c holds one part of the gradient
/// after another.
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth: all of it, where there is an update.
unsafe fn by_bands(p: &Product, c: *mut f32, steps: (usize, usize), update: Option<(&SharedUpdate, usize)>) {
    let all = (0, p.columns);
    if p.columns * steps.1 <= in_place_floats() && p.direct(all, steps) && !copies_columns(p, all, steps) {
        let b = p.b[steps.0 * p.stride..].as_ptr();
        // SAFETY: the caller's contract.
        unsafe { row_bands(p, c, steps, all, (b, Some(p.stride)), ptr::null_mut(), update) };
    } else {
        // SAFETY: the caller's contract.
        unsafe { by_packed_bands(p, c, steps, update) };
    }
}

/// As [`by_bands`], with packed panels. (A function of its own, since memory on the stack is touched page by page.)
///
/// # Safety
///
/// That of [`by_bands`].
#[inline(never)]
unsafe fn by_packed_bands(p: &Product, c: *mut f32, steps: (usize, usize), update: Option<(&SharedUpdate, usize)>) {
    let mut block = [UNINIT; lines(BLOCK)];
    let mut compact = [UNINIT; lines(MAX_DEPTH * BAND_ROWS)];
    let (block, compact) = (block.as_mut_ptr().cast::<f32>(), compact.as_mut_ptr().cast::<f32>());
    let mut first = 0;
    while first < p.columns {
        // SAFETY: the caller's contract, for the columns that are looped over.
        unsafe {
            let end = pack_block(p, block, first, steps);
            row_bands(p, c, steps, (first, end), (block, None), compact, update);
            first = end;
        }
    }
}

/// Whether columns of a are copied for these columns of b: many panels read them, and their floats share few sets of
/// the cache or, with short vectors, there are small caches.
fn copies_columns(p: &Product, (first, end): (usize, usize), (_, count): (usize, usize)) -> bool {
    p.a_row == 1 && end - first >= 128 && (vector_lanes() == LANES || share_sets(count, p.a_step))
}

/// The bands of some columns, from `first` to `end`. `b` is their panels or, if it has a stride, the matrix's row from
/// its first column on.
///
/// # Safety
///
/// That of [`by_bands`]; `b` is readable as far as the sizes say, and `compact`, if columns are copied, writable for
/// [`BAND_ROWS`] × [`MAX_DEPTH`] floats.
unsafe fn row_bands(
    p: &Product,
    c: *mut f32,
    (k, count): (usize, usize),
    (first, end): (usize, usize),
    (b, stride): (*const f32, Option<usize>),
    compact: *mut f32,
    update: Option<(&SharedUpdate, usize)>,
) {
    let init = if k > 0 { Init::Existing } else { Init::Zero };
    let copies = copies_columns(p, (first, end), (k, count));
    // A band of a and a panel of b together fit into the L1 cache.
    let mut max = BAND_ROWS * (16 * vector_lanes() / count).max(1);
    if update.is_some() {
        max = max.min((UPDATE_FLOATS / (end - first)).max(1).next_multiple_of(BAND_ROWS));
    }
    for r in (0..p.rows).step_by(max) {
        // SAFETY: the caller's contract, for the rows and columns that are looped over.
        unsafe {
            let rows = max.min(p.rows - r);
            let (mut a, mut a_step) = (p.a.as_ptr().add(r * p.a_row + k * p.a_step), p.a_step);
            if copies {
                for i in 0..count {
                    copy_nonoverlapping(a.add(i * a_step), compact.add(i * rows), rows);
                }
                (a, a_step) = (compact, rows);
            }
            let row = if update.is_some() { 0 } else { r };
            let to = c.add(row * p.columns + first);
            let mut o = first;
            while o < end {
                let width = panel_width(p.columns - o);
                let (b, b_row) = match stride {
                    Some(stride) => (b.add(o - first), stride),
                    None => (b.add((o - first) * count), width.next_multiple_of(vector_lanes())),
                };
                band(&Band {
                    rows,
                    depth: count,
                    a,
                    a_row: p.a_row,
                    a_step,
                    b,
                    b_row,
                    copy_b_to: None,
                    init,
                    c: to.add(o - first),
                    c_row: p.columns,
                    width,
                });
                o += width;
            }
            if let Some((update, first_row)) = update {
                let g = slice::from_raw_parts_mut(c, rows * p.columns);
                update.apply((first_row + r) * p.columns, g);
            }
        }
    }
}

/// Computes some steps by [`Strategy::TransposedBands`].
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth.
unsafe fn by_transposed_bands(p: &Product, c: *mut f32, (k, count): (usize, usize)) {
    let mut block = [UNINIT; lines(BLOCK)];
    let mut sums = [UNINIT; lines(BAND_ROWS * MAX_WIDTH)];
    let (block, sums) = (block.as_mut_ptr().cast::<f32>(), sums.as_mut_ptr().cast::<f32>());
    let mut first = 0;
    while first < p.columns {
        // SAFETY: the caller's contract, for the columns and rows that are looped over.
        unsafe {
            // A panel is not copied for few rows.
            let all = (first, p.columns - first);
            let direct = p.rows <= BAND_ROWS && p.direct((first, panel_width(all.1)), (k, count));
            let end = match direct {
                true if p.direct(all, (k, count)) => p.columns,
                true => first + full_panels(all.1) * 2 * vector_lanes(),
                false => pack_block(p, block, first, (k, count)),
            };
            for r in (0..p.rows).step_by(BAND_ROWS) {
                let rows = BAND_ROWS.min(p.rows - r);
                let mut o = first;
                while o < end {
                    let width = panel_width(p.columns - o);
                    let whole = width.next_multiple_of(vector_lanes());
                    let (b, b_row, panel_len) = if direct {
                        (p.b.as_ptr().add(k * p.stride + o), p.stride, whole)
                    } else {
                        (block.add((o - first) * count).cast_const(), whole, whole * count)
                    };
                    // All panels of two vectors at once.
                    let panels = full_panels(p.columns - o).min((end - o) / (2 * vector_lanes())).max(1);
                    let t = Band {
                        rows,
                        depth: count,
                        a: p.a.as_ptr().add(r * p.a_row + k * p.a_step),
                        a_row: p.a_row,
                        a_step: p.a_step,
                        b,
                        b_row,
                        copy_b_to: None,
                        init: Init::Zero,
                        c: sums,
                        c_row: MAX_WIDTH,
                        width: whole,
                    };
                    let (c, stride) = (c.add(o * p.rows + r), p.rows);
                    bands(&t, Some(&Transposed { panels, panel_len, width, c, stride, added: k > 0 }));
                    o += panels * width;
                }
            }
            first = end;
        }
    }
}

/// Computes some steps by [`Strategy::Dots`].
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth and at most [`dot_block`]'s.
unsafe fn by_dots(p: &Product, c: *mut f32, (k, count): (usize, usize)) {
    const FLOATS: usize = CACHED_WEIGHTS + (LANES + 1) * MAX_DOTS;
    let mut transposed = [UNINIT; lines(FLOATS)];
    let transposed = transposed.as_mut_ptr().cast::<f32>();
    let padded = count.next_multiple_of(LANES);
    debug_assert!(padded * p.columns <= FLOATS);
    // SAFETY: the caller's contract.
    unsafe {
        let from = p.b.as_ptr().add(k * p.stride);
        transpose_rows(from, p.stride, count, p.columns, transposed, padded);
        let bias = if k > 0 { None } else { Some(p.bias.unwrap_or(&[0.0; MAX_DOTS]).as_ptr()) };
        let sizes = (p.rows, p.columns, count);
        dots(sizes, p.a.as_ptr().add(k), p.a_row, transposed, padded, bias, c);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::simd::with_each_set;
    use crate::kernels::testing::{Guarded, numbers};
    use std::{format, vec::Vec};

    fn check_product(rows: usize, columns: usize, depth: usize) {
        let [a, b, bias] =
            [(rows * depth, 1), (depth * columns, 2), (columns, 3)].map(|(n, seed)| Guarded::of(&numbers(n, seed)));
        for (a_row, a_step) in [(depth, 1), (1, rows)] {
            for transposed in [false, true] {
                for bias in [None, Some(&bias[..])] {
                    let stride = if transposed { depth } else { columns };
                    let strategy = Strategy::Panels;
                    let p = Product {
                        strategy,
                        rows,
                        columns,
                        depth,
                        a: &a,
                        a_row,
                        a_step,
                        b: &b,
                        stride,
                        transposed,
                        bias,
                    };
                    let row_by_row = |c: &[f32], is_transposed: bool| -> Vec<f32> {
                        let at = |i: usize| if is_transposed { i % columns * rows + i / columns } else { i };
                        (0..c.len()).map(|i| c[at(i)]).collect()
                    };
                    let assert_right = |what: &str, c: &[f32]| {
                        for (i, got) in c.iter().enumerate() {
                            let (r, o) = (i / columns, i % columns);
                            let b_at = |k: usize| if transposed { b[o * depth + k] } else { b[k * columns + o] };
                            let sum = |k: usize| f64::from(a[r * a_row + k * a_step]) * f64::from(b_at(k));
                            let want = bias.map_or(0.0, |bias| bias[o].into()) + (0..depth).map(sum).sum::<f64>();
                            let error = (f64::from(*got) - want).abs();
                            assert!(error < 2e-5, "{what}, {rows} × {columns} × {depth} at {r}, {o}: {got} for {want}");
                        }
                    };
                    let mut c = Guarded::full(f32::NAN, rows * columns);
                    for strategy in [Strategy::Panels, Strategy::Bands, Strategy::TransposedBands, Strategy::Dots] {
                        // A strategy computes only products that layers ask it for.
                        let fits = match strategy {
                            Strategy::Panels => a_step == 1,
                            Strategy::Bands => bias.is_none(),
                            Strategy::TransposedBands => bias.is_none(),
                            Strategy::Dots => a_step == 1 && !transposed && columns <= MAX_DOTS,
                        };
                        if fits {
                            with_each_set(|set| {
                                c.fill(f32::NAN);
                                product(&Product { strategy, ..p }, &mut c, None);
                                assert_right(
                                    &format!("{strategy:?} by {set:?}"),
                                    &row_by_row(&c, strategy == Strategy::TransposedBands),
                                );
                            });
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn products_of_any_size_equal_the_plain_sums() {
        // Miri takes its time.
        let sizes: [&[usize]; 3] = match cfg!(miri) {
            true => [&[0, 7], &[8, 10], &[0, 9]],
            false => [&[0, 1, 5, 30, 33], &[1, 3, 8, 10, 17, 24, 25, 64, 65, 100], &[0, 1, 3, 8, 10, 17, 64, 65, 100]],
        };
        for rows in sizes[0] {
            for columns in sizes[1] {
                for depth in sizes[2] {
                    check_product(*rows, *columns, *depth);
                }
            }
        }
        if !cfg!(miri) {
            check_product(7, 41, 300);
            check_product(13, 9, 129);
            // Columns of a first factor whose floats share few sets of the cache are copied.
            check_product(128, 130, 40);
            // One column less than vectors are long.
            check_product(9, 15, 12);
            // Dot products in two parts.
            check_product(3, 24, 400);
        }
    }
}
