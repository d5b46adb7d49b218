//! Loops over the columns of a matrix, for constraints.

use crate::kernels::dispatch::simd;
use crate::kernels::simd::multiply_add;

simd! {
    /// sums\[i] += Σ x\[i]² over the rows of x, which have `stride` floats, for as many columns as there are sums.
    pub fn add_squares_of_columns(x: &[f32], stride: usize, sums: &mut [f32]) {
        for row in x.chunks(stride) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum = multiply_add::<S>(*x, *x, *sum);
            }
        }
    }

    /// x\[i] *= factors\[i] for the rows of x, which have `stride` floats, and as many columns as there are factors.
    pub fn multiply_columns(x: &mut [f32], stride: usize, factors: &[f32]) {
        for row in x.chunks_mut(stride) {
            for (x, factor) in row.iter_mut().zip(factors) {
                *x *= factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::{near, numbers};

    #[test]
    fn columns_are_squared_and_multiplied() {
        let (mut x, mut sums) = (numbers(5 * 21, 1), [1.0; 9]);
        add_squares_of_columns(&x[3..], 21, &mut sums);
        for (i, sum) in sums.iter().enumerate() {
            let want = 1.0 + (0..5).map(|r| f64::from(x[r * 21 + 3 + i]).powi(2)).sum::<f64>();
            assert!(near(*sum, want, want));
        }
        let old = x.clone();
        multiply_columns(&mut x[3..], 21, &[2.0; 9]);
        for (i, x) in x.iter().enumerate() {
            assert_eq!(*x, if (3..12).contains(&(i % 21)) { 2.0 * old[i] } else { old[i] });
        }
    }
}
