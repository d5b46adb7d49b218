use crate::contract::layer::Layer;
use crate::contract::layer::Other;
use crate::contract::train::TensorOptions;
use crate::kernels;
use crate::memory::view::{columns, view_one};
use crate::regularizers::Regularizer;
use crate::shape::sample::Vector;
use nalgebra::{SMatrix, SVector};

/// A fully connected layer: `y = xᵀ · kernel + bias`.
///
/// - Input: `Vector<I>`; output: `Vector<O>`. Parameters: a kernel of `(I, O)`, Glorot uniform initially, and a bias of
///   `O`, zeros.
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
    /// The kernel, column-major: the weights of one input are contiguous, as in Keras's `(I, O)` kernel.
    pub kernel: SMatrix<f32, O, I>,
    /// One number per output.
    pub bias: SVector<f32, O>,
}
crate::params!(Dense<I, O> { kernel: Kernel, bias: Bias } as DenseOptions, custom fold);

impl<const I: usize, const O: usize> Layer<Vector<I>> for Dense<I, O> {
    type Y = Vector<O>;
    type Scratch = Vector<O>;
    type Place = Other;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<I>, y: &'a mut Vector<O>) -> &'a Vector<O> {
        kernels::infer(columns(&self.kernel), Some(view_one(&self.bias)), x.as_array(), y.as_array_mut());
        y
    }
}

/// A fully connected layer without a bias: `y = xᵀ · kernel`. Otherwise equal to [`Dense`].
///
/// ```
/// use taut::{layers::DenseNoBias, prelude::*};
/// network! { type Net: Vector<4> = (DenseNoBias<4, 8>, BatchNorm<8>, Relu, Dense<8, 1>); }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct DenseNoBias<const I: usize, const O: usize> {
    /// The kernel, column-major as in [`Dense`].
    pub kernel: SMatrix<f32, O, I>,
}
crate::params!(DenseNoBias<I, O> { kernel: Kernel } as DenseNoBiasOptions, custom fold);

impl<const I: usize, const O: usize> Layer<Vector<I>> for DenseNoBias<I, O> {
    type Y = Vector<O>;
    type Scratch = Vector<O>;
    type Place = Other;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<I>, y: &'a mut Vector<O>) -> &'a Vector<O> {
        kernels::infer(columns(&self.kernel), None, x.as_array(), y.as_array_mut());
        y
    }
}

crate::contract::fold::absorbs_batch_norm!([const I: usize, const O: usize] Dense<I, O>, 1, DenseNoBias<I, O>);

/// The training options of a [`Dense`].
#[derive(Clone, Debug, Default)]
pub struct DenseOptions {
    /// The options of the kernel.
    pub kernel: TensorOptions,
    /// The options of the bias.
    pub bias: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

/// The training options of a [`DenseNoBias`].
#[derive(Clone, Debug, Default)]
pub struct DenseNoBiasOptions {
    /// The options of the kernel.
    pub kernel: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::train::{Context, Step, Train};
    use crate::memory::heap::Buffer;
    use crate::memory::view::{columns_mut, view, view_mut, view_one_mut};

    /// The outputs of a dense layer, and the gradients of its inputs.
    #[derive(Debug)]
    pub struct DenseCache<const I: usize, const O: usize> {
        y: Buffer<Vector<O>>,
        dx: Buffer<Vector<I>>,
    }

    impl<const I: usize, const O: usize> Default for DenseCache<I, O> {
        fn default() -> Self {
            DenseCache { y: Buffer::default(), dx: Buffer::default() }
        }
    }

    impl<const I: usize, const O: usize> DenseCache<I, O> {
        fn forward(&mut self, w: &[[f32; O]; I], bias: Option<&[f32; O]>, x: &[Vector<I>]) -> &[Vector<O>] {
            kernels::forward(w, bias, view(x), view_mut(self.y.resize(x.len())));
            &self.y
        }

        fn input_gradient(&mut self, w: &[[f32; O]; I], dy: &[Vector<O>], needs_input_grad: bool) {
            self.dx.resize(if needs_input_grad { dy.len() } else { 0 });
            if needs_input_grad {
                kernels::input_gradient(w, view(dy), view_mut(&mut self.dx));
            }
        }

        /// The kernel's gradient and its step, and the gradient of the input; `part` reaches the layer's kernel.
        fn backward<L>(
            &mut self,
            (kernel, grad): (&mut SMatrix<f32, O, I>, &mut SMatrix<f32, O, I>),
            (x, dy): (&[Vector<I>], &[Vector<O>]),
            tensor_options: &TensorOptions,
            step: &mut Step<'_, L>,
            part: fn(&mut L) -> &mut SMatrix<f32, O, I>,
            needs_input_grad: bool,
        ) -> &mut [Vector<I>] {
            // The input's gradient first: it is that of the weights before the step.
            self.input_gradient(columns(kernel), dy, needs_input_grad);
            step.make(tensor_options, (0, part), kernel, grad, |dw, update| {
                kernels::weight_gradient_and_update(view(x), view(dy), columns_mut(dw), update);
            });
            &mut self.dx
        }
    }

    impl<const I: usize, const O: usize> Train<Vector<I>> for Dense<I, O> {
        type Cache = DenseCache<I, O>;
        const CACHE: usize = size_of::<Vector<I>>() + size_of::<Vector<O>>();
        fn forward<'a>(
            &self,
            _: &DenseOptions,
            x: &'a [Vector<I>],
            c: &'a mut Self::Cache,
            _: &mut Context,
        ) -> &'a [Vector<O>] {
            c.forward(columns(&self.kernel), Some(view_one(&self.bias)), x)
        }
        fn output<'a>(_: &'a [Vector<I>], c: &'a Self::Cache) -> &'a [Vector<O>] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &DenseOptions,
            x: &[Vector<I>],
            dy: &'a mut [Vector<O>],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [Vector<I>] {
            kernels::bias_gradient::<O>(view(dy), view_one_mut(&mut grad.bias));
            let kernels = (&mut self.kernel, &mut grad.kernel);
            c.backward(kernels, (x, dy), &options.kernel, step, |layer| &mut layer.kernel, context.needs_input_grad)
        }
    }

    impl<const I: usize, const O: usize> Train<Vector<I>> for DenseNoBias<I, O> {
        type Cache = DenseCache<I, O>;
        const CACHE: usize = size_of::<Vector<I>>() + size_of::<Vector<O>>();
        fn forward<'a>(
            &self,
            _: &DenseNoBiasOptions,
            x: &'a [Vector<I>],
            c: &'a mut Self::Cache,
            _: &mut Context,
        ) -> &'a [Vector<O>] {
            c.forward(columns(&self.kernel), None, x)
        }
        fn output<'a>(_: &'a [Vector<I>], c: &'a Self::Cache) -> &'a [Vector<O>] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &DenseNoBiasOptions,
            x: &[Vector<I>],
            dy: &'a mut [Vector<O>],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [Vector<I>] {
            let kernels = (&mut self.kernel, &mut grad.kernel);
            c.backward(kernels, (x, dy), &options.kernel, step, |layer| &mut layer.kernel, context.needs_input_grad)
        }
    }
}
