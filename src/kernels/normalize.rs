//! Batch normalization: loops over rows of channels.

use crate::kernels::dispatch::simd;
use crate::kernels::math::sqrt;

/// The numbers of each channel that a normalization needs.
#[cfg(feature = "train")]
#[derive(Clone, Copy)]
pub struct Normal<'a, const C: usize> {
    /// The mean.
    pub mean: &'a [f32; C],
    /// `1 / √(variance + ε)`.
    pub factor: &'a [f32; C],
    /// The scale.
    pub gamma: &'a [f32; C],
    /// The offset.
    pub beta: &'a [f32; C],
}

#[cfg(feature = "train")]
simd! {
    /// `y = gamma · (x - mean) · factor + beta`, row by row.
    pub fn normalize<const C>(x: &[[f32; C]], by: Normal<C>, y: &mut [[f32; C]]) {
        let Normal { mean, factor, gamma, beta } = by;
        for (x, y) in x.iter().zip(y) {
            (0..C).for_each(#[inline(always)] |i| y[i] = gamma[i] * ((x[i] - mean[i]) * factor[i]) + beta[i]);
        }
    }
}

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
    /// `x = gamma · (x - mean) / √(variance + ε) + beta`, row by row, with the bits of [`normalize`].
    pub fn normalize_in_place<const C>(x: &mut [[f32; C]], by: Moved<C>) {
        if C <= MAX_FACTORS { few_channels(x, by) } else { many_channels(x, by) }
    }
}

#[inline(always)]
fn few_channels<const C: usize>(x: &mut [[f32; C]], by: Moved<C>) {
    let Moved { mean, variance, gamma, beta, epsilon } = by;
    let mut factor = [0.0; C];
    for (factor, variance) in factor.iter_mut().zip(variance) {
        *factor = 1.0 / sqrt(variance + epsilon);
    }
    for x in x {
        (0..C).for_each(
            #[inline(always)]
            |i| x[i] = gamma[i] * ((x[i] - mean[i]) * factor[i]) + beta[i],
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
        let mut factor = [0.0; MAX_FACTORS];
        for (factor, variance) in factor.iter_mut().zip(variance) {
            *factor = 1.0 / sqrt(variance + epsilon);
        }
        for x in &mut *x {
            let Some(x) = x.chunks_mut(MAX_FACTORS).nth(block) else { continue };
            for ((((x, mean), factor), gamma), beta) in x.iter_mut().zip(mean).zip(&factor).zip(gamma).zip(beta) {
                *x = gamma * ((*x - mean) * factor) + beta;
            }
        }
    }
}

#[cfg(feature = "train")]
simd! {
    /// The mean and the biased variance of each channel; zeros if there are no rows.
    pub fn moments<const C>(x: &[[f32; C]], mean: &mut [f32; C], variance: &mut [f32; C]) {
        let n = x.len().max(1) as f32;
        mean.fill(0.0);
        variance.fill(0.0);
        for x in x {
            (0..C).for_each(#[inline(always)] |i| mean[i] += x[i]);
        }
        mean.iter_mut().for_each(#[inline(always)] |mean| *mean /= n);
        for x in x {
            (0..C).for_each(#[inline(always)] |i| variance[i] += (x[i] - mean[i]) * (x[i] - mean[i]));
        }
        variance.iter_mut().for_each(#[inline(always)] |variance| *variance /= n);
    }

    /// The gradients of gamma and beta.
    pub fn scale_gradients<const C>(
        x: &[[f32; C]], dy: &[[f32; C]], by: Normal<C>, dgamma: &mut [f32; C], dbeta: &mut [f32; C],
    ) {
        dgamma.fill(0.0);
        dbeta.fill(0.0);
        for (x, dy) in x.iter().zip(dy) {
            for i in 0..C {
                dgamma[i] += dy[i] * ((x[i] - by.mean[i]) * by.factor[i]);
                dbeta[i] += dy[i];
            }
        }
    }

    /// Replaces the gradient of y by that of x; `share` is 1 / rows if mean and variance are those of these rows, else
    /// 0.
    pub fn normalize_gradient<const C>(
        x: &[[f32; C]], dy: &mut [[f32; C]], by: Normal<C>, gradients: (&[f32; C], &[f32; C]), share: f32,
    ) {
        let (dgamma, dbeta) = gradients;
        for (x, dy) in x.iter().zip(dy) {
            for i in 0..C {
                let normal = (x[i] - by.mean[i]) * by.factor[i];
                dy[i] = by.gamma[i] * by.factor[i] * (dy[i] - share * (dbeta[i] + normal * dgamma[i]));
            }
        }
    }
}

#[cfg(all(test, feature = "train"))]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::testing::numbers;
    use std::vec::Vec;

    /// As many channels as factors fit, fewer, and more.
    #[test]
    fn in_place_is_what_is_written_elsewhere() {
        fn check<const C: usize>() {
            let tensor = |seed| -> [f32; C] { numbers(C, seed).try_into().unwrap() };
            let (mean, variance) = (tensor(1), tensor(2).map(f32::abs));
            let (gamma, beta) = (tensor(3), tensor(4));
            let factor = variance.map(|variance| 1.0 / sqrt(variance + 1e-3));
            let x: Vec<[f32; C]> = numbers(5 * C, 5).as_chunks().0.to_vec();
            let mut y = x.clone();
            let normal = Normal { mean: &mean, factor: &factor, gamma: &gamma, beta: &beta };
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
