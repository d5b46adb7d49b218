use crate::contract::layer::Layer;
use crate::contract::layer::Other;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::layers::bias::{Bias, UseBias};
use crate::memory::view::columns;
use crate::regularizers::Regularizer;
use crate::shape::sample::Vector;
use crate::text::Text;
use nalgebra::SMatrix;

/// A fully connected layer: `y = xᵀ · kernel + bias`.
///
/// - Input: `Vector<I>`; output: `Vector<O>`. Parameters: a kernel of `(I, O)`, Glorot uniform initially, and a bias of
///   `O`, zeros.
/// - `B`: [`Bias`] by default; a `Dense<I, O, NoBias>` has no bias, as before a [`BatchNorm`](crate::BatchNorm).
///
/// ```
/// use taut::prelude::*;
/// let dense = Dense::<2, 3> { kernel: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into(), bias: [0.5, 0.0, 0.0].into() };
/// let mut y = Vector::ZERO;
/// assert_eq!(dense.predict(&Vector::new([1.0, 10.0]), &mut y).values(), [41.5, 52.0, 63.0]);
/// network! { type Net: Vector<4> = (Dense<4, 8, NoBias>, BatchNorm<8>, Relu, Dense<8, 1>); }
/// ```
///
/// See <https://keras.io/api/layers/core_layers/dense/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Dense<const I: usize, const O: usize, B: UseBias = Bias> {
    /// The kernel, column-major: the weights of one input are contiguous, as in Keras's `(I, O)` kernel.
    pub kernel: SMatrix<f32, O, I>,
    /// One number per output; [`NoBias`](crate::NoBias) in a layer without a bias.
    pub bias: B::Tensor<O>,
}
crate::params!(
    [const I: usize, const O: usize, B: UseBias] Dense<I, O, B> as Dense<1, 1>,
    Text::new("Dense<").number(I).push(b", ").number(O).push(B::IN_NAME[0]).push(b">")
        => Text::new("Dense").push(B::WORD).sizes(&[I, O]),
    { kernel: Kernel, bias: Bias } as DenseOptions<B>, custom fold
);
// The weights of all outputs alternate.
crate::contract::fold::absorbs_batch_norm! {
    [const I: usize, const O: usize, B: UseBias]
    Dense<I, O, B>, B, Dense<I, O>, 1
}

impl<const I: usize, const O: usize, B: UseBias> Layer<Vector<I>> for Dense<I, O, B> {
    type Y = Vector<O>;
    type Scratch = Vector<O>;
    type Place = Other;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Vector<I>, y: &'a mut Vector<O>) -> &'a Vector<O> {
        kernels::infer(columns(&self.kernel), B::array(&self.bias), x.as_array(), y.as_array_mut());
        y
    }
}

/// The training options of a [`Dense`].
///
/// ```
/// use taut::{DenseOptions, initializers::HeNormal, prelude::*};
/// let mut hidden: DenseOptions = DenseOptions { activity_regularizer: L1(1e-4).into(), ..DenseOptions::default() };
/// hidden.kernel.initializer = HeNormal.into();
/// hidden.bias.frozen = true;
/// let model = Model::<Vector<4>, (Dense<4, 8>, Relu, Dense<8, 3>)>::new(1).layers(|net| net.0 = hidden);
/// assert_eq!(model.summary().trainable(), 4 * 8 + 8 * 3 + 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct DenseOptions<B: UseBias = Bias> {
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
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::memory::heap::Buffer;
    use crate::memory::view::{columns_mut, view, view_mut};

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

    impl<const I: usize, const O: usize, B: UseBias> Train<Vector<I>> for Dense<I, O, B> {
        type Cache = DenseCache<I, O>;
        const CACHE: usize = size_of::<Vector<I>>() + size_of::<Vector<O>>();
        fn forward<'a>(
            &self,
            _: &DenseOptions<B>,
            x: &'a [Vector<I>],
            c: &'a mut Self::Cache,
            _: &mut Context,
        ) -> &'a [Vector<O>] {
            let y = view_mut(c.y.resize(x.len()));
            kernels::forward(columns(&self.kernel), B::array(&self.bias), view(x), y);
            &c.y
        }
        fn output<'a>(_: &'a [Vector<I>], c: &'a Self::Cache) -> &'a [Vector<O>] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &DenseOptions<B>,
            x: &[Vector<I>],
            dy: &'a mut [Vector<O>],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [Vector<I>] {
            if let Some(dbias) = B::array_mut(&mut grad.bias) {
                kernels::bias_gradient::<O>(view(dy), dbias);
            }
            // The gradient of the input before the step, which changes the weights.
            c.dx.resize(if context.needs_input_grad { dy.len() } else { 0 });
            if context.needs_input_grad {
                kernels::input_gradient(columns(&self.kernel), view(dy), view_mut(&mut c.dx));
            }
            let (w, g) = (&mut self.kernel, &mut grad.kernel);
            step.apply(&options.kernel, (0, |layer| &mut layer.kernel), w, g, |dw, update| {
                kernels::weight_gradient_and_update(view(x), view(dy), columns_mut(dw), update);
            });
            &mut c.dx
        }
    }
}
