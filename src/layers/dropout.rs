use crate::contract::layer::Alias;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::shape::sample::Sample;
use crate::shape::size::{IsPercent, Sizes};

/// In training, sets a random `PERCENT` of the values to zero and divides the others by `1 - PERCENT / 100`; does
/// nothing in inference.
///
/// - Input and output: any sample. `PERCENT` is a whole number from 0 to 99.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 32>, Relu, Dropout<50>, Dense<32, 2>, Softmax); }
/// // One training pass over a thousand ones:
/// let (x, mut cache) = ([Vector::new([1.0; 1000])], Default::default());
/// let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
/// let y = &Dropout::<20>.forward(&Default::default(), &x, &mut cache, &mut context)[0];
/// assert!(y.values().iter().all(|y| [0.0, 1.25].contains(y)) && (y.0.mean() - 1.0).abs() < 0.05);
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/dropout/> and N. Srivastava et al., *Dropout: A Simple Way to
/// Prevent Neural Networks from Overfitting*, 2014.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Dropout<const PERCENT: usize>;
crate::params!(Dropout<PERCENT> {} as crate::contract::tensor::NoParameters, training only);

impl<X: Sample, const PERCENT: usize> Layer<X> for Dropout<PERCENT>
where
    Sizes: IsPercent<PERCENT>,
{
    type Y = X;
    type Scratch = ();
    type Place = Alias;
    const MASK: MaskRule = MaskRule::Keeps;
    const OUTPUTS: OutputKind = OutputKind::AsInput;
    #[inline]
    fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X {
        x
    }
}

#[cfg(feature = "train")]
pub(super) use training::{DropoutCache, keep};

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::kernels;
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut};
    use rand::Rng;

    /// The outputs, and the factor of each value; both are empty in inference, which returns the input.
    #[derive(Debug)]
    pub struct DropoutCache<X> {
        pub(crate) y: Buffer<X>,
        pub(crate) scale: Buffer<X>,
    }

    impl<X> Default for DropoutCache<X> {
        fn default() -> Self {
            DropoutCache { y: Buffer::default(), scale: Buffer::default() }
        }
    }

    impl<X: Sample> DropoutCache<X> {
        /// Resizes the buffers to `n` samples if the layer is active, and returns whether it is.
        pub(crate) fn active(&mut self, n: usize, active: bool) -> bool {
            let n = if active { n } else { 0 };
            self.y.resize(n);
            self.scale.resize(n);
            n > 0
        }

        pub(crate) fn output<'a>(&'a self, x: &'a [X]) -> &'a [X] {
            if self.y.is_empty() { x } else { &self.y }
        }

        pub(crate) fn backward(&self, dy: &mut [X]) {
            if !self.scale.is_empty() {
                kernels::zip_batch(&|dy, scale| dy * scale, flat_mut(dy), flat(&self.scale));
            }
        }
    }

    /// Fills `PERCENT` of the factors with zeros, and the others with `kept`.
    pub(crate) fn keep<const PERCENT: usize>(random: &mut impl Rng, kept: f32, to: &mut [f32]) {
        let threshold = (PERCENT * 65536 / 100) as u16;
        // One draw of 64 bits decides on four values.
        for scales in to.chunks_mut(4) {
            let draw = random.next_u64();
            for (i, scale) in scales.iter_mut().enumerate() {
                *scale = if (draw >> (16 * i)) as u16 >= threshold { kept } else { 0.0 };
            }
        }
    }

    impl<X: Sample, const PERCENT: usize> Train<X> for Dropout<PERCENT>
    where
        Sizes: IsPercent<PERCENT>,
    {
        type Cache = DropoutCache<X>;
        const CACHE: usize = 2 * size_of::<X>();
        fn forward<'a>(&self, _: &NoParameters, x: &'a [X], c: &'a mut Self::Cache, context: &mut Context) -> &'a [X] {
            if !c.active(x.len(), context.training && PERCENT > 0) {
                return x;
            }
            keep::<PERCENT>(&mut context.random, 1.0 / (1.0 - PERCENT as f32 / 100.0), flat_mut(&mut c.scale));
            kernels::zip3_batch(&|_, x, scale| x * scale, flat_mut(&mut c.y), flat(x), flat(&c.scale));
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

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::shape::sample::Vector;
        use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

        #[test]
        fn drops_its_share_and_keeps_the_mean() {
            let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
            let mut cache = DropoutCache::default();
            let x = vec![Vector::new([1.0; 100]); 1000];
            let y = Dropout::<30>.forward(&NoParameters::default(), &x, &mut cache, &mut context);
            let dropped = flat(y).iter().filter(|y| **y == 0.0).count();
            assert!((29_500..30_500).contains(&dropped), "{dropped} of 100,000");
            assert!(flat(y).iter().all(|y| *y == 0.0 || (*y - 1.0 / 0.7).abs() < 1e-6));
            let kept = flat(y).to_vec();
            let mut dy = x.clone();
            let dx = Dropout::<30>.backward(
                &NoParameters::default(),
                &x,
                &mut dy,
                &mut cache,
                &mut Dropout,
                &mut Step::none(),
                &mut context,
            );
            assert_eq!(flat(dx), kept);
        }
    }
}
