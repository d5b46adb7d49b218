use crate::kernels;
use crate::layer::Layer;
use crate::params::Plain;
use crate::sample::{Image, Sequence, Vector};
use nalgebra::SVector;

/// Added to a variance before its root is taken: Keras's default.
const EPSILON: f32 = 1e-3;

/// Normalizes each of `C` channels: `y = gamma · (x - mean) / √(variance + 0.001) + beta`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `gamma`, ones at first, `beta`, zeros, and, not
///   trained, the moving mean, zeros, and the moving variance, ones: `C` numbers each.
///
/// In training, mean and (biased) variance are those of the batch, over samples and positions, and the moving ones follow them:
/// `moving = momentum · moving + (1 - momentum) · batch`, with the momentum of the plan, 0.99 by default. In inference the moving ones are
/// used; so they are in training where both `gamma` and `beta` are frozen.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (DenseNoBias<4, 8>, BatchNorm<8>, Relu, Dense<8, 1>); }
/// let model = Model::<Vector<4>, Net>::new(1).layers(|net| net.1.momentum = 0.9);
/// ```
///
/// See <https://keras.io/api/layers/normalization_layers/batch_normalization/> and S. Ioffe and C. Szegedy, *Batch Normalization:
/// Accelerating Deep Network Training by Reducing Internal Covariate Shift*, 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct BatchNorm<const C: usize> {
    /// Multiplies.
    pub gamma: SVector<f32, C>,
    /// Is added.
    pub beta: SVector<f32, C>,
    /// Follows the batches' means.
    pub moving_mean: SVector<f32, C>,
    /// Follows the batches' variances.
    pub moving_variance: SVector<f32, C>,
}
crate::params!(BatchNorm<C> { gamma: Gain, beta: Bias, moving_mean: State, moving_variance: UnitState } as BatchNormPlan);

impl<const C: usize> BatchNorm<C> {
    #[inline]
    fn normalize(&self, x: &[f32], y: &mut [f32]) {
        for c in 0..C {
            let scale = self.gamma.values()[c] / kernels::sqrt(self.moving_variance.values()[c] + EPSILON);
            let shift = self.beta.values()[c] - scale * self.moving_mean.values()[c];
            let channel = x.iter().skip(c).step_by(C).zip(y.iter_mut().skip(c).step_by(C));
            channel.for_each(|(x, y)| *y = scale * x + shift);
        }
    }
}

/// Writes what follows for each kind of sample whose last axis has `C` channels.
macro_rules! for_each_sample {
    ($m:ident) => {
        $m!([C] Vector<C>);
        $m!([T C] Sequence<T, C>);
        $m!([H W C] Image<H, W, C>);
    };
}

macro_rules! inference { ([$($g:ident)*] $x:ty) => {
    impl<$(const $g: usize),*> Layer<$x> for BatchNorm<C> {
        type Y = $x;
        type Work = $x;
        const MACS: usize = <$x>::LEN;
        #[inline]
        fn infer<'a>(&self, x: &'a $x, y: &'a mut $x) -> &'a $x {
            self.normalize(x.values(), y.values_mut());
            y
        }
    }
} }
for_each_sample!(inference);

#[cfg(feature = "train")]
pub use training::*;

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::params::{Buffer, flat, flat_mut};
    use crate::train::{Pass, Slot, Train};
    use crate::{Regularizer, Sample};

    /// What a [`BatchNorm`] does only in training.
    #[derive(Clone, Debug)]
    pub struct BatchNormPlan {
        /// Of `gamma`.
        pub gamma: Slot,
        /// Of `beta`.
        pub beta: Slot,
        /// How much of the moving mean and variance stays in each step, from 0 to 1; 0.99 by default.
        pub momentum: f32,
        /// Of the output, added to the loss.
        pub activity_regularizer: Regularizer,
    }

    impl Default for BatchNormPlan {
        fn default() -> Self {
            BatchNormPlan {
                gamma: Slot::default(),
                beta: Slot::default(),
                momentum: 0.99,
                activity_regularizer: Regularizer::default(),
            }
        }
    }

    /// What a [`BatchNorm`] remembers for its backward pass.
    #[derive(Debug)]
    pub struct BatchNormCache<X, const C: usize> {
        y: Buffer<X>,
        /// The inputs, normalized.
        normal: Buffer<X>,
        /// Mean, variance and `1 / √(variance + ε)`.
        statistics: Buffer<Vector<C>>,
        /// Whether these are the batch's.
        of_batch: bool,
    }

    impl<X, const C: usize> Default for BatchNormCache<X, C> {
        fn default() -> Self {
            BatchNormCache {
                y: Buffer::default(),
                normal: Buffer::default(),
                statistics: Buffer::default(),
                of_batch: false,
            }
        }
    }

    impl<const C: usize> BatchNorm<C> {
        fn forward_batch<X: Sample>(
            &self,
            plan: &BatchNormPlan,
            x: &[X],
            c: &mut BatchNormCache<X, C>,
            training: bool,
        ) {
            c.of_batch = training && !(plan.gamma.frozen && plan.beta.frozen);
            let rows = || flat(x).as_chunks::<C>().0;
            let n = rows().len() as f32;
            let [mean, variance, inverse] = c.statistics.resize(3) else { unreachable!() };
            if c.of_batch {
                *mean = Vector::ZERO;
                rows().iter().for_each(|row| kernels::add_scaled(mean.values_mut(), 1.0 / n, row));
                *variance = Vector::ZERO;
                for row in rows() {
                    for ((variance, x), mean) in variance.values_mut().iter_mut().zip(row).zip(mean.values()) {
                        *variance += (x - mean) * (x - mean) / n;
                    }
                }
            } else {
                mean.0 = self.moving_mean;
                variance.0 = self.moving_variance;
            }
            for (inverse, variance) in inverse.values_mut().iter_mut().zip(variance.values()) {
                *inverse = 1.0 / (variance + EPSILON).sqrt();
            }
            let normal = flat_mut(c.normal.resize(x.len())).as_chunks_mut::<C>().0;
            let y = flat_mut(c.y.resize(x.len())).as_chunks_mut::<C>().0;
            for ((x, normal), y) in rows().iter().zip(normal).zip(y) {
                for i in 0..C {
                    normal[i] = (x[i] - mean.values()[i]) * inverse.values()[i];
                    y[i] = self.gamma.values()[i] * normal[i] + self.beta.values()[i];
                }
            }
        }

        fn backward_batch<X: Sample>(
            &self,
            plan: &BatchNormPlan,
            dy: &mut [X],
            c: &BatchNormCache<X, C>,
            grad: &mut Self,
        ) {
            let dy = flat_mut(dy).as_chunks_mut::<C>().0;
            let normal = flat(&c.normal).as_chunks::<C>().0;
            let [mean, variance, inverse] = &*c.statistics else { unreachable!() };
            let n = dy.len() as f32;
            grad.gamma.fill(0.0);
            grad.beta.fill(0.0);
            for (dy, normal) in dy.iter().zip(normal) {
                for i in 0..C {
                    grad.gamma.values_mut()[i] += dy[i] * normal[i];
                    grad.beta.values_mut()[i] += dy[i];
                }
            }
            for (dy, normal) in dy.iter_mut().zip(normal) {
                for i in 0..C {
                    // The batch's own mean and variance depend on each input.
                    let shared = (grad.beta.values()[i] + normal[i] * grad.gamma.values()[i]) / n;
                    let centred = if c.of_batch { dy[i] - shared } else { dy[i] };
                    dy[i] = self.gamma.values()[i] * inverse.values()[i] * centred;
                }
            }
            let step = if c.of_batch { 1.0 - plan.momentum } else { 0.0 };
            grad.moving_mean = (mean.0 - self.moving_mean) * step;
            grad.moving_variance = (variance.0 - self.moving_variance) * step;
        }
    }

    macro_rules! training { ([$($g:ident)*] $x:ty) => {
        impl<$(const $g: usize),*> Train<$x> for BatchNorm<C> {
            type Cache = BatchNormCache<$x, C>;
            fn forward<'a>(
                &self,
                plan: &BatchNormPlan,
                x: &'a [$x],
                c: &'a mut Self::Cache,
                pass: &mut Pass,
            ) -> &'a [$x] {
                self.forward_batch(plan, x, c, pass.training);
                &c.y
            }
            fn output<'a>(_: &'a [$x], c: &'a Self::Cache) -> &'a [$x] {
                &c.y
            }
            fn backward<'a>(
                &self,
                plan: &BatchNormPlan,
                _: &[$x],
                dy: &'a mut [$x],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                _: &mut Pass,
            ) -> &'a mut [$x] {
                self.backward_batch(plan, dy, c, grad);
                dy
            }
        }
    } }
    for_each_sample!(training);

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::params::boxed;
        use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

        /// Two samples of one channel, 1 and 3: the batch's mean is 2 and its biased variance 1.
        #[test]
        fn moving_statistics_follow_the_batch() {
            let mut layer = boxed::<BatchNorm<1>>();
            (layer.gamma[0], layer.moving_variance[0]) = (1.0, 1.0);
            let (plan, mut cache, mut grad) =
                (BatchNormPlan::default(), BatchNormCache::default(), boxed::<BatchNorm<1>>());
            let mut pass = Pass::training(Xoshiro256PlusPlus::seed_from_u64(1));
            let x = [Vector::new([1.0]), Vector::new([3.0])];
            let y = Train::forward(&*layer, &plan, &x, &mut cache, &mut pass);
            let expected = 1.0 / 1.001f32.sqrt();
            assert!((y[0].0[0] + expected).abs() < 1e-6 && (y[1].0[0] - expected).abs() < 1e-6);
            layer.backward(&plan, &x, &mut [Vector::ZERO; 2], &mut cache, &mut grad, &mut pass);
            assert!((grad.moving_mean[0] - 0.02).abs() < 1e-6, "0 + (2 - 0) · 0.01");
            assert!(grad.moving_variance[0].abs() < 1e-6, "1 + (1 - 1) · 0.01");
        }
    }
}
