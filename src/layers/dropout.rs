use crate::layer::Layer;
use crate::params::place::Same;
use crate::sample::Sample;
use crate::shape::{Hundredths, Percent};

/// Sets `PERCENT` of the values to zero while training, and divides the others by `1 - PERCENT / 100`; does nothing in inference.
///
/// - Input and output: any sample. `PERCENT` is a whole number from 0 to 99.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 32>, Relu, Dropout<50>, Dense<32, 2>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/dropout/> and N. Srivastava et al., *Dropout: A Simple Way to Prevent Neural
/// Networks from Overfitting*, 2014.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Dropout<const PERCENT: usize>;
crate::params!(Dropout<PERCENT> {} as crate::train::NoParameters);

impl<X: Sample, const PERCENT: usize> Layer<X> for Dropout<PERCENT>
where
    Hundredths: Percent<PERCENT>,
{
    type Y = X;
    type Work = ();
    type Place = Same;
    #[inline]
    fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X {
        x
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::kernels;
    use crate::params::{Buffer, flat, flat_mut};
    use crate::train::{NoParameters, Pass, Train};
    use rand::Rng;

    /// The output, and what each value was multiplied by; both are empty in inference, where the input passes through.
    #[derive(Debug)]
    pub struct DropoutCache<X> {
        y: Buffer<X>,
        scale: Buffer<X>,
    }

    impl<X> Default for DropoutCache<X> {
        fn default() -> Self {
            DropoutCache { y: Buffer::default(), scale: Buffer::default() }
        }
    }

    impl<X: Sample, const PERCENT: usize> Train<X> for Dropout<PERCENT>
    where
        Hundredths: Percent<PERCENT>,
    {
        type Cache = DropoutCache<X>;
        fn forward<'a>(&self, _: &NoParameters, x: &'a [X], c: &'a mut Self::Cache, pass: &mut Pass) -> &'a [X] {
            let active = if pass.training && PERCENT > 0 { x.len() } else { 0 };
            c.y.resize(active);
            c.scale.resize(active);
            if active == 0 {
                return x;
            }
            let keep = 1.0 / (1.0 - PERCENT as f32 / 100.0);
            let threshold = (PERCENT * 65536 / 100) as u16;
            // A draw of 64 bits decides on four values.
            for scales in flat_mut(&mut c.scale).chunks_mut(4) {
                let draw = pass.random.next_u64();
                for (i, scale) in scales.iter_mut().enumerate() {
                    *scale = if (draw >> (16 * i)) as u16 >= threshold { keep } else { 0.0 };
                }
            }
            kernels::zip3(&|_, x, scale| x * scale, flat_mut(&mut c.y), flat(x), flat(&c.scale));
            &c.y
        }
        fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [X] {
            if c.y.is_empty() { x } else { &c.y }
        }
        fn backward<'a>(
            &self,
            _: &NoParameters,
            _: &[X],
            dy: &'a mut [X],
            c: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Pass,
        ) -> &'a mut [X] {
            if !c.scale.is_empty() {
                kernels::zip(&|dy, scale| dy * scale, flat_mut(dy), flat(&c.scale));
            }
            dy
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::Vector;
        use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

        #[test]
        fn drops_its_share_and_keeps_the_mean() {
            let mut pass = Pass::training(Xoshiro256PlusPlus::seed_from_u64(1));
            let mut cache = DropoutCache::default();
            let x = vec![Vector::new([1.0; 100]); 1000];
            let y = Dropout::<30>.forward(&NoParameters::default(), &x, &mut cache, &mut pass);
            let dropped = flat(y).iter().filter(|y| **y == 0.0).count();
            assert!((29_500..30_500).contains(&dropped), "{dropped} of 100,000");
            assert!(flat(y).iter().all(|y| *y == 0.0 || (*y - 1.0 / 0.7).abs() < 1e-6));
            let kept = flat(y).to_vec();
            let mut dy = x.clone();
            let dx = Dropout::<30>.backward(&NoParameters::default(), &x, &mut dy, &mut cache, &mut Dropout, &mut pass);
            assert_eq!(flat(dx), kept);
        }
    }
}
