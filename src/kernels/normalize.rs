//! Batch normalization: loops over rows of channels.

use crate::kernels::dispatch::simd;

/// The numbers of each channel that a normalization needs.
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

simd! {
    /// `y = gamma · (x - mean) · factor + beta`, row by row.
    pub fn normalize<const C>(x: &[[f32; C]], by: Normal<C>, y: &mut [[f32; C]]) {
        let Normal { mean, factor, gamma, beta } = by;
        for (x, y) in x.iter().zip(y) {
            (0..C).for_each(#[inline(always)] |i| y[i] = gamma[i] * ((x[i] - mean[i]) * factor[i]) + beta[i]);
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
