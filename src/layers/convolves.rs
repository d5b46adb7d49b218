//! The parts that convolutions share.

use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::kernels::Convolution;
use crate::layers::bias::{Bias, UseBias};
use crate::regularizers::Regularizer;
use crate::shape::sample::Sample;

/// A layer that convolves samples `X`.
pub(crate) trait Convolves<X> {
    /// The sizes of the convolution; for a transposed one, those of the convolution whose input gradient it computes.
    const OF: Convolution;
    /// Whether the convolution is transposed.
    const TRANSPOSED: bool;
    /// The weights.
    fn weights(&self) -> &[f32];
    /// The bias, or `None`.
    fn start(&self) -> Option<&[f32]>;
}

/// The output for one sample.
#[inline]
pub(crate) fn infer<X: Sample, Y: Sample, L: Convolves<X>>(layer: &L, x: &X, y: &mut Y) {
    if L::TRANSPOSED {
        kernels::infer_transposed(&L::OF, layer.weights(), layer.start(), x.values(), y.values_mut());
    } else {
        kernels::infer_convolution(&L::OF, layer.weights(), layer.start(), x.values(), y.values_mut());
    }
}

/// Implements a layer that [`Convolves`] from its generics, its `UseBias`, input, output, bounds, sizes and filters.
macro_rules! convolves {
    (
        [$($generic:tt)*] $layer:ty, $b:ident, $x:ty, $y:ty, [$($bound:tt)*], $of:expr, $filters:ident
        $(, transposed $transposed:literal)?
    ) => {
        impl<$($generic)*> crate::layers::convolves::Convolves<$x> for $layer
        where
            $($bound)*
        {
            const OF: crate::kernels::Convolution = $of;
            const TRANSPOSED: bool = false $(|| $transposed)?;
            #[inline]
            fn weights(&self) -> &[f32] {
                crate::memory::plain::Floats::values(&self.kernel)
            }
            #[inline]
            fn start(&self) -> Option<&[f32]> {
                $b::array(&self.bias).map(|bias| &bias[..])
            }
        }

        impl<$($generic)*> crate::contract::layer::Layer<$x> for $layer
        where
            $($bound)*
        {
            type Y = $y;
            type Scratch = $y;
            type Place = crate::contract::layer::Other;
            const MACS: usize = <Self as crate::layers::convolves::Convolves<$x>>::OF.macs();
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut $y) -> &'a $y {
                crate::layers::convolves::infer(self, x, y);
                y
            }
        }

        #[cfg(feature = "train")]
        impl<$($generic)*> crate::contract::train::Train<$x> for $layer
        where
            $($bound)*
        {
            type Cache = crate::layers::cache::LayerCache<$x, $y>;
            const CACHE: usize = size_of::<$x>() + size_of::<$y>();
            fn forward<'a>(
                &self,
                _: &Self::Options,
                x: &'a [$x],
                c: &'a mut Self::Cache,
                _: &mut crate::contract::train::Context,
            ) -> &'a [$y] {
                c.forward(self, x)
            }
            fn output<'a>(_: &'a [$x], c: &'a Self::Cache) -> &'a [$y] {
                c.output()
            }
            fn backward<'a>(
                &mut self,
                _: &Self::Options,
                x: &[$x],
                dy: &'a mut [$y],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                context: &mut crate::contract::train::Context,
            ) -> &'a mut [$x] {
                if let Some(dbias) = $b::array_mut(&mut grad.bias) {
                    let rows = crate::layers::channels::rows::<$filters>(crate::memory::view::flat(dy));
                    crate::kernels::bias_gradient::<$filters>(rows, dbias);
                }
                let dw = crate::memory::plain::Floats::values_mut(&mut grad.kernel);
                c.backward(self, x, dy, dw, context.needs_input_grad)
            }
        }
    };
}
pub(crate) use convolves;

/// The training options of a convolution.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Conv2d<1, 4, 3>, Relu, Conv2d<4, 2, 3, Valid, NoBias>);
/// let model = Model::<Image<8, 8, 1>, Net>::new(1).layers(|net| {
///     net.0.bias.initializer = taut::Constant(0.5).into();
///     net.2.kernel.regularizer = L2(1e-4).into(); // `net.2.bias` has no options
/// });
/// assert_eq!(model.net().0.bias.as_slice(), [0.5; 4]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ConvOptions<B: UseBias = Bias> {
    /// The options of the kernel.
    pub kernel: TensorOptions,
    /// The options of the bias; [`NoBias`](crate::NoBias) for a layer without a bias.
    pub bias: B::Options,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::layers::cache::LayerCache;
    use crate::memory::view::{flat, flat_mut};

    impl<X: Sample, Y: Sample> LayerCache<X, Y> {
        pub(crate) fn output(&self) -> &[Y] {
            &self.y
        }

        pub(crate) fn forward<L: Convolves<X>>(&mut self, layer: &L, x: &[X]) -> &[Y] {
            let y = flat_mut(self.y.resize(x.len()));
            if L::TRANSPOSED {
                kernels::convolve_input_gradient(&L::OF, layer.weights(), layer.start(), flat(x), y);
            } else {
                kernels::convolve(&L::OF, layer.weights(), layer.start(), flat(x), y);
            }
            &self.y
        }

        pub(crate) fn backward<L: Convolves<X>>(
            &mut self,
            layer: &L,
            x: &[X],
            dy: &[Y],
            dw: &mut [f32],
            needs_input_grad: bool,
        ) -> &mut [X] {
            let (x, dy, dx) = (flat(x), flat(dy), flat_mut(self.dx.resize(if needs_input_grad { x.len() } else { 0 })));
            if L::TRANSPOSED {
                kernels::convolve_weight_gradient(&L::OF, dy, x, dw, &mut self.room);
            } else {
                kernels::convolve_weight_gradient(&L::OF, x, dy, dw, &mut self.room);
            }
            match (needs_input_grad, L::TRANSPOSED) {
                (true, true) => kernels::convolve(&L::OF, layer.weights(), None, dy, dx),
                (true, false) => kernels::convolve_input_gradient(&L::OF, layer.weights(), None, dy, dx),
                _ => {}
            }
            &mut self.dx
        }
    }
}
