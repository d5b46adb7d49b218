use crate::kernels;
use crate::layer::Layer;
use crate::params::{columns, view_one};
use crate::sample::Vector;
use nalgebra::{SMatrix, SVector};

/// Fully connected: `y = xᵀ · kernel + bias`.
///
/// - Input: `Vector<I>`; output: `Vector<O>`. Parameters: a kernel of `(I, O)`, Glorot uniform at first, and a bias of `O`, zeros.
///
/// ```
/// use taut::prelude::*;
/// let dense = Dense::<2, 3> { kernel: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into(), bias: [0.5, 0.0, 0.0].into() };
/// let mut y = Vector::ZERO;
/// assert_eq!(dense.predict(&Vector::new([1.0, 10.0]), &mut y).values(), [41.5, 52.0, 63.0]);
/// ```
///
/// See <https://keras.io/api/layers/core_layers/dense/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Dense<const I: usize, const O: usize> {
    /// Column-major, so that the outputs of one input are one run, as in Keras's `(I, O)` kernel.
    pub kernel: SMatrix<f32, O, I>,
    /// One number an output.
    pub bias: SVector<f32, O>,
}
crate::params!(Dense<I, O> { kernel: Kernel, bias: Bias } as DensePlan);

impl<const I: usize, const O: usize> Layer<Vector<I>> for Dense<I, O> {
    type Y = Vector<O>;
    type Work = Vector<O>;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<I>, y: &'a mut Vector<O>) -> &'a Vector<O> {
        kernels::infer(columns(&self.kernel), Some(view_one(&self.bias)), x.as_array(), y.as_array_mut());
        y
    }
}

/// Fully connected, without a bias: `y = xᵀ · kernel`. All else is as in [`Dense`].
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (DenseNoBias<4, 8>, BatchNorm<8>, Relu, Dense<8, 1>); }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct DenseNoBias<const I: usize, const O: usize> {
    /// Column-major, as in [`Dense`].
    pub kernel: SMatrix<f32, O, I>,
}
crate::params!(DenseNoBias<I, O> { kernel: Kernel } as DenseNoBiasPlan);

impl<const I: usize, const O: usize> Layer<Vector<I>> for DenseNoBias<I, O> {
    type Y = Vector<O>;
    type Work = Vector<O>;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<I>, y: &'a mut Vector<O>) -> &'a Vector<O> {
        kernels::infer(columns(&self.kernel), None, x.as_array(), y.as_array_mut());
        y
    }
}

#[cfg(feature = "train")]
pub use training::*;

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::Regularizer;
    use crate::params::{Buffer, columns_mut, view, view_mut, view_one_mut};
    use crate::train::{Pass, Slot, Train};

    /// What a [`Dense`] does only in training.
    #[derive(Clone, Debug, Default)]
    pub struct DensePlan {
        /// Of the kernel.
        pub kernel: Slot,
        /// Of the bias.
        pub bias: Slot,
        /// Of the output, added to the loss.
        pub activity_regularizer: Regularizer,
    }

    /// What a [`DenseNoBias`] does only in training.
    #[derive(Clone, Debug, Default)]
    pub struct DenseNoBiasPlan {
        /// Of the kernel.
        pub kernel: Slot,
        /// Of the output, added to the loss.
        pub activity_regularizer: Regularizer,
    }

    /// The outputs of a dense layer, and the gradients of its inputs.
    #[derive(Debug)]
    pub struct DenseCache<X, Y> {
        y: Buffer<Y>,
        dx: Buffer<X>,
    }

    impl<X, Y> Default for DenseCache<X, Y> {
        fn default() -> Self {
            DenseCache { y: Buffer::default(), dx: Buffer::default() }
        }
    }

    macro_rules! train {
        ($Dense:ident as $Plan:ident, $layer:ident => $bias:expr, $dy:ident $grad:ident => $bias_gradient:expr) => {
            impl<const I: usize, const O: usize> Train<Vector<I>> for $Dense<I, O> {
                type Cache = DenseCache<Vector<I>, Vector<O>>;
                fn forward<'a>(
                    &self,
                    _: &$Plan,
                    x: &'a [Vector<I>],
                    c: &'a mut Self::Cache,
                    _: &mut Pass,
                ) -> &'a [Vector<O>] {
                    c.y.resize(x.len());
                    let $layer = self;
                    kernels::forward(columns(&self.kernel), $bias, view(x), view_mut(&mut c.y));
                    &c.y
                }
                fn output<'a>(_: &'a [Vector<I>], c: &'a Self::Cache) -> &'a [Vector<O>] {
                    &c.y
                }
                fn backward<'a>(
                    &self,
                    _: &$Plan,
                    x: &[Vector<I>],
                    dy: &'a mut [Vector<O>],
                    c: &'a mut Self::Cache,
                    grad: &mut Self,
                    pass: &mut Pass,
                ) -> &'a mut [Vector<I>] {
                    let ($dy, $grad) = (view(dy), grad);
                    kernels::weight_gradient(view(x), $dy, columns_mut(&mut $grad.kernel));
                    $bias_gradient;
                    if pass.wanted {
                        c.dx.resize(x.len());
                        kernels::input_gradient(columns(&self.kernel), view(dy), view_mut(&mut c.dx));
                    } else {
                        c.dx.resize(0);
                    }
                    &mut c.dx
                }
            }
        };
    }
    train!(
        Dense as DensePlan,
        layer => Some(view_one(&layer.bias)),
        dy grad => kernels::bias_gradient::<O>(dy, view_one_mut(&mut grad.bias))
    );
    train!(DenseNoBias as DenseNoBiasPlan, _layer => None, dy grad => drop((dy, grad)));
}
