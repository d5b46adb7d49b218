use crate::layers::noise::noise;
#[cfg(feature = "train")]
use crate::layers::noise::{Noise, normal};

/// Adds normally distributed noise while training, with a mean of 0 and a standard deviation of `PERCENT` hundredths.
/// Returns its input in inference.
///
/// - Input and output: any sample.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, layers::*, prelude::*};
/// network! { type Net: Vector<4> = (GaussianNoise<10>, Dense<4, 32>, Relu, Dense<32, 2>, Softmax); }
/// // One training pass over a thousand ones:
/// let (x, mut cache) = ([Vector::new([1.0; 1000])], Default::default());
/// let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
/// let y = &GaussianNoise::<10>.forward(&Default::default(), &x, &mut cache, &mut context)[0];
/// assert!((y.0.mean() - 1.0).abs() < 0.02 && (y.0.variance().sqrt() - 0.1).abs() < 0.01);
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/gaussian_noise/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GaussianNoise<const PERCENT: usize>;
crate::params!(GaussianNoise<PERCENT> {} as crate::contract::tensor::NoParameters, training only);
noise!(GaussianNoise);

#[cfg(feature = "train")]
impl<const PERCENT: usize> Noise for GaussianNoise<PERCENT> {
    fn draw(random: &mut impl rand::Rng, factor: &mut [f32], summand: &mut [f32]) {
        factor.fill(1.0);
        normal(random, 0.0, PERCENT as f32 / 100.0, summand);
    }
}
