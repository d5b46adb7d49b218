use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::layers::channels::{Channels, rows_mut};
use crate::layers::in_place::infer_by_copy;
use crate::memory::view::view_one;
use crate::regularizers::Regularizer;
use nalgebra::SVector;

/// `x` where `x > 0`, else `alpha · x`: a [`LeakyRelu`](crate::LeakyRelu) with a trained slope for each of `C`
/// channels.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `alpha`, `C` numbers, zeros
///   initially.
///
/// All positions of a sequence or an image share the slope of their channel, as with Keras's `shared_axes=[1]` or
/// `[1, 2]`. For one slope per position, Keras's default, flatten before the layer and reshape after it, which costs
/// nothing: `(Flatten, PRelu<784>, Reshape<Vector<784>, Image<28, 28, 1>>)`.
///
/// ```
/// use taut::{layers::PRelu, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 8>, PRelu<8>, Dense<8, 1>); }
/// let layer = PRelu::<2> { alpha: [0.5, 2.0].into() };
/// assert_eq!(layer.predict(&Vector::new([-1.0, -1.0]), &mut Vector::ZERO).values(), [-0.5, -2.0]);
/// ```
///
/// See <https://keras.io/api/layers/activation_layers/prelu/> and K. He et al., *Delving Deep into Rectifiers*, 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct PRelu<const C: usize> {
    /// The slopes of negative values.
    pub alpha: SVector<f32, C>,
}
crate::params!(PRelu<C> { alpha: Bias } as PReluOptions);

#[diagnostic::do_not_recommend]
impl<X: Channels<C>, const C: usize> Layer<X> for PRelu<C> {
    type Y = X;
    type Scratch = X;
    type Place = InPlace;
    const MASK: MaskRule = MaskRule::Keeps;
    const MACS: usize = X::LEN;
    #[inline]
    fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
        infer_by_copy(self, x, y)
    }
    #[inline]
    fn infer_in_place(&self, x: &mut X) {
        let alpha: &[f32; C] = view_one(&self.alpha);
        for x in rows_mut::<C>(x.values_mut()) {
            kernels::zip(&|x, alpha| if x > 0.0 { x } else { alpha * x }, x, alpha);
        }
    }
}

/// The training options of a [`PRelu`].
///
/// ```
/// use taut::{PRelu, prelude::*};
/// let model = Model::<Vector<2>, PRelu<2>>::new(1).layers(|net| net.alpha.initializer = taut::Constant(0.25).into());
/// assert_eq!(model.predict(&Vector::new([-4.0, 4.0])).values(), [-1.0, 4.0]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct PReluOptions {
    /// The options of `alpha`.
    pub alpha: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::layers::cache::forward_by_infer;
    use crate::layers::channels::rows;
    use crate::memory::view::{flat, flat_mut, view_one_mut};

    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Train<X> for PRelu<C> {
        forward_by_infer!(PReluOptions);
        fn backward<'a>(
            &mut self,
            _: &PReluOptions,
            x: &[X],
            dy: &'a mut [X],
            _: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            let (alpha, sums): (&[f32; C], &mut [f32; C]) = (view_one(&self.alpha), view_one_mut(&mut grad.alpha));
            sums.fill(0.0);
            for (x, dy) in rows::<C>(flat(x)).iter().zip(rows_mut::<C>(flat_mut(dy))) {
                kernels::zip3(&|sum, x, dy| sum + if x > 0.0 { 0.0 } else { x * dy }, sums, x, dy);
                kernels::zip3(&|dy, x, alpha| if x > 0.0 { dy } else { alpha * dy }, dy, x, alpha);
            }
            dy
        }
    }
}
