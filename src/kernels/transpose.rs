//! Transposition: of matrices that are stored column by column, and of sums that belong to columns.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::dispatch::simd;
use crate::kernels::lanes::{LANES, Lanes};
use crate::kernels::simd::Simd;
use core::array::from_fn;

simd! {
    /// Packs a panel from a matrix that is stored column by column, `stride` floats apart: `to[k][l] = from[l][k]`. A
    /// row of the panel has `padded` floats, whole vectors; those past `width` repeat the last column.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn pack_transposed(
        from: *const f32, stride: usize, width: usize, count: usize, to: *mut f32, padded: usize,
    ) {
        for first in (0..padded).step_by(LANES) {
            // SAFETY: the caller's contract.
            unsafe {
                let columns: [*const f32; LANES] = from_fn(|l| from.add((first + l).min(width - 1) * stride));
                let to = to.add(first);
                let mut k = 0;
                while k + LANES <= count {
                    let block = transpose::<S>(columns.map(|column| *column.add(k).cast::<Lanes>()));
                    for j in 0..LANES {
                        *to.add((k + j) * padded).cast() = block[j];
                    }
                    k += LANES;
                }
                while k < count {
                    *to.add(k * padded).cast::<Lanes>() = columns.map(|column| *column.add(k));
                    k += 1;
                }
            }
        }
    }
}

#[cfg(feature = "train")]
simd! {
    /// Writes rows as columns, each padded with zeros to `to_stride` floats.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn transpose_rows(
        from: *const f32, stride: usize, rows: usize, columns: usize, to: *mut f32, to_stride: usize,
    ) {
        // SAFETY: the caller's contract.
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
}

/// Writes `rows` rows of sums, of `width` floats each, to the columns of a result or, if `added`, adds them to it.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say, the sums in whole pieces of [`LANES`].
#[cfg(feature = "train")]
#[inline(always)]
pub(super) unsafe fn transpose_sums<S: Simd>(
    (sums, row): (*const f32, usize),
    rows: usize,
    width: usize,
    (to, stride): (*mut f32, usize),
    added: bool,
) {
    for o in (0..width).step_by(LANES) {
        let lanes = LANES.min(width - o);
        // SAFETY: the caller's contract.
        unsafe {
            let (sums, to) = (sums.add(o), to.add(o * stride));
            // If nothing is added, the last block may overlap the one before it. Rows that no block covers follow one
            // by one.
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

/// Transposes a square of eight rows.
#[inline(always)]
fn transpose<S: Simd>(x: [Lanes; LANES]) -> [Lanes; LANES] {
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

/// Transposes in three rounds that swap ever larger squares: the compiler does not find these shuffles.
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
    let transposed = [low(0), low(1), low(2), low(3), high(0), high(1), high(2), high(3)];
    // SAFETY: as above.
    unsafe { core::mem::transmute(transposed) }
}

/// Transposes in four quarters: the compiler does not find these shuffles.
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
    let transposed: [[float64x2_t; 2]; LANES] = from_fn(|i| if i < 4 { [a[i], b[i]] } else { [c[i - 4], d[i - 4]] });
    // SAFETY: as above.
    unsafe { core::mem::transmute(transposed) }
}
