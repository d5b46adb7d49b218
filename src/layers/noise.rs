use crate::contract::layer::Alias;
use crate::contract::layer::Layer;
use crate::shape::sample::Sample;
use crate::shape::size::{IsPercent, Sizes};

/// Adds noise while training, normal with a standard deviation of `PERCENT` hundredths; does nothing in inference.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::GaussianNoise, prelude::*};
/// network! { type Net: Vector<4> = (GaussianNoise<10>, Dense<4, 32>, Relu, Dense<32, 2>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/gaussian_noise/>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct GaussianNoise<const PERCENT: usize>;
crate::params!(GaussianNoise<PERCENT> {} as crate::contract::train::NoParameters, training only);

/// Multiplies while training by noise, normal around 1 with the variance `r / (1 - r)` of a [`Dropout`](crate::Dropout)
/// of `r`, which is `PERCENT` hundredths; does nothing in inference.
///
/// - Input and output: any sample. `PERCENT` is a whole number from 0 to 99.
///
/// ```
/// use taut::{layers::GaussianDropout, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 32>, Relu, GaussianDropout<50>, Dense<32, 2>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/gaussian_dropout/> and N. Srivastava et al., *Dropout: A
/// Simple Way to Prevent Neural Networks from Overfitting*, 2014.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct GaussianDropout<const PERCENT: usize>;
crate::params!(GaussianDropout<PERCENT> {} as crate::contract::train::NoParameters, training only);

/// Sets `PERCENT` of the values while training to what a [`Selu`](crate::Selu) gives for very negative ones, and then
/// moves and scales all, so that a mean of 0 and a variance of 1 stay; does nothing in inference.
///
/// - Input and output: any sample. `PERCENT` is a whole number from 0 to 99.
///
/// ```
/// use taut::{layers::{AlphaDropout, Selu}, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 32>, Selu, AlphaDropout<10>, Dense<32, 2>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/alpha_dropout/> and G. Klambauer et al., *Self-Normalizing
/// Neural Networks*, 2017.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct AlphaDropout<const PERCENT: usize>;
crate::params!(AlphaDropout<PERCENT> {} as crate::contract::train::NoParameters, training only);

macro_rules! inference { ($($name:ident $(where $hundredths:ident)?;)*) => { $(
    impl<X: Sample, const PERCENT: usize> Layer<X> for $name<PERCENT>
    $(where $hundredths: IsPercent<PERCENT>)?
    {
        type Y = X;
        type Scratch = ();
        type Place = Alias;
        #[inline]
        fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X {
            x
        }
    }
)* } }
inference! { GaussianNoise; GaussianDropout where Sizes; AlphaDropout where Sizes; }

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::train::{Context, NoParameters, Step, Train};
    use crate::kernels;
    use crate::layers::dropout::{DropoutCache, keep};
    use crate::memory::view::{flat, flat_mut};
    use rand::Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// Draws a `factor` and a `summand` for each number: the output is `factor · x + summand`.
    trait Noise {
        fn draw(random: &mut impl Rng, factor: &mut [f32], summand: &mut [f32]);
    }

    fn normal(random: &mut impl Rng, mean: f32, std_dev: f32, to: &mut [f32]) {
        for to in to {
            let z: f32 = StandardNormal.sample(random);
            *to = mean + std_dev * z;
        }
    }

    impl<const PERCENT: usize> Noise for GaussianNoise<PERCENT> {
        fn draw(random: &mut impl Rng, factor: &mut [f32], summand: &mut [f32]) {
            factor.fill(1.0);
            normal(random, 0.0, PERCENT as f32 / 100.0, summand);
        }
    }

    impl<const PERCENT: usize> Noise for GaussianDropout<PERCENT> {
        fn draw(random: &mut impl Rng, factor: &mut [f32], summand: &mut [f32]) {
            let rate = PERCENT as f32 / 100.0;
            normal(random, 1.0, (rate / (1.0 - rate)).sqrt(), factor);
            summand.fill(0.0);
        }
    }

    impl<const PERCENT: usize> Noise for AlphaDropout<PERCENT> {
        fn draw(random: &mut impl Rng, factor: &mut [f32], summand: &mut [f32]) {
            let rate = PERCENT as f32 / 100.0;
            let lowest = crate::layers::selu::LOWEST;
            let a = ((1.0 - rate) * (1.0 + rate * lowest * lowest)).sqrt().recip();
            let b = -a * lowest * rate;
            keep::<PERCENT>(random, a, factor);
            kernels::map(&|factor| if factor == 0.0 { a * lowest + b } else { b }, factor, summand);
        }
    }

    macro_rules! training { ($($name:ident $(where $hundredths:ident)?;)*) => { $(
        impl<X: Sample, const PERCENT: usize> Train<X> for $name<PERCENT>
        $(where $hundredths: IsPercent<PERCENT>)?
        {
            type Cache = DropoutCache<X>;
        const CACHE: usize = 2 * size_of::<X>();
            fn forward<'a>(&self, _: &NoParameters, x: &'a [X], c: &'a mut Self::Cache, context: &mut Context) -> &'a [X] {
                if !c.active(x.len(), context.training && PERCENT > 0) {
                    return x;
                }
                let (factor, y) = (flat_mut(&mut c.scale), flat_mut(&mut c.y));
                Self::draw(&mut context.random, factor, y);
                kernels::zip3(&|summand, x, factor| factor * x + summand, y, flat(x), factor);
                &c.y
            }
            fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [X] {
                c.output(x)
            }
            fn backward<'a>(
                &mut self,
                _: &NoParameters,
                _: &[X],
                dy: &'a mut [X],
                c: &'a mut Self::Cache,
                _: &mut Self,
                _: &mut Step<'_, Self>,
                _: &mut Context,
            ) -> &'a mut [X] {
                c.backward(dy);
                dy
            }
        }
    )* } }
    training! { GaussianNoise; GaussianDropout where Sizes; AlphaDropout where Sizes; }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::shape::sample::Vector;
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
}
