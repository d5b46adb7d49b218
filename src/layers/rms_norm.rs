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

/// Divides each position by the root of the mean square of its `C` channels: `y = scale · x / √(mean(x²) + 0.000001)`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `scale`, `C` numbers, ones
///   initially.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 8>, RmsNorm<8>, Relu, Dense<8, 1>); }
/// let norm = RmsNorm::<2> { scale: [1.0, 10.0].into() };
/// let y = norm.predict(&Vector::new([1.0, 7.0]), &mut Vector::ZERO).0; // the mean of squares is 25
/// assert!((y - nalgebra::SVector::from([0.2, 14.0])).amax() < 1e-5);
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

impl<const C: usize> RmsNorm<C> {
    const EPSILON: f32 = 1e-6;

    #[inline]
    fn scale(&self, y: &mut [f32]) {
        for y in rows_mut::<C>(y) {
            kernels::zip(&|y, scale| y * scale, y, self.scale.values());
        }
    }
}

#[diagnostic::do_not_recommend]
impl<X: Channels<C>, const C: usize> Layer<X> for RmsNorm<C> {
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
        normalize::<C>(x.values_mut(), false, Self::EPSILON, |_| ());
        self.scale(x.values_mut());
    }
}

/// The training options of an [`RmsNorm`].
///
/// ```
/// use taut::{RmsNorm, prelude::*};
/// let model = Model::<Vector<2>, RmsNorm<2>>::new(1).layers(|net| net.scale.initializer = taut::Zeros.into());
/// assert_eq!(model.predict(&Vector::new([1.0, 2.0])).values(), [0.0; 2]);
/// ```
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
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::layers::normalize::NormCache;
    use crate::memory::view::{flat_mut, view_one, view_one_mut};

    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Train<X> for RmsNorm<C> {
        type Cache = NormCache<X>;
        const CACHE: usize = 2 * size_of::<X>() + size_of::<X>() / C;
        fn forward<'a>(&self, _: &RmsNormOptions, x: &'a [X], c: &'a mut Self::Cache, _: &mut Context) -> &'a [X] {
            c.forward::<C>(x, false, Self::EPSILON);
            self.scale(flat_mut(&mut c.y));
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [X] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            _: &RmsNormOptions,
            _: &[X],
            dy: &'a mut [X],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            c.backward::<C>(dy, false, view_one(&self.scale), view_one_mut(&mut grad.scale));
            dy
        }
    }
}
