//! The parts that [`LayerNorm`](crate::LayerNorm) and [`RmsNorm`](crate::RmsNorm) share.

use crate::kernels;
use crate::layers::channels::rows_mut;

/// Normalizes each position of a sample in place, and calls `inverse` with the factor of each position.
///
/// - `center`: whether the mean is subtracted.
pub(crate) fn normalize<const C: usize>(x: &mut [f32], center: bool, epsilon: f32, mut inverse: impl FnMut(f32)) {
    let n = C as f32;
    for x in rows_mut::<C>(x) {
        if center {
            let mut mean = kernels::sum(x) / n;
            if !mean.is_finite() {
                mean = x.iter().map(|x| x / n).sum();
            }
            kernels::map_in_place(&|x| x - mean, x);
        }
        let square = kernels::sum_of_squares(x) / n + epsilon;
        // No float holds the squares of large numbers.
        let (scale, root) = if square < f32::INFINITY {
            (1.0, kernels::sqrt(square))
        } else {
            let (scale, norm) = kernels::scaled_norm(x);
            (scale, norm / kernels::sqrt(n))
        };
        let factor = scale / root;
        kernels::map_in_place(&|x| x * factor, x);
        inverse(factor);
    }
}

#[cfg(feature = "train")]
pub use training::NormCache;

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::layers::channels::rows;
    use crate::memory::heap::Buffer;
    use crate::memory::plain::Floats;
    use crate::memory::view::{flat, flat_mut};

    /// The cache of a layer that normalizes positions, for the backward pass.
    #[derive(Debug)]
    pub struct NormCache<X> {
        pub(crate) y: Buffer<X>,
        /// The normalized inputs.
        normal: Buffer<X>,
        /// The factor of each position.
        inverse: Vec<f32>,
    }

    impl<X> Default for NormCache<X> {
        fn default() -> Self {
            NormCache { y: Buffer::default(), normal: Buffer::default(), inverse: vec![] }
        }
    }

    impl<X: Floats + Copy> NormCache<X> {
        pub(crate) fn forward<const C: usize>(&mut self, x: &[X], center: bool, epsilon: f32) {
            let normal = self.normal.resize(x.len());
            self.inverse.clear();
            self.inverse.reserve(flat(x).len() / C.max(1));
            // Sample by sample, while each is in the processor's cache.
            for (x, normal) in x.iter().zip(normal) {
                *normal = *x;
                normalize::<C>(normal.values_mut(), center, epsilon, |factor| self.inverse.push(factor));
            }
            self.y.resize(x.len()).copy_from_slice(&self.normal);
        }

        /// Replaces the output gradient by the input gradient, and accumulates the gradient of the gain.
        pub(crate) fn backward<const C: usize>(
            &self,
            dy: &mut [X],
            center: bool,
            gain: &[f32; C],
            dgain: &mut [f32; C],
        ) {
            dgain.fill(0.0);
            let rows_of = rows_mut::<C>(flat_mut(dy)).iter_mut().zip(rows::<C>(flat(&self.normal)));
            for ((dy, normal), factor) in rows_of.zip(&self.inverse) {
                kernels::zip3(&|sum, dy, normal| sum + dy * normal, dgain, dy, normal);
                kernels::zip(&|dy, gain| dy * gain, dy, gain);
                let mean = if center { kernels::sum(dy) / C as f32 } else { 0.0 };
                let along = kernels::dot(dy, normal) / C as f32;
                kernels::zip(&|dy, normal| factor * (dy - mean - normal * along), dy, normal);
            }
        }
    }
}
