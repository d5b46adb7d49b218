use crate::layers::noise::noise;
#[cfg(feature = "train")]
use crate::layers::noise::{Noise, normal};

/// Adds normally distributed noise while training, with a mean of 0 and a standard deviation of `PERCENT` hundredths.
/// Returns its input in inference.
///
/// - Input and output: any sample.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Vector<4> = (GaussianNoise<10>, Dense<4, 32>, Relu, Dense<32, 2>, Softmax); }
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
