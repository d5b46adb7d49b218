//! Batch normalization of a batch: loops over rows of channels.
//!
//! Rows of few channels are taken several at a time, with the numbers of the channels as often, so that they fill
//! vectors.

use crate::kernels::dispatch::simd;
use crate::kernels::elementwise::{PART, add_scaled};
use crate::kernels::threads::in_parts;
use std::ops::Range;

/// The most parts of a sum over all rows. (Their number must not depend on the number of threads.)
const MAX_PARTS: usize = 8;

/// The numbers of each channel that a normalization needs.
#[derive(Clone, Copy)]
pub struct Normal<'a, const C: usize> {
    /// The mean.
    pub mean: &'a [f32; C],
    /// `gamma / √(variance + ε)`.
    pub scale: &'a [f32; C],
    /// The offset.
    pub beta: &'a [f32; C],
}

/// The numbers of each channel that the gradient of a normalization needs.
#[derive(Clone, Copy)]
pub struct NormalGradient<'a, const C: usize> {
    /// The mean.
    pub mean: &'a [f32; C],
    /// `1 / √(variance + ε)`.
    pub factor: &'a [f32; C],
    /// `gamma / √(variance + ε)`.
    pub scale: &'a [f32; C],
    /// How the mean moves with the input.
    pub offset: &'a [f32; C],
    /// How the variance moves with the input.
    pub slope: &'a [f32; C],
}

// Rows of W floats; the last one may be shorter.
simd! {
    /// `y = (x - mean) · scale + beta`
    fn normalize_rows<const W>(x: &[f32], by: Normal<'_, W>, y: &mut [f32]) {
        let Normal { mean, scale, beta } = by;
        let ((x, last), (y, to)) = (x.as_chunks::<W>(), y.as_chunks_mut::<W>());
        for (x, y) in x.iter().zip(y) {
            (0..W).for_each(#[inline(always)] |i| y[i] = (x[i] - mean[i]) * scale[i] + beta[i]);
        }
        for (i, (x, y)) in last.iter().zip(to).enumerate() {
            *y = (x - mean[i]) * scale[i] + beta[i];
        }
    }

    /// Adds x to the sums.
    fn add_rows<const W>(x: &[f32], sums: &mut [f32; W]) {
        let (x, last) = x.as_chunks::<W>();
        for x in x {
            (0..W).for_each(#[inline(always)] |i| sums[i] += x[i]);
        }
        sums.iter_mut().zip(last).for_each(#[inline(always)] |(sum, x)| *sum += x);
    }

    /// Adds the squares of the distances from the mean to the sums.
    fn add_squares<const W>(x: &[f32], mean: &[f32; W], sums: &mut [f32; W]) {
        let (x, last) = x.as_chunks::<W>();
        for x in x {
            (0..W).for_each(#[inline(always)] |i| sums[i] += (x[i] - mean[i]) * (x[i] - mean[i]));
        }
        for ((sum, x), mean) in sums.iter_mut().zip(last).zip(mean) {
            *sum += (x - mean) * (x - mean);
        }
    }

    /// Adds `dy · (x - mean) · factor` and `dy` to the sums.
    fn add_gradients<const W>(
        x: &[f32], dy: &[f32], mean: &[f32; W], factor: &[f32; W], dgamma: &mut [f32; W], dbeta: &mut [f32; W],
    ) {
        let ((x, last), (dy, last_dy)) = (x.as_chunks::<W>(), dy.as_chunks::<W>());
        for (x, dy) in x.iter().zip(dy) {
            for i in 0..W {
                dgamma[i] += dy[i] * ((x[i] - mean[i]) * factor[i]);
                dbeta[i] += dy[i];
            }
        }
        for (i, (x, dy)) in last.iter().zip(last_dy).enumerate() {
            dgamma[i] += dy * ((x - mean[i]) * factor[i]);
            dbeta[i] += dy;
        }
    }

    /// Replaces the gradient of y by that of x: `scale · (dy - offset - (x - mean) · factor · slope)`.
    fn gradient_rows<const W>(x: &[f32], dy: &mut [f32], by: NormalGradient<'_, W>) {
        let NormalGradient { mean, factor, scale, offset, slope } = by;
        let ((x, last), (dy, last_dy)) = (x.as_chunks::<W>(), dy.as_chunks_mut::<W>());
        for (x, dy) in x.iter().zip(dy) {
            (0..W).for_each(
                #[inline(always)]
                |i| dy[i] = scale[i] * (dy[i] - (offset[i] + (x[i] - mean[i]) * factor[i] * slope[i])),
            );
        }
        for (i, (x, dy)) in last.iter().zip(last_dy).enumerate() {
            *dy = scale[i] * (*dy - (offset[i] + (x - mean[i]) * factor[i] * slope[i]));
        }
    }
}

/// Computes several rows of few channels as one of `$W` floats, or rows by themselves.
macro_rules! by_width {
    ($channels:expr, $W:ident => $several:expr, $single:expr) => {
        match $channels {
            0 => {}
            1 | 2 | 4 | 8 | 16 => {
                const $W: usize = 64;
                $several
            }
            3 | 6 | 12 | 24 => {
                const $W: usize = 48;
                $several
            }
            5 | 10 | 20 => {
                const $W: usize = 80;
                $several
            }
            _ => $single,
        }
    };
}

/// The numbers of C channels, again and again.
fn repeated<const C: usize, const W: usize>(of: &[f32; C]) -> [f32; W] {
    let mut to = [0.0; W];
    to.chunks_mut(C).for_each(|to| to.copy_from_slice(of));
    to
}

/// Adds what `add` adds to sums of W numbers, which begin at 0, to those of C channels.
fn fold<const C: usize, const W: usize>(to: &mut [f32; C], add: impl FnOnce(&mut [f32; W])) {
    let mut sums = [0.0; W];
    add(&mut sums);
    sums.chunks(C).for_each(|sums| to.iter_mut().zip(sums).for_each(|(to, sum)| *to += sum));
}

/// Rows for which a thread is woken.
fn rows_of_part(channels: usize) -> usize {
    PART.div_ceil(channels.max(1))
}

/// In how many parts sums over so many rows are computed.
pub fn parts_of_rows(rows: usize, channels: usize) -> usize {
    (rows / rows_of_part(channels)).clamp(1, MAX_PARTS)
}

/// Calls `f` for parts of so many rows, with sums that begin at 0, and adds these up in the first one.
fn sums_of_parts<const C: usize>(
    rows: usize,
    sums: &mut [[[f32; C]; 2]],
    f: impl Fn(Range<usize>, &mut [[f32; C]; 2]) + Sync,
) {
    let part = rows.div_ceil(sums.len().max(1));
    in_parts(sums, 1, |first, sums| {
        for (i, sums) in sums.iter_mut().enumerate() {
            sums.as_flattened_mut().fill(0.0);
            let at = (first + i) * part;
            f(at.min(rows)..(at + part).min(rows), sums);
        }
    });
    if let [first, others @ ..] = sums {
        others.iter().for_each(|sums| add_scaled(first.as_flattened_mut(), 1.0, sums.as_flattened()));
    }
}

/// The mean and the biased variance of each channel; zeros if there are no rows.
///
/// - `sums`: memory, as much as [`parts_of_rows`] says.
pub fn moments<const C: usize>(
    x: &[[f32; C]],
    mean: &mut [f32; C],
    variance: &mut [f32; C],
    sums: &mut [[[f32; C]; 2]],
) {
    let n = x.len().max(1) as f32;
    sums_of_parts(x.len(), sums, |rows, [sum, _]| {
        let x = x[rows].as_flattened();
        by_width!(C, W => fold::<C, W>(sum, |sum| add_rows(x, sum)), add_rows(x, sum));
    });
    mean.iter_mut().zip(&sums[0][0]).for_each(|(mean, sum)| *mean = sum / n);
    sums_of_parts(x.len(), sums, |rows, [_, sum]| {
        let x = x[rows].as_flattened();
        by_width!(C, W => fold::<C, W>(sum, |sum| add_squares(x, &repeated(mean), sum)), add_squares(x, mean, sum));
    });
    variance.iter_mut().zip(&sums[0][1]).for_each(|(variance, sum)| *variance = sum / n);
}

/// `y = (x - mean) · scale + beta`, row by row.
pub fn normalize<const C: usize>(x: &[[f32; C]], by: Normal<'_, C>, y: &mut [[f32; C]]) {
    in_parts(y, rows_of_part(C), |at, y| {
        let (x, y) = (x[at..][..y.len()].as_flattened(), y.as_flattened_mut());
        let Normal { mean, scale, beta } = by;
        by_width!(
            C,
            W => {
                let (mean, scale, beta) = (&repeated(mean), &repeated(scale), &repeated(beta));
                normalize_rows::<W>(x, Normal { mean, scale, beta }, y);
            },
            normalize_rows(x, by, y)
        );
    });
}

/// The gradients of gamma and beta, which are the sums of `dy · (x - mean) · factor` and of `dy`: the first of `sums`.
///
/// - `sums`: memory, as much as [`parts_of_rows`] says.
pub fn scale_gradients<const C: usize>(
    (x, dy): (&[[f32; C]], &[[f32; C]]),
    (mean, factor): (&[f32; C], &[f32; C]),
    sums: &mut [[[f32; C]; 2]],
) {
    sums_of_parts(x.len(), sums, |rows, [dgamma, dbeta]| {
        let (x, dy) = (x[rows.clone()].as_flattened(), dy[rows].as_flattened());
        by_width!(
            C,
            W => fold::<C, W>(dgamma, |dgamma| {
                fold::<C, W>(dbeta, |dbeta| add_gradients(x, dy, &repeated(mean), &repeated(factor), dgamma, dbeta));
            }),
            add_gradients(x, dy, mean, factor, dgamma, dbeta)
        );
    });
}

/// Replaces the gradient of y by that of x, `scale · (dy - offset - (x - mean) · factor · slope)`, row by row.
pub fn normalize_gradient<const C: usize>(x: &[[f32; C]], dy: &mut [[f32; C]], by: NormalGradient<'_, C>) {
    in_parts(dy, rows_of_part(C), |at, dy| {
        let (x, dy) = (x[at..][..dy.len()].as_flattened(), dy.as_flattened_mut());
        let NormalGradient { mean, factor, scale, offset, slope } = by;
        by_width!(
            C,
            W => {
                let (mean, factor, scale) = (&repeated(mean), &repeated(factor), &repeated(scale));
                let (offset, slope) = (&repeated(offset), &repeated(slope));
                gradient_rows::<W>(x, dy, NormalGradient { mean, factor, scale, offset, slope });
            },
            gradient_rows(x, dy, by)
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{near, numbers, rows};
    use crate::kernels::with_threads;

    /// In double precision: the mean, the variance, and the gradients of gamma and beta of channel c.
    fn expected<const C: usize>(x: &[[f32; C]], dy: &[[f32; C]], by: NormalGradient<'_, C>, c: usize) -> [f64; 4] {
        let sum = |f: &dyn Fn(usize) -> f64| (0..x.len()).map(f).sum::<f64>();
        let n = x.len().max(1) as f64;
        let mean = sum(&|r| x[r][c].into()) / n;
        let variance = sum(&|r| (f64::from(x[r][c]) - mean).powi(2)) / n;
        let normal = |r: usize| (f64::from(x[r][c]) - f64::from(by.mean[c])) * f64::from(by.factor[c]);
        let of_gamma = |r: usize| f64::from(dy[r][c]) * normal(r);
        [mean, variance, sum(&of_gamma), sum(&|r| dy[r][c].into())]
    }

    fn check<const C: usize>(n: usize) {
        let (x, dy) = (rows::<C>(n, 1), rows::<C>(n, 2));
        let tensor = |seed| -> [f32; C] { numbers(C, seed).try_into().unwrap() };
        let (mean, scale, beta, slope, factor) = (tensor(3), tensor(4), tensor(5), tensor(6), tensor(7));
        let by = Normal { mean: &mean, scale: &scale, beta: &beta };
        let by_gradient = NormalGradient { mean: &mean, factor: &factor, scale: &scale, offset: &beta, slope: &slope };
        let run = || {
            let mut sums = vec![[[f32::NAN; C]; 2]; parts_of_rows(n, C)];
            let (mut of_mean, mut variance) = ([f32::NAN; C], [f32::NAN; C]);
            moments(&x, &mut of_mean, &mut variance, &mut sums);
            scale_gradients((&x, &dy), (&mean, &factor), &mut sums);
            let (mut y, mut dx) = (vec![[f32::NAN; C]; n], dy.clone());
            normalize(&x, by, &mut y);
            normalize_gradient(&x, &mut dx, by_gradient);
            let [of_gamma, of_beta] = sums[0];
            ([of_mean, variance, of_gamma, of_beta], y, dx)
        };
        let (sums, y, dx) = with_threads(1, run);
        for threads in [2, 3] {
            assert!(
                with_threads(threads, run) == (sums, y.clone(), dx.clone()),
                "{n} rows of {C} on {threads} threads"
            );
        }
        for c in 0..C {
            let expected = expected(&x, &dy, by_gradient, c);
            let size = n.max(1) as f64;
            assert!((0..4).all(|i| near(sums[i][c], expected[i], size)), "{n} rows of {C}, channel {c}");
            for r in 0..n {
                let from_mean = x[r][c] - mean[c];
                assert_eq!(y[r][c], from_mean * scale[c] + beta[c], "{n} rows of {C}");
                assert_eq!(
                    dx[r][c],
                    scale[c] * (dy[r][c] - (beta[c] + from_mean * factor[c] * slope[c])),
                    "{n} rows of {C}"
                );
            }
        }
    }

    /// Few rows and many, single ones and several at a time, in one part and in several.
    #[test]
    fn any_rows_have_the_numbers_of_single_ones() {
        for n in [0, 1, 7, 100] {
            check::<1>(n);
            check::<3>(n);
            check::<10>(n);
            check::<16>(n);
            check::<130>(n);
            check::<300>(n);
        }
        check::<1>(50_000);
        check::<16>(9_001);
        check::<31>(3_333);
        check::<257>(200);
    }
}
