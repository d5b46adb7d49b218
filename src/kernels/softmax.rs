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
    use super::*;
    use crate::kernels::testing::near;

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
