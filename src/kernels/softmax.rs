//! Softmax.

use crate::kernels::dispatch::simd;
use crate::kernels::lanes::{LANES, sum_lanes};
use crate::kernels::math;

simd! {
    /// y = eˣ / Σ eˣ, without overflow.
    ///
    /// ```
    /// let mut y = [0.0; 3];
    /// taut::kernels::softmax(&[1000.0, 1000.0, f32::NEG_INFINITY], &mut y);
    /// assert_eq!(y, [0.5, 0.5, 0.0]);
    /// ```
    pub fn softmax<const N>(x: &[f32; N], y: &mut [f32; N]) {
        exponentials(x, y);
    }

    /// As [`softmax`]; returns ln Σ eˣ.
    pub fn softmax_and_log_sum<const N>(x: &[f32; N], y: &mut [f32; N]) -> f32 {
        let (largest, sum) = exponentials(x, y);
        math::ln(sum) + largest
    }
}

#[cfg(feature = "train")]
simd! {
    /// As [`softmax`], row by row, with the same bits.
    pub fn softmax_rows<const N>(x: &[[f32; N]], y: &mut [[f32; N]]) {
        for (x, y) in x.chunks(ROWS).zip(y.chunks_mut(ROWS)) {
            block(x, y);
        }
    }

    /// As [`softmax_rows`]; writes ln Σ eˣ of each row to `log_sums`.
    pub fn softmax_and_log_sums<const N>(x: &[[f32; N]], y: &mut [[f32; N]], log_sums: &mut [f32]) {
        for ((x, y), log_sums) in x.chunks(ROWS).zip(y.chunks_mut(ROWS)).zip(log_sums.chunks_mut(ROWS)) {
            let (largest, sums) = block(x, y);
            let mut of_rows = [0.0; ROWS];
            for r in 0..ROWS {
                of_rows[r] = math::ln(sums[r]) + largest[r];
            }
            log_sums.iter_mut().zip(of_rows).for_each(|(to, log_sum)| *to = log_sum);
        }
    }
}

/// Rows of a block.
#[cfg(feature = "train")]
const ROWS: usize = 16;

/// Longer rows fill vectors by themselves.
#[cfg(feature = "train")]
const SHORT: usize = 64;

/// y = eˣ / Σ eˣ of at most [`ROWS`] rows; returns what [`exponentials`] returns of each.
///
/// The numbers of short rows are taken column by column, so that each vector holds numbers of different rows: their
/// largest and their sum need no steps from lane to lane.
#[cfg(feature = "train")]
#[inline(always)]
fn block<const N: usize>(x: &[[f32; N]], y: &mut [[f32; N]]) -> ([f32; ROWS], [f32; ROWS]) {
    let (mut largest, mut sums) = ([f32::NEG_INFINITY; ROWS], [1.0; ROWS]);
    if N > SHORT {
        for (r, (x, y)) in x.iter().zip(y).enumerate().take(ROWS) {
            (largest[r], sums[r]) = exponentials(x, y);
        }
        return (largest, sums);
    }
    let mut columns = [[0.0; ROWS]; N];
    for (r, x) in x.iter().enumerate().take(ROWS) {
        for i in 0..N {
            columns[i][r] = x[i];
        }
    }
    for column in &columns {
        for r in 0..ROWS {
            largest[r] = if column[r] > largest[r] { column[r] } else { largest[r] };
        }
    }
    // The order of the sums is that of `exponentials`.
    let mut lanes = [[0.0; ROWS]; LANES];
    for (i, column) in columns.iter_mut().enumerate() {
        let sums = &mut lanes[i % LANES];
        for r in 0..ROWS {
            column[r] = math::exp(column[r] - largest[r]);
            sums[r] += column[r];
        }
    }
    let mut scales = [0.0; ROWS];
    for r in 0..ROWS {
        sums[r] = sum_lanes(lanes.map(
            #[inline(always)]
            |lane| lane[r],
        ));
        scales[r] = 1.0 / sums[r];
    }
    for (r, y) in y.iter_mut().enumerate().take(ROWS) {
        for i in 0..N {
            y[i] = columns[i][r] * scales[r];
        }
    }
    (largest, sums)
}

/// y = eˣ / Σ eˣ; returns the largest x, and Σ e^(x - largest).
#[inline(always)]
fn exponentials<const N: usize>(x: &[f32; N], y: &mut [f32; N]) -> (f32, f32) {
    let greater = |a: f32, b: f32| if b > a { b } else { a };
    // The rest is padded to a unit with numbers whose exponential is zero.
    let (whole, rest) = x.as_chunks::<LANES>();
    let mut last = [f32::NEG_INFINITY; LANES];
    last.iter_mut().zip(rest).for_each(|(last, x)| *last = *x);
    let mut largest = last;
    for x in whole {
        for l in 0..LANES {
            largest[l] = greater(largest[l], x[l]);
        }
    }
    let largest = largest.into_iter().fold(f32::NEG_INFINITY, greater);
    let (to, rest) = y.as_chunks_mut::<LANES>();
    let mut sums = [0.0; LANES];
    for (x, y) in whole.iter().zip(&mut *to) {
        for l in 0..LANES {
            y[l] = math::exp(x[l] - largest);
            sums[l] += y[l];
        }
    }
    for l in 0..LANES {
        last[l] = math::exp(last[l] - largest);
        sums[l] += last[l];
    }
    let sum = sum_lanes(sums);
    let scale = 1.0 / sum;
    for y in to.as_flattened_mut() {
        *y *= scale;
    }
    for (y, last) in rest.iter_mut().zip(last) {
        *y = last * scale;
    }
    (largest, sum)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::testing::near;
    #[cfg(feature = "train")]
    use crate::kernels::testing::numbers;
    #[cfg(feature = "train")]
    use std::{vec, vec::Vec};

    #[cfg(feature = "train")]
    #[test]
    fn rows_have_the_bits_of_a_single_one() {
        fn check<const N: usize>() {
            for rows in [0, 1, 15, 16, 17, 40] {
                let mut x: Vec<[f32; N]> = numbers(rows * N, 7).as_chunks().0.to_vec();
                x.as_flattened_mut().iter_mut().for_each(|x| *x *= 20.0);
                let mut expected = vec![[0.0; N]; rows];
                let of_each = |(x, y)| softmax_and_log_sum(x, y);
                let log_sums: Vec<f32> = x.iter().zip(&mut expected).map(of_each).collect();
                let (mut y, mut sums) = (vec![[0.0; N]; rows], vec![0.0; rows]);
                softmax_rows(&x, &mut y);
                assert!(y == expected, "{rows} rows of {N}");
                softmax_and_log_sums(&x, &mut y, &mut sums);
                assert!(y == expected && sums == log_sums, "{rows} rows of {N}");
            }
        }
        check::<1>();
        check::<3>();
        check::<8>();
        check::<10>();
        check::<64>();
        check::<65>();
        let x = [[f32::NEG_INFINITY, 0.0, 1.0], [0.0, f32::NAN, 1.0], [f32::NAN, 0.0, 1.0], [f32::INFINITY, 0.0, 1.0]];
        let (mut y, mut sums) = ([[0.0; 3]; 4], [0.0; 4]);
        softmax_and_log_sums(&x, &mut y, &mut sums);
        assert_eq!(y[0][0], 0.0);
        assert!(y[1..].iter().flatten().chain(&sums[1..]).all(|of_no_number| of_no_number.is_nan()));
    }

    #[test]
    fn softmax_and_its_log_sum_survive_large_numbers() {
        fn check<const N: usize>(shift: f32) {
            let x: [f32; N] = core::array::from_fn(|i| shift + (i % 7) as f32 - 3.0);
            let exps = x.map(|x| f64::from(x - shift).exp());
            let total: f64 = exps.iter().sum();
            for f in [softmax_and_log_sum, softmax_and_log_sum::portable] {
                let (mut y, mut again) = ([f32::NAN; N], [f32::NAN; N]);
                let log_sum = f(&x, &mut y);
                assert!((0..N).all(|i| near(y[i], exps[i] / total, 1.0)));
                assert!(near(log_sum, total.ln() + f64::from(shift), 1.0 + f64::from(shift.abs())));
                softmax(&x, &mut again);
                assert!((0..N).all(|i| near(again[i], exps[i] / total, 1.0)));
            }
        }
        for shift in [0.0, 1000.0, -1000.0] {
            check::<1>(shift);
            check::<8>(shift);
            check::<10>(shift);
            check::<100>(shift);
        }
        let mut y = [0.0; 3];
        softmax(&[f32::NEG_INFINITY, 0.0, 0.0], &mut y);
        assert_eq!(y, [0.0, 0.5, 0.5]);
        assert!(softmax_and_log_sum(&[f32::NAN, 0.0, 1.0], &mut y).is_nan() && y[1].is_nan());
    }
}
