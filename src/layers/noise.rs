//! The parts shared by layers that add noise while training.

#[cfg(feature = "train")]
use rand::Rng;
#[cfg(feature = "train")]
use rand_distr::{Distribution, StandardNormal};

/// Random numbers: the output is `factor · x + summand`.
#[cfg(feature = "train")]
pub(crate) trait Noise {
    /// Draws a factor and a summand for each number.
    fn draw(random: &mut impl Rng, factor: &mut [f32], summand: &mut [f32]);
}

/// Fills a slice with normally distributed numbers.
#[cfg(feature = "train")]
pub(crate) fn normal(random: &mut impl Rng, mean: f32, std_dev: f32, to: &mut [f32]) {
    for to in to {
        let z: f32 = StandardNormal.sample(random);
        *to = mean + std_dev * z;
    }
}

/// Implements a layer of `PERCENT` hundredths that applies its [`Noise`] while training, and returns its input in
/// inference.
macro_rules! noise {
    ($name:ident $(, where $($bound:tt)+)?) => {
        impl<X: crate::shape::sample::Sample, const PERCENT: usize> crate::contract::layer::Layer<X> for $name<PERCENT>
        $(where $($bound)+)?
        {
            type Y = X;
            type Scratch = ();
            type Place = crate::contract::layer::Alias;
            const MASK: crate::contract::mask::MaskRule = crate::contract::mask::MaskRule::Keeps;
            #[inline]
            fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X {
                x
            }
        }

        #[cfg(feature = "train")]
        impl<X: crate::shape::sample::Sample, const PERCENT: usize> crate::contract::train::Train<X> for $name<PERCENT>
        $(where $($bound)+)?
        {
            type Cache = crate::layers::dropout::DropoutCache<X>;
            const CACHE: usize = 2 * size_of::<X>();
            fn forward<'a>(
                &self,
                _: &crate::contract::tensor::NoParameters,
                x: &'a [X],
                c: &'a mut Self::Cache,
                context: &mut crate::contract::train::Context,
            ) -> &'a [X] {
                use crate::memory::view::{flat, flat_mut};
                if !c.active(x.len(), context.training && PERCENT > 0) {
                    return x;
                }
                let (factor, y) = (flat_mut(&mut c.scale), flat_mut(&mut c.y));
                <Self as crate::layers::noise::Noise>::draw(&mut context.random, factor, y);
                crate::kernels::zip3_batch(&|summand, x, factor| factor * x + summand, y, flat(x), factor);
                &c.y
            }
            fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [X] {
                c.output(x)
            }
            fn backward<'a>(
                &mut self,
                _: &crate::contract::tensor::NoParameters,
                _: &[X],
                dy: &'a mut [X],
                c: &'a mut Self::Cache,
                _: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                _: &mut crate::contract::train::Context,
            ) -> &'a mut [X] {
                c.backward(dy);
                dy
            }
        }
    };
}
pub(crate) use noise;

#[cfg(test)]
#[cfg(feature = "train")]
mod tests {
    use super::*;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::kernels;
    use crate::layers::alpha_dropout::AlphaDropout;
    use crate::layers::gaussian_dropout::GaussianDropout;
    use crate::layers::gaussian_noise::GaussianNoise;
    use crate::memory::view::{flat, flat_mut};
    use crate::shape::sample::{Sample, Vector};
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    /// Mean and variance of the outputs, where the inputs are `x`.
    fn moments<L: Train<Vector<100>, Y = Vector<100>, Options = NoParameters>>(
        layer: L,
        x: &[Vector<100>],
    ) -> [f32; 2] {
        let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
        let mut cache = L::Cache::default();
        let y = flat(layer.forward(&NoParameters::default(), x, &mut cache, &mut context)).to_vec();
        let mean = kernels::sum(&y) / y.len() as f32;
        [mean, y.iter().map(|y| (y - mean) * (y - mean)).sum::<f32>() / y.len() as f32]
    }

    #[test]
    fn means_and_variances() {
        let twos = vec![Vector::new([2.0; 100]); 1000];
        let mut normals = vec![Vector::ZERO; 1000];
        normal(&mut Xoshiro256PlusPlus::seed_from_u64(2), 0.0, 1.0, flat_mut(&mut normals));
        for ([mean, variance], expected_mean, expected_variance) in [
            (moments(GaussianNoise::<30>, &twos), 2.0, 0.09),
            (moments(GaussianDropout::<20>, &twos), 2.0, 4.0 * 0.25),
            (moments(AlphaDropout::<20>, &normals), 0.0, 1.0),
            (moments(AlphaDropout::<60>, &normals), 0.0, 1.0),
        ] {
            assert!((mean - expected_mean).abs() < 0.02, "{mean} for {expected_mean}");
            assert!((variance / expected_variance - 1.0).abs() < 0.02, "{variance} for {expected_variance}");
        }
    }
}
