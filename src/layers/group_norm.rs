use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::layers::channels::{Channels, rows, rows_mut};
use crate::layers::in_place::infer_by_copy;
use crate::memory::view::view_one;
use crate::regularizers::Regularizer;
use crate::shape::size::{Divides, Sizes};
use nalgebra::SVector;

/// The epsilon that is added to a variance before its square root: Keras's default.
const EPSILON: f32 = 1e-3;

/// Normalizes each sample over groups of its channels and all positions:
/// `y = gamma · (x - mean) / √(variance + 0.001) + beta`.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`, where `C` is a multiple of `GROUPS`, 32 by
///   default. Parameters: `gamma`, ones initially, and `beta`, zeros: `C` numbers each.
///
/// One group normalizes a sample as a whole; as many groups as channels are instance normalization. Inputs may be as
/// large as half the largest `f32`, 1.7e38.
///
/// ```
/// use taut::{layers::GroupNorm, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 8>, GroupNorm<8, 2>, Relu, Dense<8, 1>); }
/// let norm = GroupNorm::<4, 2> { gamma: [1.0; 4].into(), beta: [0.0; 4].into() };
/// let y = norm.predict(&Vector::new([1.0, 3.0, 100.0, 300.0]), &mut Vector::ZERO).0; // two groups of two
/// assert!((y - nalgebra::SVector::from([-1.0, 1.0, -1.0, 1.0])).amax() < 1e-3);
/// ```
///
/// Groups of unequal sizes do not compile:
///
/// ```compile_fail
/// use taut::{layers::GroupNorm, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 8>, GroupNorm<8, 3>, Relu, Dense<8, 1>); }
/// ```
///
/// See <https://keras.io/api/layers/normalization_layers/group_normalization/> and Y. Wu and K. He, *Group
/// Normalization*, 2018.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct GroupNorm<const C: usize, const GROUPS: usize = 32> {
    /// The factor of each channel.
    pub gamma: SVector<f32, C>,
    /// The offset of each channel.
    pub beta: SVector<f32, C>,
}
crate::params!(GroupNorm<C, GROUPS> { gamma: Gain, beta: Bias } as GroupNormOptions);

/// The mean of `f` over the channels of a group.
#[inline]
fn mean<const C: usize>(rows: &[[f32; C]], of: &core::ops::Range<usize>, f: impl Fn(usize, usize, f32) -> f32) -> f32 {
    let mut sum = 0.0;
    for (r, row) in rows.iter().enumerate() {
        for (c, x) in row.iter().enumerate().take(of.end).skip(of.start) {
            sum += f(r, c, *x);
        }
    }
    sum / (rows.len() * of.len()) as f32
}

impl<const C: usize, const GROUPS: usize> GroupNorm<C, GROUPS> {
    /// The channels of each group.
    fn groups() -> impl Iterator<Item = core::ops::Range<usize>> {
        let size = C.checked_div(GROUPS).unwrap_or(0);
        (0..GROUPS).map(move |group| group * size..(group + 1) * size)
    }

    /// The mean of a group, and the inverse of its standard deviation.
    fn statistics(x: &[[f32; C]], group: &core::ops::Range<usize>) -> (f32, f32) {
        // No float holds the squares of large numbers, nor perhaps their sum: then of the numbers times 2⁻⁸⁰.
        let mut scale = 1.0;
        loop {
            let center = mean(x, group, |_, _, x| x * scale);
            let variance = mean(x, group, |_, _, x| (x * scale - center) * (x * scale - center));
            if variance < f32::INFINITY || scale < 1.0 {
                let root = kernels::sqrt(variance + EPSILON * scale * scale + f32::MIN_POSITIVE);
                return (center / scale, scale / root);
            }
            scale = 1.0 / (1_u128 << 80) as f32;
        }
    }
}

impl<X: Channels<C>, const C: usize, const GROUPS: usize> Layer<X> for GroupNorm<C, GROUPS>
where
    Sizes: Divides<C, GROUPS>,
{
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
        let (gamma, beta): (&[f32; C], &[f32; C]) = (view_one(&self.gamma), view_one(&self.beta));
        for group in Self::groups() {
            let (mean, factor) = Self::statistics(rows(x.values()), &group);
            for row in rows_mut::<C>(x.values_mut()) {
                let channels = row.iter_mut().zip(gamma.iter().zip(beta)).take(group.end).skip(group.start);
                channels.for_each(|(x, (gamma, beta))| *x = (*x - mean) * factor * gamma + beta);
            }
        }
    }
}

/// The training options of a [`GroupNorm`].
///
/// ```
/// use taut::{GroupNorm, prelude::*};
/// let model = Model::<Vector<4>, GroupNorm<4, 2>>::new(1).layers(|net| {
///     net.gamma.initializer = taut::Zeros.into();
///     net.beta.initializer = taut::Constant(3.0).into();
/// });
/// assert_eq!(model.predict(&Vector::new([1.0, 2.0, 3.0, 4.0])).values(), [3.0; 4]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct GroupNormOptions {
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
    use crate::layers::cache::forward_by_infer;

    /// Replaces each element of a group by `f` of its row, its channel and its value.
    #[inline]
    fn change<const C: usize>(
        rows: &mut [[f32; C]],
        of: &core::ops::Range<usize>,
        f: impl Fn(usize, usize, f32) -> f32,
    ) {
        for (r, row) in rows.iter_mut().enumerate() {
            for (c, x) in row.iter_mut().enumerate().take(of.end).skip(of.start) {
                *x = f(r, c, *x);
            }
        }
    }

    impl<X: Channels<C>, const C: usize, const GROUPS: usize> Train<X> for GroupNorm<C, GROUPS>
    where
        Sizes: Divides<C, GROUPS>,
    {
        forward_by_infer!(GroupNormOptions);
        fn backward<'a>(
            &mut self,
            _: &GroupNormOptions,
            x: &[X],
            dy: &'a mut [X],
            _: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            grad.gamma.fill(0.0);
            grad.beta.fill(0.0);
            for (x, dy) in x.iter().zip(&mut *dy) {
                let (x, dy) = (rows::<C>(x.values()), rows_mut::<C>(dy.values_mut()));
                for group in Self::groups() {
                    let (center, factor) = Self::statistics(x, &group);
                    let normal = |r: usize, c: usize| (x[r][c] - center) * factor;
                    for (r, dy) in dy.iter().enumerate() {
                        for c in group.clone() {
                            grad.gamma[c] += dy[c] * normal(r, c);
                            grad.beta[c] += dy[c];
                        }
                    }
                    change(dy, &group, |_, c, dy| dy * self.gamma[c]);
                    let (flat, along) =
                        (mean(dy, &group, |_, _, dy| dy), mean(dy, &group, |r, c, dy| dy * normal(r, c)));
                    change(dy, &group, |r, c, dy| factor * (dy - flat - normal(r, c) * along));
                }
            }
            dy
        }
    }
}
