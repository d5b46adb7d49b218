//! The inner loops of the products: tiles of c, summed up in registers.
//!
//! Each is compiled once for each instruction set, for any sizes; what they are called for, and in what order, is
//! [`super::matrix`]'s.

// Arrays that are indexed stay in registers; what iterators make of them does not always.
#![allow(clippy::needless_range_loop)]

use super::simd::{Eight, Simd};
use super::{LANES, Lanes};
use core::array::from_fn;

/// Floats in the widest row of tiles: three of the longest vectors.
pub(super) const WIDEST: usize = 3 * 16;

/// Some rows of c, as wide as a panel of b: c\[r] = start + Σ_k a\[r]\[k]·b\[k].
pub(super) struct Tiles {
    pub rows: usize,
    /// Steps of the sum.
    pub count: usize,
    /// Element (r, k) lies `r * row + k * step` from there.
    pub a: *const f32,
    pub row: usize,
    pub step: usize,
    /// Row k lies `k * stride` from there: whole vectors, also where c is narrower.
    pub b: *const f32,
    pub stride: usize,
    /// Where to copy b to while the first tile is computed, so that the others find it in one run.
    pub panel: Option<*mut f32>,
    pub start: Start,
    /// Row r lies `r * to_row` from there.
    pub to: *mut f32,
    pub to_row: usize,
    /// Floats in a row of c.
    pub width: usize,
}

/// What the sums begin with.
#[derive(Clone, Copy)]
pub(super) enum Start {
    Zero,
    /// Each row with the same: whole vectors.
    Row(*const f32),
    /// What is there.
    There,
}

simd! {
    /// Contains them.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn tiles(t: &Tiles) {
        // SAFETY: the caller's promise.
        unsafe { all_rows::<S>(t) };
    }

    /// Writes columns of a matrix that lies column by column to rows of `room`, in pieces of as many lanes: lane l of row k is
    /// `from[column(l) * stride + k]`, where what is past the last of `width` columns is that column again.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn pack_turned(from: *const f32, stride: usize, width: usize, count: usize, to: *mut f32, room: usize) {
        for first in (0..room).step_by(LANES) {
            // SAFETY: the caller's promise.
            unsafe {
                let columns: [*const f32; LANES] = from_fn(|l| from.add((first + l).min(width - 1) * stride));
                let to = to.add(first);
                let mut k = 0;
                while k + LANES <= count {
                    let block = transpose::<S>(columns.map(|column| *column.add(k).cast::<Lanes>()));
                    for j in 0..LANES {
                        *to.add((k + j) * room).cast() = block[j];
                    }
                    k += LANES;
                }
                while k < count {
                    *to.add(k * room).cast::<Lanes>() = columns.map(|column| *column.add(k));
                    k += 1;
                }
            }
        }
    }

    /// Contains them, and as many more as there are `panels`, and writes them to columns of c, `stride` apart; or, where they are to be
    /// `added`, adds them. Panel i lies `i * next` from b. For whole vectors, of which the last may hang over the `width`.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say: `t.to` for whole vectors in each row.
    pub(super) [unsafe] fn turned_tiles(t: &Tiles, panels: usize, next: usize, width: usize, c: *mut f32, stride: usize, added: bool) {
        for i in 0..panels {
            // SAFETY: the caller's promise.
            unsafe {
                let t = Tiles { b: t.b.add(i * next), ..*t };
                all_rows::<S>(&t);
                turn::<S>((t.to, t.to_row), t.rows, width, (c.add(i * t.width * stride), stride), added);
            }
        }
    }

    /// Writes rows as columns, of which each is filled up with zeros to `to_stride`.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn turn_rows(from: *const f32, stride: usize, rows: usize, columns: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let whole = if columns < LANES { 0 } else { rows / LANES * LANES };
            for r in (0..whole).step_by(LANES) {
                for o in (0..columns).step_by(LANES) {
                    // The last block overlaps the one before it.
                    let o = o.min(columns - LANES);
                    let block = transpose::<S>(from_fn(|i| *from.add((r + i) * stride + o).cast::<Lanes>()));
                    for l in 0..LANES {
                        *to.add((o + l) * to_stride + r).cast() = block[l];
                    }
                }
            }
            for o in 0..columns {
                for r in whole..to_stride {
                    *to.add(o * to_stride + r) = if r < rows { *from.add(r * stride + o) } else { 0.0 };
                }
            }
        }
    }

    /// c\[r]\[o] = start\[o] + Σ_k a\[r]\[k]·b\[o]\[k], the vectors along k, for c that is narrower than those; where there is no
    /// start, adds to what is there.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say; b lies in rows of `padded` floats, whole vectors, of which those
    /// past `count` are zero.
    pub(super) [unsafe] fn dots(
        sizes: (usize, usize, usize),
        a: *const f32, row: usize,
        b: *const f32, padded: usize,
        start: Option<*const f32>,
        c: *mut f32,
    ) {
        let (rows, columns, count) = sizes;
        // A few rows at a time meet all columns, while they are in the L1 cache.
        for first in (0..rows).step_by(6) {
            let end = rows.min(first + 6);
            let mut o = 0;
            while o < columns {
                macro_rules! tile {
                    ($R:literal $C:literal) => {{
                        let mut r = first;
                        while r < end {
                            // SAFETY: the caller's promise.
                            unsafe {
                                let (a, b, c) = (a.add(r * row), b.add(o * padded), c.add(r * columns + o));
                                let start = start.map(|start| start.add(o));
                                if r + $R <= end {
                                    dot_tile::<S::Eight, $R, $C>(count, (a, row), (b, padded), start, (c, columns));
                                    r += $R;
                                } else {
                                    dot_tile::<S::Eight, 1, $C>(count, (a, row), (b, padded), start, (c, columns));
                                    r += 1;
                                }
                            }
                        }
                        o += $C;
                    }};
                }
                match columns - o {
                    1 => tile!(6 1),
                    2 => tile!(6 2),
                    3 => tile!(3 3),
                    _ => tile!(3 4),
                }
            }
        }
    }
}

/// Writes `rows` of sums to as many columns as they are wide or, where they are to be `added`, adds them.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say, the sums in whole pieces of [`LANES`].
#[inline(always)]
unsafe fn turn<S: Simd>(
    (sums, row): (*const f32, usize),
    rows: usize,
    width: usize,
    (to, stride): (*mut f32, usize),
    added: bool,
) {
    for o in (0..width).step_by(LANES) {
        let lanes = LANES.min(width - o);
        // SAFETY: the caller's promise.
        unsafe {
            let (sums, to) = (sums.add(o), to.add(o * stride));
            // The last block overlaps the one before it, where nothing is added; what no block reaches follows one by one.
            let blocks = match rows {
                ..LANES => 0,
                _ if added => rows / LANES,
                _ => rows.div_ceil(LANES),
            };
            for i in 0..blocks {
                let r = (i * LANES).min(rows - LANES);
                let block = transpose::<S>(from_fn(|i| *sums.add((r + i) * row).cast::<Lanes>()));
                for l in 0..lanes {
                    let to = to.add(l * stride + r).cast::<Lanes>();
                    *to = if added { from_fn(|i| (*to)[i] + block[l][i]) } else { block[l] };
                }
            }
            for l in 0..lanes {
                for r in blocks * LANES..rows {
                    let (x, to) = (*sums.add(r * row + l), to.add(l * stride + r));
                    *to = if added { *to + x } else { x };
                }
            }
        }
    }
}

/// See [`tiles()`].
///
/// # Safety
///
/// That of [`tiles()`].
#[inline(always)]
unsafe fn all_rows<S: Simd>(t: &Tiles) {
    // SAFETY: the caller's promise.
    unsafe {
        match t.width.div_ceil(S::LANES) {
            1 => rows_of_tiles::<S, 1>(t),
            2 => rows_of_tiles::<S, 2>(t),
            _ => rows_of_tiles::<S, 3>(t),
        }
    }
}

/// Rows that the registers have room for, of one, two and three vectors.
pub(super) const MOST: [usize; 3] = [8, 6, 3];

/// How many rows the next tile has, of those left.
#[inline(always)]
pub(super) fn height(left: usize, most: usize) -> usize {
    // Two tiles of a like size are quicker than a full one and a low one.
    if left <= most {
        left
    } else if left < most + 3 {
        left - left / 2
    } else {
        most
    }
}

/// Tiles of V vectors × as many rows as the registers have room for, and of what rows are left.
///
/// # Safety
///
/// That of [`tiles()`].
#[inline(always)]
unsafe fn rows_of_tiles<S: Simd, const V: usize>(t: &Tiles) {
    let most = MOST[V - 1];
    let mut r = 0;
    while r < t.rows {
        let rows = height(t.rows - r, most);
        // SAFETY: the caller's promise.
        unsafe {
            macro_rules! tile {
                ($($R:literal)*) => {
                    match rows {
                        $($R if $R <= MOST[V - 1] => tile::<S, V, $R>(t, r),)*
                        _ => unreachable!(),
                    }
                };
            }
            tile!(1 2 3 4 5 6 7 8);
        }
        r += rows;
    }
}

/// The tile of V vectors × R rows from row `first` on. (Where nothing is optimized, all of them in one function would take much stack.)
///
/// # Safety
///
/// That of [`tiles()`].
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn tile<S: Simd, const V: usize, const R: usize>(t: &Tiles, first: usize) {
    let &Tiles { count, row, step, stride, width, to_row, .. } = t;
    let whole = width == V * S::LANES;
    // SAFETY: the caller's promise.
    unsafe {
        let (mut a, mut b, to) = (t.a.add(first * row), t.b, t.to.add(first * to_row));
        let mut sums = [[S::splat(0.0); V]; R];
        match t.start {
            Start::Zero => {}
            Start::Row(row) => sums = [load::<S, V>(row); R],
            Start::There if whole => {
                for r in 0..R {
                    sums[r] = load::<S, V>(to.add(r * to_row));
                }
            }
            Start::There => {
                let mut padded = [[S::splat(0.0); V]; R];
                for r in 0..R {
                    copy(to.add(r * to_row), width, padded[r].as_mut_ptr().cast());
                }
                for r in 0..R {
                    sums[r] = load::<S, V>(padded[r].as_ptr().cast());
                }
            }
        }
        let mut left = count;
        match t.panel {
            Some(mut panel) if first == 0 => {
                while left > 0 {
                    // The next panel's part of this row, which no cache expects at the end of a long stride.
                    prefetch(b.wrapping_add(2 * V * S::LANES - 1));
                    let b_k = load::<S, V>(b);
                    store::<S, V>(b_k, panel);
                    sums = add_product::<S, V, R>(sums, b_k, a, row);
                    (a, b, panel, left) =
                        (a.wrapping_add(step), b.wrapping_add(stride), panel.add(V * S::LANES), left - 1);
                }
            }
            _ => {
                // Four steps a turn: fewer turns, which the processor foresees better.
                while left >= 4 {
                    for j in 0..4 {
                        sums = add_product::<S, V, R>(sums, load::<S, V>(b.add(j * stride)), a.add(j * step), row);
                    }
                    (a, b, left) = (a.wrapping_add(4 * step), b.wrapping_add(4 * stride), left - 4);
                }
                while left > 0 {
                    sums = add_product::<S, V, R>(sums, load::<S, V>(b), a, row);
                    (a, b, left) = (a.wrapping_add(step), b.wrapping_add(stride), left - 1);
                }
            }
        }
        if whole {
            for r in 0..R {
                store::<S, V>(sums[r], to.add(r * to_row));
            }
        } else {
            // Loops of their own, which may stay loops: where one is over the sums, these are not in registers.
            let mut padded = [[S::splat(0.0); V]; R];
            for r in 0..R {
                store::<S, V>(sums[r], padded[r].as_mut_ptr().cast());
            }
            for r in 0..R {
                copy(padded[r].as_ptr().cast(), width, to.add(r * to_row));
            }
        }
    }
}

/// sums\[r] + a\[r]·b
///
/// # Safety
///
/// `a` is readable at r times `row`, for each r below R.
#[inline(always)]
unsafe fn add_product<S: Simd, const V: usize, const R: usize>(
    mut sums: [[S::Vector; V]; R],
    b: [S::Vector; V],
    a: *const f32,
    row: usize,
) -> [[S::Vector; V]; R] {
    for r in 0..R {
        // SAFETY: the caller's promise.
        unsafe {
            let a = S::splat(*a.add(r * row));
            for v in 0..V {
                sums[r][v] = S::multiply_add(a, b[v], sums[r][v]);
            }
        }
    }
    sums
}

/// V vectors that lie one after another.
///
/// # Safety
///
/// They are readable.
#[inline(always)]
pub(super) unsafe fn load<S: Simd, const V: usize>(at: *const f32) -> [S::Vector; V] {
    // SAFETY: the caller's promise.
    unsafe {
        let mut vectors = [S::splat(0.0); V];
        for v in 0..V {
            vectors[v] = S::load(at.add(v * S::LANES));
        }
        vectors
    }
}

/// See [`load`].
///
/// # Safety
///
/// They are writable.
#[inline(always)]
pub(super) unsafe fn store<S: Simd, const V: usize>(vectors: [S::Vector; V], at: *mut f32) {
    for v in 0..V {
        // SAFETY: the caller's promise.
        unsafe { S::store(vectors[v], at.add(v * S::LANES)) };
    }
}

/// The R × C products of [`dots`].
///
/// # Safety
///
/// That of [`dots`].
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn dot_tile<S: Eight, const R: usize, const C: usize>(
    count: usize,
    (a, row): (*const f32, usize),
    (b, padded): (*const f32, usize),
    start: Option<*const f32>,
    (to, to_row): (*mut f32, usize),
) {
    const { assert!(S::LANES == LANES) };
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [[S::splat(0.0); C]; R];
        let mut k = 0;
        while k + LANES <= count {
            // The fewer of both are held in registers.
            if R < C {
                let mut held = [S::splat(0.0); R];
                for r in 0..R {
                    held[r] = S::load(a.add(r * row + k));
                }
                for c in 0..C {
                    let b = S::load(b.add(c * padded + k));
                    for r in 0..R {
                        sums[r][c] = S::multiply_add(held[r], b, sums[r][c]);
                    }
                }
            } else {
                let mut held = [S::splat(0.0); C];
                for c in 0..C {
                    held[c] = S::load(b.add(c * padded + k));
                }
                for r in 0..R {
                    let a = S::load(a.add(r * row + k));
                    for c in 0..C {
                        sums[r][c] = S::multiply_add(a, held[c], sums[r][c]);
                    }
                }
            }
            k += LANES;
        }
        if k < count {
            for r in 0..R {
                let mut rest = [0.0; LANES];
                copy(a.add(r * row + k), count - k, rest.as_mut_ptr());
                for c in 0..C {
                    sums[r][c] = S::multiply_add(S::load(rest.as_ptr()), S::load(b.add(c * padded + k)), sums[r][c]);
                }
            }
        }
        // Four sums at a time, row after row.
        let mut i = 0;
        while i < R * C {
            let mut four = [S::splat(0.0); 4];
            for j in 0..4 {
                if i + j < R * C {
                    four[j] = sums[(i + j) / C][(i + j) % C];
                }
            }
            let four = S::sums(four);
            for j in 0..4 {
                if i + j < R * C {
                    let (r, c) = ((i + j) / C, (i + j) % C);
                    let to = to.add(r * to_row + c);
                    *to = four[j] + start.map_or(*to, |start| *start.add(c));
                }
            }
            i += 4;
        }
    }
}

/// Rows to columns.
#[inline(always)]
pub(super) fn transpose<S: Simd>(x: [Lanes; LANES]) -> [Lanes; LANES] {
    #[cfg(target_arch = "x86_64")]
    if S::FMA {
        // SAFETY: on this processor family `FMA` is true only where there is AVX2.
        return unsafe { transpose_avx(x) };
    }
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    if S::FMA {
        // SAFETY: it is compiled only where there is NEON.
        return unsafe { transpose_neon(x) };
    }
    from_fn(|i| from_fn(|j| x[j][i]))
}

/// Rows to columns, in three rounds that swap ever larger squares: the compiler does not find these shuffles by itself.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
#[inline]
fn transpose_avx(x: [Lanes; LANES]) -> [Lanes; LANES] {
    use core::arch::x86_64::*;
    // SAFETY: the two types are of the same size, and any bits are values of either.
    let x: [__m256; LANES] = unsafe { core::mem::transmute(x) };
    let pair = |i: usize, j: usize| {
        let (a, b) = (
            _mm256_castps_pd(_mm256_unpacklo_ps(x[i], x[i + 1])),
            _mm256_castps_pd(_mm256_unpacklo_ps(x[j], x[j + 1])),
        );
        let (c, d) = (
            _mm256_castps_pd(_mm256_unpackhi_ps(x[i], x[i + 1])),
            _mm256_castps_pd(_mm256_unpackhi_ps(x[j], x[j + 1])),
        );
        [_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b), _mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d)]
    };
    let (a, b) = (pair(0, 2), pair(4, 6));
    let low = |i: usize| _mm256_permute2f128_pd::<0x20>(a[i], b[i]);
    let high = |i: usize| _mm256_permute2f128_pd::<0x31>(a[i], b[i]);
    let turned = [low(0), low(1), low(2), low(3), high(0), high(1), high(2), high(3)];
    // SAFETY: as above.
    unsafe { core::mem::transmute(turned) }
}

/// Rows to columns, in four quarters: the compiler does not find these shuffles by itself.
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
#[target_feature(enable = "neon")]
#[inline]
fn transpose_neon(x: [Lanes; LANES]) -> [Lanes; LANES] {
    use core::arch::aarch64::*;
    // SAFETY: the two types are of the same size, and any bits are values of either.
    let x: [[float32x4_t; 2]; LANES] = unsafe { core::mem::transmute(x) };
    let pair = |i: usize, half: usize| {
        let (a, b) = (x[i][half], x[i + 1][half]);
        (vreinterpretq_f64_f32(vtrn1q_f32(a, b)), vreinterpretq_f64_f32(vtrn2q_f32(a, b)))
    };
    let quarter = |i: usize, half: usize| {
        let ((a, b), (c, d)) = (pair(i, half), pair(i + 2, half));
        [vtrn1q_f64(a, c), vtrn1q_f64(b, d), vtrn2q_f64(a, c), vtrn2q_f64(b, d)]
    };
    let [a, b, c, d] = [quarter(0, 0), quarter(4, 0), quarter(0, 1), quarter(4, 1)];
    let turned: [[float64x2_t; 2]; LANES] = from_fn(|i| if i < 4 { [a[i], b[i]] } else { [c[i - 4], d[i - 4]] });
    // SAFETY: as above.
    unsafe { core::mem::transmute(turned) }
}

/// Asks for a cache line of what is read soon.
#[inline(always)]
fn prefetch(at: *const f32) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: it reads nothing.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T1 }>(at.cast());
    }
    let _ = at;
}

/// Copies a run of less than 64 without the call that `copy_nonoverlapping` would be.
///
/// # Safety
///
/// `from` is readable and `to` writable for `count` floats, and they do not overlap.
#[inline(always)]
pub(super) unsafe fn copy(mut from: *const f32, count: usize, mut to: *mut f32) {
    macro_rules! piece {
        ($($n:literal)*) => {$(
            if count & $n != 0 {
                // SAFETY: the caller's promise, for a part of the run.
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
