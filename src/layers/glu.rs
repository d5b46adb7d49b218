use crate::contract::layer::Layer;
use crate::contract::layer::Other;
use crate::contract::mask::MaskRule;
use crate::kernels;
use crate::memory::plain::Floats;
use crate::shape::join::HalfChannels;

/// `a · σ(b)`, where `a` is the first half of the input and `b` the second: a gate controlled by the layer before it.
///
/// - Input: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>` with an even `C`; output: the same with half as many
///   channels, which the compiler counts. The halves are those of the channels of each position.
///
/// ```
/// use taut::{layers::Glu, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 32>, Glu, Dense<16, 1>); }
/// assert_eq!(Glu.predict(&Vector::new([3.0, 4.0, 0.0, 100.0]), &mut Vector::ZERO).values(), [1.5, 4.0]);
/// ```
///
/// See <https://keras.io/api/layers/activations/#glu-function> and Y. N. Dauphin et al., *Language Modeling with Gated
/// Convolutional Networks*, 2017.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Glu;
crate::params!(Glu {} as crate::contract::tensor::NoParameters);

#[diagnostic::do_not_recommend]
impl<X: HalfChannels> Layer<X> for Glu {
    type Y = X::V;
    type Scratch = X::V;
    type Place = Other;
    const MASK: MaskRule = MaskRule::Keeps;
    const MACS: usize = X::LEN / 2;
    #[inline]
    fn infer<'a>(&self, x: &'a X, y: &'a mut X::V) -> &'a X::V {
        // Chunks that are zipped are counted, by a division that could panic in code for the smallest size.
        let mut halves = x.values().chunks_exact(X::HALF);
        for y in y.values_mut().chunks_exact_mut(X::HALF) {
            let (Some(a), Some(b)) = (halves.next(), halves.next()) else { break };
            kernels::zip3(&|_, a, b| a * kernels::sigmoid(b), y, a, b);
        }
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut};

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
    impl<X: HalfChannels> Train<X> for Glu {
        type Cache = GluCache<X, X::V>;
        const CACHE: usize = size_of::<X>() + size_of::<X::V>();
        fn forward<'a>(&self, _: &NoParameters, x: &'a [X], c: &'a mut Self::Cache, _: &mut Context) -> &'a [X::V] {
            for (x, y) in x.iter().zip(c.y.resize(x.len())) {
                self.infer(x, y);
            }
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [X::V] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            x: &[X],
            dy: &'a mut [X::V],
            c: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            let dx = flat_mut(c.dx.resize(x.len())).chunks_exact_mut(2 * X::HALF);
            for ((x, dy), dx) in flat(x).chunks_exact(2 * X::HALF).zip(flat(dy).chunks_exact(X::HALF)).zip(dx) {
                let ((a, b), (da, db)) = (x.split_at(X::HALF), dx.split_at_mut(X::HALF));
                kernels::map(&kernels::sigmoid, b, da);
                db.copy_from_slice(da);
                kernels::zip3(&|s, a, dy| dy * a * s * (1.0 - s), db, a, dy);
                kernels::zip(&|s, dy| dy * s, da, dy);
            }
            &mut c.dx
        }
    }
}
