use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::train::TensorOptions;
use crate::kernels;
use crate::layers::channels::{Channels, rows_mut};
use crate::memory::plain::Floats;
use crate::regularizers::Regularizer;
use nalgebra::SVector;

/// Normalizes each position over its `C` channels: `y = gamma · (x - mean) / √(variance + 0.001) + beta`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `gamma`, ones initially, and
///   `beta`, zeros: `C` numbers each.
///
/// In contrast to [`BatchNorm`](crate::BatchNorm), a sample's output does not depend on other samples, in training as
/// in inference.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 8>, LayerNorm<8>, Relu, Dense<8, 1>); }
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

/// Divides each position by the root of the mean square of its `C` channels: `y = scale · x / √(mean(x²) + 0.000001)`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `scale`, `C` numbers, ones
///   initially.
///
/// ```
/// use taut::{layers::RmsNorm, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 8>, RmsNorm<8>, Relu, Dense<8, 1>); }
/// ```
///
/// See <https://keras.io/api/layers/normalization_layers/rms_normalization/> and B. Zhang and R. Sennrich, *Root Mean
/// Square Layer Normalization*, 2019.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct RmsNorm<const C: usize> {
    /// The factor of each channel.
    pub scale: SVector<f32, C>,
}
crate::params!(RmsNorm<C> { scale: Gain } as RmsNormOptions);

/// Normalizes one sample in place, and calls `inverse` with the factor of each position.
///
/// `center`: whether the mean is subtracted.
fn normalize<const C: usize>(x: &mut [f32], center: bool, epsilon: f32, mut inverse: impl FnMut(f32)) {
    for x in rows_mut::<C>(x) {
        let mean = if center { kernels::sum(x) / C as f32 } else { 0.0 };
        kernels::map_in_place(&|x| x - mean, x);
        let factor = 1.0 / kernels::sqrt(kernels::sum_of_squares(x) / C as f32 + epsilon);
        kernels::map_in_place(&|x| x * factor, x);
        inverse(factor);
    }
}

impl<const C: usize> LayerNorm<C> {
    const EPSILON: f32 = 1e-3;

    #[inline]
    fn scale(&self, y: &mut [f32]) {
        for y in rows_mut::<C>(y) {
            kernels::zip3(&|y, gamma, beta| y * gamma + beta, y, self.gamma.values(), self.beta.values());
        }
    }
}

impl<const C: usize> RmsNorm<C> {
    const EPSILON: f32 = 1e-6;

    #[inline]
    fn scale(&self, y: &mut [f32]) {
        for y in rows_mut::<C>(y) {
            kernels::zip(&|y, scale| y * scale, y, self.scale.values());
        }
    }
}

macro_rules! inference { ($($name:ident, $center:literal;)*) => { $(
    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Layer<X> for $name<C> {
        type Y = X;
        type Scratch = X;
        type Place = InPlace;
        const MACS: usize = X::LEN;
        #[inline]
        fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
            *y = *x;
            self.infer_in_place(y);
            y
        }
        #[inline]
        fn infer_in_place(&self, x: &mut X) {
            normalize::<C>(x.values_mut(), $center, Self::EPSILON, |_| ());
            self.scale(x.values_mut());
        }
    }
)* } }
inference! { LayerNorm, true; RmsNorm, false; }

/// The training options of a [`LayerNorm`].
#[derive(Clone, Debug, Default)]
pub struct LayerNormOptions {
    /// The options of `gamma`.
    pub gamma: TensorOptions,
    /// The options of `beta`.
    pub beta: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

/// The training options of an [`RmsNorm`].
#[derive(Clone, Debug, Default)]
pub struct RmsNormOptions {
    /// The options of `scale`.
    pub scale: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::train::{Context, Step, Train};
    use crate::layers::channels::rows;
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut, view_one, view_one_mut};

    /// The cache of a layer that normalizes positions, for the backward pass.
    #[derive(Debug)]
    pub struct NormCache<X> {
        y: Buffer<X>,
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
        fn forward<const C: usize>(&mut self, x: &[X], center: bool, epsilon: f32) {
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
        fn backward<const C: usize>(&self, dy: &mut [X], center: bool, gain: &[f32; C], dgain: &mut [f32; C]) {
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

    macro_rules! training { ($($name:ident, $options:ident, $center:literal, $gain:ident $(, $bias:ident)?;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<X: Channels<C>, const C: usize> Train<X> for $name<C> {
            type Cache = NormCache<X>;
            const CACHE: usize = 2 * size_of::<X>() + size_of::<X>() / C;
            fn forward<'a>(&self, _: &$options, x: &'a [X], c: &'a mut Self::Cache, _: &mut Context) -> &'a [X] {
                c.forward::<C>(x, $center, Self::EPSILON);
                self.scale(flat_mut(&mut c.y));
                &c.y
            }
            fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [X] {
                &c.y
            }
            fn backward<'a>(
                &mut self,
                _: &$options,
                _: &[X],
                dy: &'a mut [X],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                _: &mut Step<'_, Self>,
                _: &mut Context,
            ) -> &'a mut [X] {
                $(
                    grad.$bias.fill(0.0);
                    rows::<C>(flat(dy)).iter().for_each(|dy| kernels::add_scaled(grad.$bias.values_mut(), 1.0, dy));
                )?
                c.backward::<C>(dy, $center, view_one(&self.$gain), view_one_mut(&mut grad.$gain));
                dy
            }
        }
    )* } }
    training! { LayerNorm, LayerNormOptions, true, gamma, beta; RmsNorm, RmsNormOptions, false, scale; }
}
