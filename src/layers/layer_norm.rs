use crate::contract::layer::{InPlace, Layer};
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::layers::channels::{Channels, rows_mut};
use crate::layers::in_place::infer_by_copy;
use crate::layers::normalize::normalize;
use crate::memory::plain::Floats;
use crate::regularizers::Regularizer;
use nalgebra::SVector;

/// Normalizes each position over its `C` channels: `y = gamma · (x - mean) / √(variance + 0.001) + beta`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `gamma`, ones initially, and
///   `beta`, zeros: `C` numbers each.
///
/// In contrast to [`BatchNorm`](crate::BatchNorm), a sample's output does not depend on other samples, in training as
/// in inference. Inputs may be as large as half the largest `f32`, 1.7e38.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 8>, LayerNorm<8>, Relu, Dense<8, 1>); }
/// let norm = LayerNorm::<2> { gamma: [10.0, 10.0].into(), beta: [0.0, 5.0].into() };
/// let y = norm.predict(&Vector::new([100.0, 300.0]), &mut Vector::ZERO).0;
/// assert!((y - nalgebra::SVector::from([-10.0, 15.0])).amax() < 1e-3);
/// ```
///
/// See <https://keras.io/api/layers/normalization_layers/layer_normalization/> and J. L. Ba, J. R. Kiros and G. E.
/// Hinton, *Layer Normalization*, 2016.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct LayerNorm<const C: usize> {
    /// The factor of each channel.
    pub gamma: SVector<f32, C>,
    /// The offset of each channel.
    pub beta: SVector<f32, C>,
}
crate::params!(LayerNorm<C> { gamma: Gain, beta: Bias } as LayerNormOptions);

impl<const C: usize> LayerNorm<C> {
    const EPSILON: f32 = 1e-3;

    #[inline]
    fn scale(&self, y: &mut [f32]) {
        for y in rows_mut::<C>(y) {
            kernels::zip3(&|y, gamma, beta| y * gamma + beta, y, self.gamma.values(), self.beta.values());
        }
    }
}

#[diagnostic::do_not_recommend]
impl<X: Channels<C>, const C: usize> Layer<X> for LayerNorm<C> {
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
        normalize::<C>(x.values_mut(), true, Self::EPSILON, |_| ());
        self.scale(x.values_mut());
    }
}

/// The training options of a [`LayerNorm`].
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, LayerNorm<4>>::new(1).layers(|net| {
///     net.gamma.initializer = taut::Zeros.into();
///     net.beta.initializer = taut::Constant(3.0).into();
/// });
/// assert_eq!(model.predict(&Vector::new([1.0, 2.0, 3.0, 4.0])).values(), [3.0; 4]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct LayerNormOptions {
    /// The options of `gamma`.
    pub gamma: TensorOptions,
    /// The options of `beta`.
    pub beta: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::layers::channels::rows;
    use crate::layers::normalize::NormCache;
    use crate::memory::view::{flat, flat_mut, view_one, view_one_mut};

    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Train<X> for LayerNorm<C> {
        type Cache = NormCache<X>;
        const CACHE: usize = 2 * size_of::<X>() + size_of::<X>() / C;
        fn forward<'a>(&self, _: &LayerNormOptions, x: &'a [X], c: &'a mut Self::Cache, _: &mut Context) -> &'a [X] {
            c.forward::<C>(x, true, Self::EPSILON);
            self.scale(flat_mut(&mut c.y));
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [X] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            _: &LayerNormOptions,
            _: &[X],
            dy: &'a mut [X],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            grad.beta.fill(0.0);
            rows::<C>(flat(dy)).iter().for_each(|dy| kernels::add_scaled(grad.beta.values_mut(), 1.0, dy));
            c.backward::<C>(dy, true, view_one(&self.gamma), view_one_mut(&mut grad.gamma));
            dy
        }
    }
}
