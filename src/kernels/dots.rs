//! Products whose result is narrower than a vector, as dot products.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::ahead::Ahead;
use crate::kernels::dispatch::simd;
use crate::kernels::lanes::LANES;
use crate::kernels::panel::copy;
use crate::kernels::simd::{EightLanes, Simd};

simd! {
    /// c\[r]\[o] = bias\[o] + Σ_k a\[r]\[k]·b\[o]\[k], with vectors along k: for a result that is narrower than a
    /// vector. Without a bias, the products are added to c.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say; a row of b has `padded` floats, whole vectors,
    /// and those past `count` are zero.
    pub(super) [unsafe] fn dots(
        sizes: (usize, usize, usize),
        a: *const f32, row: usize,
        b: *const f32, padded: usize,
        bias: Option<*const f32>,
        c: *mut f32,
    ) {
        let (rows, columns, count) = sizes;
        // Each few rows meet all columns while they are in the L1 cache.
        for first in (0..rows).step_by(6 * S::ROWS) {
            let end = rows.min(first + 6 * S::ROWS);
            let mut o = 0;
            while o < columns {
                macro_rules! tile {
                    ($R:literal $C:literal) => {{
                        let mut r = first;
                        while r < end {
                            // SAFETY: the caller's contract.
                            unsafe {
                                let (a, b, c) = (a.add(r * row), b.add(o * padded), c.add(r * columns + o));
                                let bias = bias.map(|bias| bias.add(o));
                                if r + $R * S::ROWS <= end {
                                    dot_tile::<S, $R, $C>(count, (a, row), (b, padded), bias, (c, columns));
                                    r += $R * S::ROWS;
                                } else {
                                    dot_tile::<S::EightLanes, 1, $C>(count, (a, row), (b, padded), bias, (c, columns));
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

/// The dot products of a tile of [`dots`]: R vectors, which are one or two rows each, by C columns.
///
/// # Safety
///
/// That of [`dots`].
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn dot_tile<S: Simd, const R: usize, const C: usize>(
    count: usize,
    (a, row): (*const f32, usize),
    (b, padded): (*const f32, usize),
    bias: Option<*const f32>,
    (to, to_row): (*mut f32, usize),
) {
    // SAFETY: the caller's contract.
    unsafe {
        let mut sums = [[S::splat(0.0); C]; R];
        let mut ahead = Ahead::new(count / (2 * LANES), 4 * R * C, a);
        let mut k = 0;
        while k + 2 * LANES <= count {
            ahead.ask(1);
            add_products::<S, R, C>(&mut sums, (a.add(k), row), (b.add(k), padded));
            add_products::<S, R, C>(&mut sums, (a.add(k + LANES), row), (b.add(k + LANES), padded));
            k += 2 * LANES;
        }
        if k + LANES <= count {
            add_products::<S, R, C>(&mut sums, (a.add(k), row), (b.add(k), padded));
            k += LANES;
        }
        if k < count {
            for r in 0..R {
                let mut rest = [0.0; 2 * LANES];
                for i in 0..S::ROWS {
                    copy(a.add((r * S::ROWS + i) * row + k), count - k, rest.as_mut_ptr().add(i * LANES));
                }
                for c in 0..C {
                    let b = S::load_for_rows(b.add(c * padded + k));
                    sums[r][c] = S::multiply_add(S::load_rows(rest.as_ptr(), LANES), b, sums[r][c]);
                }
            }
        }
        let mut rows = [[[0.0; 2 * LANES]; C]; R];
        let mut r = 0;
        while r < R {
            let mut c = 0;
            while c < C {
                S::store(sums[r][c], rows[r][c].as_mut_ptr());
                c += 1;
            }
            r += 1;
        }
        // Four sums at a time, row after row.
        let all = R * S::ROWS * C;
        let mut i = 0;
        while i < all {
            let mut four = [S::EightLanes::splat(0.0); 4];
            let (mut j, mut l) = (0, 0);
            while j < 4 && i + j < all {
                let (r, c) = ((i + j) / C, (i + j) % C);
                four[j] = S::EightLanes::load(rows[r / S::ROWS][c].as_ptr().add(r % S::ROWS * LANES));
                j += 1;
            }
            let four = S::EightLanes::sums(four);
            while l < 4 && i + l < all {
                let (r, c) = ((i + l) / C, (i + l) % C);
                let to = to.add(r * to_row + c);
                *to = four[l] + bias.map_or(*to, |bias| *bias.add(c));
                l += 1;
            }
            i += 4;
        }
    }
}

/// Adds eight steps more to the sums of a [`dot_tile`].
///
/// # Safety
///
/// The pointers are readable: eight floats of each row and column.
#[inline(always)]
unsafe fn add_products<S: Simd, const R: usize, const C: usize>(
    sums: &mut [[S::Vector; C]; R],
    (a, row): (*const f32, usize),
    (b, padded): (*const f32, usize),
) {
    // In a debug build, the step of a range takes ten times as long as that of a number.
    let (mut r, mut c) = (0, 0);
    // SAFETY: the caller's contract.
    unsafe {
        // Registers hold the vectors of the factor that has fewer.
        if R < C {
            let mut held = [S::splat(0.0); R];
            while r < R {
                held[r] = S::load_rows(a.add(r * S::ROWS * row), row);
                r += 1;
            }
            while c < C {
                let b = S::load_for_rows(b.add(c * padded));
                r = 0;
                while r < R {
                    sums[r][c] = S::multiply_add(held[r], b, sums[r][c]);
                    r += 1;
                }
                c += 1;
            }
        } else {
            let mut held = [S::splat(0.0); C];
            while c < C {
                held[c] = S::load_for_rows(b.add(c * padded));
                c += 1;
            }
            while r < R {
                let (a, sums) = (S::load_rows(a.add(r * S::ROWS * row), row), &mut sums[r]);
                c = 0;
                while c < C {
                    sums[c] = S::multiply_add(a, held[c], sums[c]);
                    c += 1;
                }
                r += 1;
            }
        }
    }
}
