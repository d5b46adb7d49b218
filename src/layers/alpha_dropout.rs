#[cfg(feature = "train")]
use crate::kernels;
#[cfg(feature = "train")]
use crate::layers::dropout::keep;
#[cfg(feature = "train")]
use crate::layers::noise::Noise;
use crate::layers::noise::noise;
use crate::shape::size::{IsPercent, Sizes};

/// While training, replaces `PERCENT` hundredths of the values by the lower limit of a [`Selu`](crate::Selu), then
/// scales and shifts all values, which preserves a mean of 0 and a variance of 1. Returns its input in inference.
///
/// - Input and output: any sample. `PERCENT` is a whole number from 0 to 99.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, layers::*, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 32>, Selu, AlphaDropout<10>, Dense<32, 2>, Softmax); }
/// // One training pass over a thousand numbers whose mean is 0 and whose variance is 1:
/// let (x, mut cache) = ([Vector::new(std::array::from_fn::<_, 1000, _>(|i| [-1.0, 1.0][i % 2]))], Default::default());
/// let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
/// let y = &AlphaDropout::<10>.forward(&Default::default(), &x, &mut cache, &mut context)[0];
/// assert!(y.0.mean().abs() < 0.1 && (y.0.variance() - 1.0).abs() < 0.1);
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/alpha_dropout/> and G. Klambauer et al., *Self-Normalizing
/// Neural Networks*, 2017.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct AlphaDropout<const PERCENT: usize>;
crate::params!(AlphaDropout<PERCENT> {} as crate::contract::tensor::NoParameters, training only);
noise!(AlphaDropout, where Sizes: IsPercent<PERCENT>);

#[cfg(feature = "train")]
impl<const PERCENT: usize> Noise for AlphaDropout<PERCENT> {
    fn draw(random: &mut impl rand::Rng, factor: &mut [f32], summand: &mut [f32]) {
        let rate = PERCENT as f32 / 100.0;
        let lowest = crate::layers::selu::LOWEST;
        let a = ((1.0 - rate) * (1.0 + rate * lowest * lowest)).sqrt().recip();
        let b = -a * lowest * rate;
        keep::<PERCENT>(random, a, factor);
        kernels::map(&|factor| if factor == 0.0 { a * lowest + b } else { b }, factor, summand);
    }
}
