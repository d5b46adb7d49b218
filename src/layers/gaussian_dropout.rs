use crate::layers::noise::noise;
#[cfg(feature = "train")]
use crate::layers::noise::{Noise, normal};
use crate::shape::size::{IsPercent, Sizes};

/// Multiplies by normally distributed noise while training, with a mean of 1 and the variance `r / (1 - r)` of a
/// [`Dropout`](crate::Dropout) of `r`, which is `PERCENT` hundredths. Returns its input in inference.
///
/// - Input and output: any sample. `PERCENT` is a whole number from 0 to 99.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, layers::*, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 32>, Relu, GaussianDropout<50>, Dense<32, 2>, Softmax); }
/// // One training pass over a thousand ones:
/// let (x, mut cache) = ([Vector::new([1.0; 1000])], Default::default());
/// let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
/// let y = &GaussianDropout::<20>.forward(&Default::default(), &x, &mut cache, &mut context)[0];
/// assert!((y.0.mean() - 1.0).abs() < 0.05 && (y.0.variance() - 0.2 / 0.8).abs() < 0.05);
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/gaussian_dropout/> and N. Srivastava et al., *Dropout: A
/// Simple Way to Prevent Neural Networks from Overfitting*, 2014.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GaussianDropout<const PERCENT: usize>;
crate::params!(GaussianDropout<PERCENT> {} as crate::contract::tensor::NoParameters, training only);
noise!(GaussianDropout, where Sizes: IsPercent<PERCENT>);

#[cfg(feature = "train")]
impl<const PERCENT: usize> Noise for GaussianDropout<PERCENT> {
    fn draw(random: &mut impl rand::Rng, factor: &mut [f32], summand: &mut [f32]) {
        let rate = PERCENT as f32 / 100.0;
        normal(random, 1.0, (rate / (1.0 - rate)).sqrt(), factor);
        summand.fill(0.0);
    }
}
