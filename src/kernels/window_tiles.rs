//! The inner loop of convolutions: tiles whose rows are windows of an image, which are read in place.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::dispatch::simd;
use crate::kernels::lanes::LANES;
use crate::kernels::panel::{Init, MAX_ROWS, load, load_sums, store_sums, tile_rows};
use crate::kernels::simd::Simd;

/// The rows of some tiles: consecutive steps of three nested axes.
pub(super) struct Rows {
    /// The step of each axis at which the first row is.
    pub first: [usize; 3],
    /// How many rows there are.
    pub count: usize,
    /// Steps of the second and the third axis.
    pub sizes: [usize; 2],
    /// For each axis, the floats from one step to the next in a and in c.
    pub a: [usize; 3],
    pub c: [usize; 3],
}

simd! {
    /// Computes rows, tile by tile. (Convolutions and their gradients share it: it takes long to compile.)
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say: the weights in whole vectors.
    pub(super) [unsafe] fn tiles(sums: &Sums, rows: &Rows, a: *const f32, c: *mut f32) {
        // SAFETY: the caller's contract.
        unsafe {
            match sums.width.div_ceil(S::LANES) {
                1 if S::LANES > LANES && sums.width <= LANES => tiles_of::<S::EightLanes, 1>(sums, rows, a, c),
                1 => tiles_of::<S, 1>(sums, rows, a, c),
                2 => tiles_of::<S, 2>(sums, rows, a, c),
                _ => tiles_of::<S, 3>(sums, rows, a, c),
            }
        }
    }
}

/// Computes rows of V vectors, tile by tile.
///
/// # Safety
///
/// That of [`tiles()`].
#[inline(always)]
unsafe fn tiles_of<S: Simd, const V: usize>(sums: &Sums, of: &Rows, a: *const f32, c: *mut f32) {
    let [i, mut j, mut k] = of.first;
    // A step of an axis goes back to the beginning of the axes within it.
    let [a_steps, c_steps] = [of.a, of.c].map(|[i, j, k]| {
        let (row, all) = (of.sizes[1] * k, of.sizes[0] * j);
        [i.wrapping_sub(all), j.wrapping_sub(row), k]
    });
    let mut from_here = a.wrapping_add(i * of.a[0] + j * of.a[1] + k * of.a[2]);
    let mut to_here = c.wrapping_add(i * of.c[0] + j * of.c[1] + k * of.c[2]);
    let mut left = of.count;
    while left > 0 {
        let rows = tile_rows(left, MAX_ROWS[V - 1]);
        let (mut from, mut to) = ([a; MAX_TILE], [c; MAX_TILE]);
        for (from, to) in from.iter_mut().zip(&mut to).take(rows) {
            (*from, *to) = (from_here, to_here);
            (from_here, to_here) = (from_here.wrapping_add(a_steps[2]), to_here.wrapping_add(c_steps[2]));
            k += 1;
            if k == of.sizes[1] {
                (from_here, to_here) = (from_here.wrapping_add(a_steps[1]), to_here.wrapping_add(c_steps[1]));
                (j, k) = (j + 1, 0);
                if j == of.sizes[0] {
                    (from_here, to_here) = (from_here.wrapping_add(a_steps[0]), to_here.wrapping_add(c_steps[0]));
                    j = 0;
                }
            }
        }
        // SAFETY: the caller's contract.
        unsafe { tile_of::<S, V>(sums, rows, &from, &to) };
        left -= rows;
    }
}

/// The most rows of a tile.
pub(super) const MAX_TILE: usize = MAX_ROWS[0];

/// Sums of products over three nested axes, for the rows of a tile: c\[r] = init + Σ a\[r]\[…]·b\[…].
pub(super) struct Sums {
    /// Steps of each axis.
    pub counts: [usize; 3],
    /// For each axis, the floats from one step to the next in a and in b.
    pub a: [usize; 3],
    pub b: [usize; 3],
    /// The first step of b.
    pub weights: *const f32,
    pub init: Init,
    /// Floats in a row of c.
    pub width: usize,
}

/// Computes the tile of `rows` rows.
///
/// # Safety
///
/// That of [`tile`].
#[inline(always)]
unsafe fn tile_of<S: Simd, const V: usize>(
    sums: &Sums,
    rows: usize,
    a: &[*const f32; MAX_TILE],
    c: &[*mut f32; MAX_TILE],
) {
    macro_rules! tile {
        ($($R:literal)*) => {
            match rows {
                // SAFETY: the caller's contract.
                $($R if $R <= MAX_ROWS[V - 1] => unsafe { tile::<S, V, $R>(sums, a, c) },)*
                _ => debug_assert!(false, "a tile of {rows} rows"),
            }
        };
    }
    tile!(1 2 3 4 5 6 7 8);
}

/// Computes the tile of V vectors × R rows. (A debug build must not inline all tiles into one function: it would take
/// much stack.)
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say: the weights in whole vectors.
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn tile<S: Simd, const V: usize, const R: usize>(
    t: &Sums,
    a: &[*const f32; MAX_TILE],
    c: &[*mut f32; MAX_TILE],
) {
    // SAFETY: the caller's contract.
    unsafe {
        let mut sums: [[S::Vector; V]; R] = load_sums::<S, V, R>(t.init, t.width, |r| c[r]);
        let is_small = const { R * V <= 3 };
        let mut from = [a[0]; R];
        from.copy_from_slice(&a[..R]);
        // In a small tile each step would wait for the one before it. So each sum is made of four, which are added at
        // the end.
        let mut more = [[[S::splat(0.0); V]; R]; 3];
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let mut at = i * t.a[0] + j * t.a[1];
                let mut b = t.weights.add(i * t.b[0] + j * t.b[1]);
                let mut left = t.counts[2];
                macro_rules! step {
                    ($sums:expr) => {
                        let of_b = load::<S, V>(b);
                        for r in 0..R {
                            let x = S::splat(*from[r].add(at));
                            for v in 0..V {
                                $sums[r][v] = S::multiply_add(x, of_b[v], $sums[r][v]);
                            }
                        }
                        (at, b) = (at + t.a[2], b.wrapping_add(t.b[2]));
                    };
                }
                if is_small {
                    while left >= 4 {
                        step!(sums);
                        step!(more[0]);
                        step!(more[1]);
                        step!(more[2]);
                        left -= 4;
                    }
                }
                while left > 0 {
                    step!(sums);
                    left -= 1;
                }
            }
        }
        if is_small {
            let one = S::splat(1.0);
            for r in 0..R {
                for v in 0..V {
                    let pair = S::multiply_add(more[1][r][v], one, more[2][r][v]);
                    let first = S::multiply_add(sums[r][v], one, more[0][r][v]);
                    sums[r][v] = S::multiply_add(first, one, pair);
                }
            }
        }
        store_sums::<S, V, R>(sums, t.width, |r| c[r]);
    }
}
