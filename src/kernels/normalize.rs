//! Batch normalization in inference.

use crate::kernels::dispatch::simd;
use crate::kernels::math::sqrt;

/// Up to so many channels, an inference keeps all factors at once.
const MAX_FACTORS: usize = 64;

/// The tensors of a batch normalization.
#[derive(Clone, Copy)]
pub struct Moved<'a, const C: usize> {
    pub mean: &'a [f32; C],
    pub variance: &'a [f32; C],
    pub gamma: &'a [f32; C],
    pub beta: &'a [f32; C],
    pub epsilon: f32,
}

simd! {
    /// `x = (x - mean) · (gamma / √(variance + ε)) + beta`, row by row, with the bits of `normalize_batch.rs`.
    pub fn normalize_in_place<const C>(x: &mut [[f32; C]], by: Moved<C>) {
        if C <= MAX_FACTORS { few_channels(x, by) } else { many_channels(x, by) }
    }
}

#[inline(always)]
fn few_channels<const C: usize>(x: &mut [[f32; C]], by: Moved<C>) {
    let Moved { mean, variance, gamma, beta, epsilon } = by;
    let mut scale = [0.0; C];
    for ((scale, variance), gamma) in scale.iter_mut().zip(variance).zip(gamma) {
        *scale = gamma * (1.0 / sqrt(variance + epsilon));
    }
    for x in x {
        (0..C).for_each(
            #[inline(always)]
            |i| x[i] = (x[i] - mean[i]) * scale[i] + beta[i],
        );
    }
}

/// Some channels at a time, so that the stack need not hold a number for each.
#[inline(always)]
fn many_channels<const C: usize>(x: &mut [[f32; C]], by: Moved<C>) {
    let Moved { mean, variance, gamma, beta, epsilon } = by;
    let tensors = mean.chunks(MAX_FACTORS).zip(variance.chunks(MAX_FACTORS));
    let tensors = tensors.zip(gamma.chunks(MAX_FACTORS)).zip(beta.chunks(MAX_FACTORS));
    for (block, (((mean, variance), gamma), beta)) in tensors.enumerate() {
        let mut scale = [0.0; MAX_FACTORS];
        for ((scale, variance), gamma) in scale.iter_mut().zip(variance).zip(gamma) {
            *scale = gamma * (1.0 / sqrt(variance + epsilon));
        }
        for x in &mut *x {
            let Some(x) = x.chunks_mut(MAX_FACTORS).nth(block) else { continue };
            for (((x, mean), scale), beta) in x.iter_mut().zip(mean).zip(&scale).zip(beta) {
                *x = (*x - mean) * scale + beta;
            }
        }
    }
}

#[cfg(all(test, feature = "train"))]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::normalize_batch::{Normal, normalize};
    use crate::kernels::testing::numbers;
    use std::vec::Vec;

    /// As many channels as factors fit, fewer, and more.
    #[test]
    fn in_place_is_what_is_written_elsewhere() {
        fn check<const C: usize>() {
            let tensor = |seed| -> [f32; C] { numbers(C, seed).try_into().unwrap() };
            let (mean, variance) = (tensor(1), tensor(2).map(f32::abs));
            let (gamma, beta) = (tensor(3), tensor(4));
            let scale: [f32; C] = core::array::from_fn(|i| gamma[i] * (1.0 / sqrt(variance[i] + 1e-3)));
            let x: Vec<[f32; C]> = numbers(5 * C, 5).as_chunks().0.to_vec();
            let mut y = x.clone();
            let normal = Normal { mean: &mean, scale: &scale, beta: &beta };
            normalize(&x, normal, &mut y);
            let by = Moved { mean: &mean, variance: &variance, gamma: &gamma, beta: &beta, epsilon: 1e-3 };
            for f in [normalize_in_place, normalize_in_place::portable] {
                let mut x = x.clone();
                f(&mut x, by);
                assert!(x == y, "{C} channels");
            }
        }
        check::<1>();
        check::<17>();
        check::<64>();
        check::<65>();
        check::<200>();
    }
}
