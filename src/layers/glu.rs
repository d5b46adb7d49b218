use crate::kernels;
use crate::layer::Layer;
use crate::params::{Plain, place::Fresh};
use crate::sample::Vector;
use crate::shape::Half;

/// `a · σ(b)`, where `a` is the first half of the input and `b` the second: a linear layer before it decides what it lets through.
///
/// - Input: `Vector<N>` with an even `N`; output: the vector half as long, which the compiler counts.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 32>, Glu, Dense<16, 1>); }
/// assert_eq!(Glu.predict(&Vector::new([3.0, 4.0, 0.0, 100.0]), &mut Vector::ZERO).values(), [1.5, 4.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#glu-function> and Y. N. Dauphin et al., *Language Modeling with Gated Convolutional
/// Networks*, 2017.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Glu;
crate::params!(Glu {} as crate::train::NoParameters);

#[diagnostic::do_not_recommend]
impl<const N: usize> Layer<Vector<N>> for Glu
where
    Vector<N>: Half,
{
    type Y = <Vector<N> as Half>::V;
    type Work = Self::Y;
    type Place = Fresh;
    const MACS: usize = N / 2;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Self::Y) -> &'a Self::Y {
        let (a, b) = x.as_array().split_at(N / 2);
        kernels::zip3(&|_, a, b| a * kernels::sigmoid(b), y.values_mut(), a, b);
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::params::Buffer;
    use crate::train::{NoParameters, Pass, Train};

    /// The outputs of a [`Glu`], and the gradients of its inputs.
    #[derive(Debug)]
    pub struct GluCache<X, Y> {
        y: Buffer<Y>,
        dx: Buffer<X>,
    }

    impl<X, Y> Default for GluCache<X, Y> {
        fn default() -> Self {
            GluCache { y: Buffer::default(), dx: Buffer::default() }
        }
    }

    #[diagnostic::do_not_recommend]
    impl<const N: usize> Train<Vector<N>> for Glu
    where
        Vector<N>: Half,
    {
        type Cache = GluCache<Vector<N>, Self::Y>;
        const CACHE: usize = size_of::<Vector<N>>() + size_of::<Self::Y>();
        fn forward<'a>(
            &self,
            _: &NoParameters,
            x: &'a [Vector<N>],
            c: &'a mut Self::Cache,
            _: &mut Pass,
        ) -> &'a [Self::Y] {
            for (x, y) in x.iter().zip(c.y.resize(x.len())) {
                self.infer(x, y);
            }
            &c.y
        }
        fn output<'a>(_: &'a [Vector<N>], c: &'a Self::Cache) -> &'a [Self::Y] {
            &c.y
        }
        fn backward<'a>(
            &self,
            _: &NoParameters,
            x: &[Vector<N>],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Pass,
        ) -> &'a mut [Vector<N>] {
            for ((x, dy), dx) in x.iter().zip(&*dy).zip(c.dx.resize(x.len())) {
                let (a, b) = x.as_array().split_at(N / 2);
                let (da, db) = dx.as_array_mut().split_at_mut(N / 2);
                kernels::map(&kernels::sigmoid, b, da);
                db.copy_from_slice(da);
                kernels::zip3(&|s, a, dy| dy * a * s * (1.0 - s), db, a, dy.values());
                kernels::zip(&|s, dy| dy * s, da, dy.values());
            }
            &mut c.dx
        }
    }
}
