use crate::contract::layer::Alias;
use crate::contract::layer::Layer;
use crate::contract::outputs::OutputKind;
use crate::shape::sample::{Image, Sequence};
use crate::shape::size::{IsPercent, Sizes};

/// In training, sets a random `PERCENT` of the channels to zero, at all positions, and divides the others by
/// `1 - PERCENT / 100`; does nothing in inference.
///
/// - Input and output: `Image<H, W, C>` or `Sequence<T, C>`. `PERCENT` is a whole number from 0 to 99.
///
/// Neighbouring pixels are similar, so that dropping single pixels would regularize little.
///
/// ```
/// use taut::{layers::SpatialDropout, prelude::*};
/// network! {
///     type Net: Image<28, 28, 1> = (
///         Conv2d<1, 16, 3>,
///         Relu,
///         SpatialDropout<20>,
///         GlobalAvgPool,
///         Dense<16, 10>,
///         Softmax,
///     );
/// }
/// // One training pass over a sequence of ones: a channel is dropped in all steps, or in none.
/// # use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// # let mut context = taut::Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
/// let (x, mut cache) = ([Sequence([[1.0; 100]; 3])], Default::default());
/// let y = &SpatialDropout::<20>.forward(&Default::default(), &x, &mut cache, &mut context)[0];
/// assert!(y.0[0] == y.0[1] && y.0[1] == y.0[2] && y.0[0].contains(&0.0) && y.0[0].contains(&1.25));
/// ```
///
/// See <https://keras.io/api/layers/regularization_layers/spatial_dropout2d/> and J. Tompson et al., *Efficient Object
/// Localization Using Convolutional Networks*, 2014.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct SpatialDropout<const PERCENT: usize>;
crate::params!(SpatialDropout<PERCENT> {} as crate::contract::tensor::NoParameters, training only);

macro_rules! spatial { ($($x:ident<$($axis:ident),*>;)*) => { $(
    impl<$(const $axis: usize,)* const C: usize, const PERCENT: usize> Layer<$x<$($axis,)* C>> for SpatialDropout<PERCENT>
    where
        Sizes: IsPercent<PERCENT>,
    {
        type Y = $x<$($axis,)* C>;
        type Scratch = ();
        type Place = Alias;
        const MASK: crate::contract::mask::MaskRule = crate::contract::mask::MaskRule::Keeps;
        const OUTPUTS: OutputKind = OutputKind::AsInput;
        #[inline]
        fn infer<'a>(&self, x: &'a $x<$($axis,)* C>, _: &'a mut ()) -> &'a $x<$($axis,)* C> {
            x
        }
    }

    #[cfg(feature = "train")]
    impl<$(const $axis: usize,)* const C: usize, const PERCENT: usize> crate::contract::train::Train<$x<$($axis,)* C>> for SpatialDropout<PERCENT>
    where
        Sizes: IsPercent<PERCENT>,
    {
        type Cache = crate::layers::dropout::DropoutCache<$x<$($axis,)* C>>;
        const CACHE: usize = 2 * size_of::<$x<$($axis,)* C>>();
        fn forward<'a>(
            &self,
            _: &crate::contract::tensor::NoParameters,
            x: &'a [$x<$($axis,)* C>],
            c: &'a mut Self::Cache,
            context: &mut crate::contract::train::Context,
        ) -> &'a [$x<$($axis,)* C>] {
            use crate::kernels;
            use crate::layers::channels::rows_mut;
            use crate::layers::dropout::keep;
            use crate::memory::plain::Floats;
            use crate::memory::view::{flat, flat_mut};
            if !c.active(x.len(), context.training && PERCENT > 0) {
                return x;
            }
            for scale in c.scale.iter_mut() {
                if let [first, others @ ..] = rows_mut::<C>(scale.values_mut()) {
                    keep::<PERCENT>(&mut context.random, 1.0 / (1.0 - PERCENT as f32 / 100.0), first);
                    others.fill(*first);
                }
            }
            kernels::zip3_batch(&|_, x, scale| x * scale, flat_mut(&mut c.y), flat(x), flat(&c.scale));
            &c.y
        }
        fn output<'a>(x: &'a [$x<$($axis,)* C>], c: &'a Self::Cache) -> &'a [$x<$($axis,)* C>] {
            c.output(x)
        }
        fn backward<'a>(
            &mut self,
            _: &crate::contract::tensor::NoParameters,
            _: &[$x<$($axis,)* C>],
            dy: &'a mut [$x<$($axis,)* C>],
            c: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut crate::contract::step::Step<'_, Self>,
            _: &mut crate::contract::train::Context,
        ) -> &'a mut [$x<$($axis,)* C>] {
            c.backward(dy);
            dy
        }
    }
)* } }
spatial! {
    Image<H, W>;
    Sequence<T>;
}

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    #[test]
    fn drops_whole_channels() {
        let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
        let mut cache = Default::default();
        let x = vec![Image([[[1.0; 10]; 3]; 2]); 1000];
        let y = SpatialDropout::<30>.forward(&NoParameters::default(), &x, &mut cache, &mut context);
        let dropped: usize = y.iter().map(|y| y.0[0][0].iter().filter(|y| **y == 0.0).count()).sum();
        assert!((2_800..3_200).contains(&dropped), "{dropped} of 10,000");
        assert!(y.iter().all(|y| y.0.as_flattened().iter().all(|pixel| *pixel == y.0[0][0])));
    }
}
