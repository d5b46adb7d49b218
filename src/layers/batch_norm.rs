use crate::contract::fold::{Bool, False, Fold, True};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm, Which, copy};
use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::kernels::Moved;
use crate::layers::channels::{Channels, rows_mut};
use crate::layers::in_place::infer_by_copy;
use crate::layers::linear::Linear;
use crate::memory::view::view_one;
use crate::regularizers::Regularizer;
use nalgebra::SVector;

/// The epsilon that is added to a variance before its square root: Keras's default.
const EPSILON: f32 = 1e-3;

/// Normalizes each of `C` channels: `y = gamma · (x - mean) / √(variance + 0.001) + beta`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `gamma`, ones initially, `beta`,
///   zeros, and, not trained, the moving mean, zeros, and the moving variance, ones: `C` numbers each.
///
/// Training uses the mean and the (biased) variance of the batch, over samples and positions, and updates the moving
/// ones: `moving = momentum · moving + (1 - momentum) · batch`, with the momentum of the options, 0.99 by default.
/// Inference uses the moving ones, as does training if both `gamma` and `beta` are frozen. A variance above the largest
/// `f32`, of a channel whose numbers reach 1.8e19, counts as that in the moving one; training normalizes by its root.
///
/// For inference, [`Model::fold`](crate::Model::fold) folds the layer into the layer before it.
///
/// Inputs may be as large as half the largest `f32`, 1.7e38.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 8, NoBias>, BatchNorm<8>, Relu, Dense<8, 1>); }
/// let model = Model::<Vector<4>, Net>::new(1).layers(|net| net.1.momentum = 0.9);
/// let (gamma, beta) = ([3.0].into(), [0.5].into());
/// let norm = BatchNorm::<1> { gamma, beta, moving_mean: [4.0].into(), moving_variance: [0.999].into() };
/// let mut scratch = Budget::<Vector<1>, BatchNorm<1>>::scratch();
/// let y = norm.predict(&Vector::new([6.0]), &mut scratch).0[0]; // 3 · (6 - 4) / √1 + 0.5
/// assert!((y - 6.5).abs() < 1e-5);
/// ```
///
/// See <https://keras.io/api/layers/normalization_layers/batch_normalization/> and S. Ioffe and C. Szegedy, *Batch
/// Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct BatchNorm<const C: usize> {
    /// The factor of each channel.
    pub gamma: SVector<f32, C>,
    /// The offset of each channel.
    pub beta: SVector<f32, C>,
    /// The moving average of the batches' means.
    pub moving_mean: SVector<f32, C>,
    /// The moving average of the batches' variances.
    pub moving_variance: SVector<f32, C>,
}
crate::params!(BatchNorm<C> { gamma: Gain, beta: Bias, moving_mean: State, moving_variance: UnitState } as BatchNormOptions, custom fold);

#[inline]
fn array<const C: usize>(x: &SVector<f32, C>) -> &[f32; C] {
    view_one(x)
}

/// `1 / √(variance + ε)` of each channel.
#[inline]
fn inverse<const C: usize>(variance: &[f32; C], to: &mut [f32; C]) {
    to.iter_mut().zip(variance).for_each(|(to, variance)| *to = 1.0 / kernels::sqrt(variance + EPSILON));
}

impl<const C: usize> BatchNorm<C> {
    /// The factor and the offset of inference: `(factor, shift)`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (gamma, beta) = ([3.0].into(), [0.5].into());
    /// let norm = BatchNorm::<1> { gamma, beta, moving_mean: [4.0].into(), moving_variance: [0.999].into() };
    /// let (factor, shift) = norm.factor_and_shift(); // 3 · (x - 4) / √1 + 0.5
    /// assert!((factor[0] - 3.0).abs() < 1e-6 && (shift[0] + 11.5).abs() < 1e-5);
    /// ```
    pub fn factor_and_shift(&self) -> (SVector<f32, C>, SVector<f32, C>) {
        let mut factor = SVector::<f32, C>::zeros();
        inverse(array(&self.moving_variance), crate::memory::view::view_one_mut(&mut factor));
        factor.component_mul_assign(&self.gamma);
        (factor, self.beta - self.moving_mean.component_mul(&factor))
    }
}

#[diagnostic::do_not_recommend]
impl<X: Channels<C>, const C: usize> Layer<X> for BatchNorm<C> {
    type Y = X;
    type Scratch = X;
    type Place = InPlace;
    const MASK: MaskRule = MaskRule::Keeps;
    const MACS: usize = X::LEN;
    #[inline]
    fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
        infer_by_copy(self, x, y)
    }
    #[inline]
    fn infer_in_place(&self, x: &mut X) {
        let [gamma, beta, mean, variance] =
            [&self.gamma, &self.beta, &self.moving_mean, &self.moving_variance].map(array);
        let by = Moved { mean, variance, gamma, beta, epsilon: EPSILON };
        kernels::normalize_in_place(rows_mut(x.values_mut()), by);
    }
}

impl<const C: usize> Fold for BatchNorm<C> {
    type Starts = True;
    type Absorbs = False;
    type As<Before: Bool, After: Bool> = Before::Select<Linear, Self>;
}

#[cfg(feature = "train")]
impl<const C: usize> FoldValues for BatchNorm<C> {
    fn norm(&self) -> Option<Norm<'_>> {
        let [gamma, beta, mean, variance] =
            [&self.gamma, &self.beta, &self.moving_mean, &self.moving_variance].map(SVector::as_slice);
        Some(Norm { gamma, beta, mean, variance, epsilon: EPSILON })
    }
    fn fold_to<Before: Bool, After: Bool>(&self, _: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
        if let Which::False(to) = Before::which(to) {
            copy(self, to);
        }
    }
}

/// The training options of a [`BatchNorm`].
///
/// ```
/// use taut::{BatchNormOptions, prelude::*};
/// # let data = Dataset::new(vec![Vector::new([8.0]); 4], vec![Vector::new([0.0]); 4])?;
/// let model = Model::<Vector<1>, BatchNorm<1>>::new(1).layers(|net| {
///     *net = BatchNormOptions { momentum: 0.75, ..BatchNormOptions::default() };
///     net.gamma.frozen = true;
/// });
/// let mut model = model.compile(Sgd::default(), MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one batch, whose mean is 8
/// assert_eq!((model.net().moving_mean[0], model.net().gamma[0]), (0.25 * 8.0, 1.0));
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BatchNormOptions {
    /// The options of `gamma`.
    pub gamma: TensorOptions,
    /// The options of `beta`.
    pub beta: TensorOptions,
    /// How much of the moving mean and variance stays in each step, from 0 to 1; 0.99 by default.
    pub momentum: f32,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

impl Default for BatchNormOptions {
    fn default() -> Self {
        BatchNormOptions {
            gamma: TensorOptions::default(),
            beta: TensorOptions::default(),
            momentum: 0.99,
            activity_regularizer: Regularizer::default(),
        }
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::io::error::{Result, within};
    use crate::kernels::{Normal, NormalGradient};
    use crate::layers::channels::rows;
    use crate::memory::heap::Buffer;
    use crate::memory::plain::Floats;
    use crate::memory::view::{flat, flat_mut};
    use crate::shape::sample::{Sample, Vector};

    /// What a [`BatchNorm`] remembers for its backward pass.
    #[derive(Debug)]
    pub struct BatchNormCache<X, const C: usize> {
        y: Buffer<X>,
        /// Mean, variance, `1 / √(variance + ε)`, and its product with gamma.
        statistics: Buffer<Vector<C>>,
        /// Sums over some of the rows.
        sums: Buffer<[[f32; C]; 2]>,
        /// Whether they are those of the batch.
        of_batch: bool,
    }

    impl<X, const C: usize> Default for BatchNormCache<X, C> {
        fn default() -> Self {
            BatchNormCache {
                y: Buffer::default(),
                statistics: Buffer::default(),
                sums: Buffer::default(),
                of_batch: false,
            }
        }
    }

    /// Computes the statistics of channels anew whose variance no float holds. Their factor, the inverse of the
    /// standard deviation, is a float.
    fn large_moments<const C: usize>(
        x: &[[f32; C]],
        mean: &mut [f32; C],
        variance: &mut [f32; C],
        factor: &mut [f32; C],
    ) {
        for c in 0..C {
            if variance[c].is_finite() {
                continue;
            }
            let of_rows = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f(x[c].into())).sum::<f64>() / x.len() as f64;
            let center = of_rows(&|x| x);
            let square = of_rows(&|x| (x - center) * (x - center));
            mean[c] = center as f32;
            // The moving variance stays a number.
            variance[c] = (square as f32).clamp(0.0, f32::MAX);
            factor[c] = (1.0 / (square + f64::from(EPSILON)).sqrt()) as f32;
        }
    }

    impl<const C: usize> BatchNorm<C> {
        fn forward_batch<X: Sample>(
            &self,
            options: &BatchNormOptions,
            x: &[X],
            c: &mut BatchNormCache<X, C>,
            training: bool,
        ) {
            c.of_batch = training && !(options.gamma.frozen && options.beta.frozen);
            let (samples, x) = (x.len(), flat(x));
            let [mean, variance, factor, scale] = c.statistics.resize(4) else { unreachable!("four were asked for") };
            let [mean, variance, factor, scale] = [mean, variance, factor, scale].map(Vector::as_array_mut);
            if c.of_batch {
                let sums = c.sums.resize(kernels::parts_of_rows(rows::<C>(x).len(), C));
                kernels::moments(rows(x), mean, variance, sums);
                inverse(variance, factor);
                large_moments(rows(x), mean, variance, factor);
            } else {
                mean.copy_from_slice(self.moving_mean.values());
                variance.copy_from_slice(self.moving_variance.values());
                inverse(variance, factor);
            }
            scale
                .iter_mut()
                .zip(&*factor)
                .zip(array(&self.gamma))
                .for_each(|((to, factor), gamma)| *to = gamma * factor);
            let y = rows_mut::<C>(flat_mut(c.y.resize(samples)));
            kernels::normalize::<C>(rows(x), Normal { mean, scale, beta: array(&self.beta) }, y);
        }

        fn backward_batch<X: Sample>(
            &self,
            options: &BatchNormOptions,
            (x, dy): (&[X], &mut [X]),
            c: &mut BatchNormCache<X, C>,
            grad: &mut Self,
        ) {
            let (x, dy) = (rows::<C>(flat(x)), rows_mut::<C>(flat_mut(dy)));
            let [mean, variance, factor, scale] = &*c.statistics else { unreachable!("forward has made four") };
            let [of_batch, factor, scale] = [mean, factor, scale].map(Vector::as_array);
            let sums = c.sums.resize(kernels::parts_of_rows(x.len(), C));
            kernels::scale_gradients((x, dy), (of_batch, factor), sums);
            let [slope, offset] = &mut sums[0];
            // The mean and the variance of the batch depend on each input.
            let share = if c.of_batch { 1.0 / dy.len() as f32 } else { 0.0 };
            for i in 0..C {
                (grad.gamma[i], grad.beta[i]) = (slope[i], offset[i]);
                slope[i] *= share;
                offset[i] *= share;
            }
            kernels::normalize_gradient(x, dy, NormalGradient { mean: of_batch, factor, scale, offset, slope });
            let step = if c.of_batch { 1.0 - options.momentum } else { 0.0 };
            // The difference of two floats may be none.
            let toward = |to: f32, from: f32| (to - from).clamp(-f32::MAX, f32::MAX) * step;
            grad.moving_mean = mean.0.zip_map(&self.moving_mean, toward);
            grad.moving_variance = variance.0.zip_map(&self.moving_variance, toward);
        }
    }

    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Train<X> for BatchNorm<C> {
        type Cache = BatchNormCache<X, C>;
        const CACHE: usize = size_of::<X>();
        fn validate(options: &BatchNormOptions) -> Result<()> {
            within("BatchNorm's momentum", options.momentum, 0.0..=1.0)?;
            crate::contract::tensor::validate::<Self>(options)
        }
        fn forward<'a>(
            &self,
            options: &BatchNormOptions,
            x: &'a [X],
            c: &'a mut Self::Cache,
            context: &mut Context,
        ) -> &'a [X] {
            self.forward_batch(options, x, c, context.training);
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [X] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &BatchNormOptions,
            x: &[X],
            dy: &'a mut [X],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            self.backward_batch(options, (x, dy), c, grad);
            dy
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::memory::heap::boxed;
        use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

        /// Two samples of one channel, 1 and 3: the batch's mean is 2 and its biased variance 1.
        #[test]
        fn moving_statistics_follow_the_batch() {
            let mut layer = boxed::<BatchNorm<1>>();
            (layer.gamma[0], layer.moving_variance[0]) = (1.0, 1.0);
            let (options, mut cache, mut grad) =
                (BatchNormOptions::default(), BatchNormCache::default(), boxed::<BatchNorm<1>>());
            let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
            let x = [Vector::new([1.0]), Vector::new([3.0])];
            let y = Train::forward(&*layer, &options, &x, &mut cache, &mut context);
            let expected = 1.0 / 1.001f32.sqrt();
            assert!((y[0].0[0] + expected).abs() < 1e-6 && (y[1].0[0] - expected).abs() < 1e-6);
            layer.backward(
                &options,
                &x,
                &mut [Vector::ZERO; 2],
                &mut cache,
                &mut grad,
                &mut Step::none(),
                &mut context,
            );
            assert!((grad.moving_mean[0] - 0.02).abs() < 1e-6, "0 + (2 - 0) · 0.01");
            assert!(grad.moving_variance[0].abs() < 1e-6, "1 + (1 - 1) · 0.01");
        }

        /// One channel's variance is no float, the other's is 1.
        #[test]
        fn the_moving_variance_of_large_numbers_stays_a_number() {
            let mut layer = boxed::<BatchNorm<2>>();
            (layer.gamma, layer.moving_variance) = ([1.0; 2].into(), [1.0; 2].into());
            let (options, mut cache, mut grad) =
                (BatchNormOptions { momentum: 0.5, ..Default::default() }, Default::default(), boxed::<BatchNorm<2>>());
            let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
            let x = [Vector::new([1e25, 1.0]), Vector::new([3e25, 3.0])];
            for _ in 0..200 {
                let y = Train::forward(&*layer, &options, &x, &mut cache, &mut context);
                assert!((y[0].0[0] + 1.0).abs() < 1e-6 && (y[1].0[0] - 1.0).abs() < 1e-6, "{y:?}");
                let (mut dy, mut step) = ([Vector::ZERO; 2], Step::none());
                layer.backward(&options, &x, &mut dy, &mut cache, &mut grad, &mut step, &mut context);
                layer.moving_mean += grad.moving_mean;
                layer.moving_variance += grad.moving_variance;
            }
            let near = |received: f32, expected: f32| (received / expected - 1.0).abs() < 1e-6;
            assert!(near(layer.moving_mean[0], 2e25) && near(layer.moving_mean[1], 2.0), "{layer:?}");
            assert!(near(layer.moving_variance[0], f32::MAX) && near(layer.moving_variance[1], 1.0), "{layer:?}");
            // It comes back from there.
            let x = [Vector::new([1.0; 2]), Vector::new([3.0; 2])];
            for _ in 0..200 {
                Train::forward(&*layer, &options, &x, &mut cache, &mut context);
                let (mut dy, mut step) = ([Vector::ZERO; 2], Step::none());
                layer.backward(&options, &x, &mut dy, &mut cache, &mut grad, &mut step, &mut context);
                layer.moving_variance += grad.moving_variance;
            }
            assert!(near(layer.moving_variance[0], 1.0), "{layer:?}");
        }
    }
}
