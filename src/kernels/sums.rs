//! Sums of numbers, of their squares, of products.

use crate::kernels::dispatch::simd;
use crate::kernels::lanes::{LANES, Lanes, sum_lanes};
use crate::kernels::math;
use crate::kernels::simd::{Simd, multiply_add};

/// Folds x from zeros, lane by lane, in four chains: no step waits for the result of the one before it.
#[inline(always)]
fn fold(x: &[f32], step: impl Fn(f32, f32) -> f32) -> [Lanes; 4] {
    let mut lanes = [[0.0; LANES]; 4];
    let (blocks, rest) = x.as_chunks::<{ 4 * LANES }>();
    for block in blocks {
        for (to, x) in lanes.as_flattened_mut().iter_mut().zip(block) {
            *to = step(*to, *x);
        }
    }
    for (to, x) in lanes.as_flattened_mut().iter_mut().zip(rest) {
        *to = step(*to, *x);
    }
    lanes
}

/// The sum of four chains of lanes.
#[inline(always)]
pub(super) fn sum_chains([mut a, b, c, d]: [Lanes; 4]) -> f32 {
    a.iter_mut().zip(b).zip(c).zip(d).for_each(|(((a, b), c), d)| *a = (*a + b) + (c + d));
    sum_lanes(a)
}

/// The loop of [`dot`], for the bodies of other kernels.
#[inline(always)]
pub(super) fn inner_product<S: Simd>(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [[0.0; LANES]; 4];
    let ((a, rest_of_a), (b, rest_of_b)) = (a.as_chunks::<{ 4 * LANES }>(), b.as_chunks::<{ 4 * LANES }>());
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in lanes.as_flattened_mut().iter_mut().zip(a).zip(b) {
            *sum = multiply_add::<S>(*a, *b, *sum);
        }
    }
    for ((sum, a), b) in lanes.as_flattened_mut().iter_mut().zip(rest_of_a).zip(rest_of_b) {
        *sum = multiply_add::<S>(*a, *b, *sum);
    }
    sum_chains(lanes)
}

simd! {
    /// Σ x.
    ///
    /// ```
    /// assert_eq!(taut::kernels::sum(&[1.0, -2.0, 4.0]), 3.0);
    /// ```
    pub fn sum(x: &[f32]) -> f32 {
        sum_chains(fold(x, |sum, x| sum + x))
    }

    /// Σ x².
    ///
    /// ```
    /// assert_eq!(taut::kernels::sum_of_squares(&[1.0, -2.0, 4.0]), 21.0);
    /// ```
    pub fn sum_of_squares(x: &[f32]) -> f32 {
        sum_chains(fold(x, |sum, x| multiply_add::<S>(x, x, sum)))
    }

    /// Σ |x|.
    ///
    /// ```
    /// assert_eq!(taut::kernels::sum_of_absolutes(&[1.0, -2.0, 4.0]), 7.0);
    /// ```
    pub fn sum_of_absolutes(x: &[f32]) -> f32 {
        sum_chains(fold(x, |sum, x| sum + x.abs()))
    }

    /// Σ a·b, over as many numbers as both slices have.
    ///
    /// ```
    /// assert_eq!(taut::kernels::dot(&[1.0, 2.0, 3.0], &[4.0, 5.0]), 14.0); // the third has no partner
    /// ```
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        inner_product::<S>(a, b)
    }
}

/// √Σ x², also where the squares are too large or too small for a float.
///
/// ```
/// use taut::kernels::{norm, sum_of_squares};
/// assert_eq!(norm(&[3.0, 4.0]), 5.0);
/// assert!(norm(&[3e30, 4e30]).is_finite() && sum_of_squares(&[3e30, 4e30]).is_infinite());
/// ```
pub fn norm(x: &[f32]) -> f32 {
    let (scale, norm) = scaled_norm(x);
    norm / scale
}

/// A power of two and √Σ (scale · x)²: a float holds this norm, even where it does not hold the norm of x.
pub(crate) fn scaled_norm(x: &[f32]) -> (f32, f32) {
    const LARGER: f32 = (1_u128 << 100) as f32;
    const SMALLER: f32 = 1.0 / (1_u128 << 80) as f32;
    let sum = sum_of_squares(x);
    if (1e-30..f32::INFINITY).contains(&sum) {
        return (1.0, math::sqrt(sum));
    }
    let scale = if sum < 1e-30 { LARGER } else { SMALLER };
    (scale, math::sqrt(x.iter().map(|x| x * scale).map(|x| x * x).sum()))
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::testing::{near, numbers};
    use std::vec::Vec;

    #[test]
    fn sums_of_any_length_equal_the_plain_ones() {
        for n in [0, 1, 7, 8, 31, 32, 33, 100, 1000] {
            let x = numbers(n, 1);
            let y: Vec<f32> = x.iter().rev().map(|x| x * 0.5 + 0.1).collect();
            let of = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f((*x).into())).sum::<f64>();
            let size = of(&|x| x.abs() + x * x) + 1.0;
            let products: f64 = x.iter().zip(&y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
            for f in [sum, sum::portable] {
                assert!(near(f(&x), of(&|x| x), size));
            }
            for f in [sum_of_squares, sum_of_squares::portable] {
                assert!(near(f(&x), of(&|x| x * x), size));
            }
            for f in [sum_of_absolutes, sum_of_absolutes::portable] {
                assert!(near(f(&x), of(&f64::abs), size));
            }
            for f in [dot, dot::portable] {
                assert!(near(f(&x, &y), products, size));
            }
        }
    }

    #[test]
    fn norms_of_numbers_whose_squares_are_no_floats() {
        for scale in [1e-35, 1e-20, 1.0, 1e18, 2e19, 1e30, 6e37] {
            for n in [1, 2, 40] {
                let x: Vec<f32> =
                    (0..n).map(|i| scale * if i == 0 { -3.0 } else { 4.0 / ((n - 1) as f32).sqrt() }).collect();
                let expected = if n == 1 { 3.0 } else { 5.0 };
                assert!((norm(&x) / scale - expected).abs() < 1e-5, "{n} of {scale:e}: {}", norm(&x));
            }
        }
        // Of floats that have a norm, but not as a float.
        let (scale, norm_of_scaled) = scaled_norm(&[f32::MAX; 40]);
        let expected = f64::from(f32::MAX) * 40_f64.sqrt();
        assert!((f64::from(norm_of_scaled) / f64::from(scale) / expected - 1.0).abs() < 1e-6);
        assert_eq!([norm(&[]), norm(&[0.0; 3]), norm(&[1e30, f32::NEG_INFINITY])], [0.0, 0.0, f32::INFINITY]);
        assert!([[f32::NAN, 1.0], [1e30, f32::NAN], [f32::NAN, f32::INFINITY]].iter().all(|x| norm(x).is_nan()));
    }
}
