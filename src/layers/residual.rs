use crate::embed::{Embed, File};
#[cfg(feature = "train")]
use crate::fold::Norm;
use crate::fold::{Answer, Fold, No};
use crate::kernels;
use crate::layer::{Arch, Layer};
use crate::params::place::Own;
use crate::sample::Sample;
use crate::text::Text;

/// `x + f(x)`, where `f` is a layer or a tuple of layers whose output is as its input: gradients reach what is before it unhindered.
///
/// - Input and output: what `f` takes and gives. It is reached as the field 0, and its plan is that of `f`.
///
/// ```
/// use taut::prelude::*;
/// network! {
///     type Net: Vector<4> = (
///         Dense<4, 16>,
///         Residual<(LayerNorm<16>, Dense<16, 32>, Gelu, Dense<32, 16>)>,
///         Dense<16, 3>,
///         Softmax,
///     );
/// }
/// let model = Model::<Vector<4>, Net>::new(1).layers(|net| net.1.1.kernel.regularizer = L2(0.01).into());
/// assert_eq!(model.net().1.0.1.bias[0], 0.0);
/// ```
///
/// In Keras it is an `Add` of the functional API, <https://keras.io/api/layers/merging_layers/add/>; see K. He et al., *Deep Residual
/// Learning for Image Recognition*, 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(transparent)]
pub struct Residual<F>(
    /// What is added to its input.
    pub F,
);

impl<F: Arch> Arch for Residual<F> {
    const NAME: &'static Text = &Text::new("Residual<").push(F::NAME.bytes()).push(b">");
    const PARAMS: usize = F::PARAMS;
    const BYTES: usize = F::BYTES;
    const FLOATS: bool = F::FLOATS;
    const EXISTS: bool = F::EXISTS;
}

impl<Bytes: File, F: Embed<Bytes>> Embed<Bytes> for Residual<F> {
    const VALUE: Self = Residual(F::VALUE);
}

impl<F: Fold> Fold for Residual<F> {
    type Starts = No;
    type Absorbs = No;
    type As<Before: Answer, After: Answer> = Residual<F::As<No, No>>;
    #[cfg(feature = "train")]
    fn fold_to<Before: Answer, After: Answer>(&self, _: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
        self.0.fold_to::<No, No>(None, &mut to.0);
    }
}

impl<X: Sample, F: Layer<X, Y = X>> Layer<X> for Residual<F> {
    type Y = X;
    type Work = (F::Work, X);
    type Place = Own;
    const MACS: usize = F::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a X, (work, y): &'a mut Self::Work) -> &'a X {
        let added = self.0.infer(x, work);
        kernels::zip3(&|_, x, added| x + added, y.values_mut(), x.values(), added.values());
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::Regularizer;
    use crate::params::{Buffer, flat, flat_mut};
    use crate::train::{Params, Pass, Row, Slot, Step, Tensor, Train, Visitor, forward, regularize};

    impl<F: Params> Params for Residual<F> {
        type Plan = F::Plan;
        fn visit<const K: usize>(plan: &F::Plan, values: [&mut Self; K], f: &mut Visitor<K>) {
            F::visit(plan, values.map(|value| &mut value.0), f);
        }
        fn read(&self, plan: &F::Plan, f: &mut dyn FnMut(&Tensor, &Slot, &[f32])) {
            self.0.read(plan, f);
        }
        // That of the plan is applied inside.
        fn activity_regularizer(_: &F::Plan) -> &Regularizer {
            Regularizer::NONE
        }
    }

    /// What is added leaves its own, and the outputs, and the gradient of them.
    #[derive(Debug)]
    pub struct ResidualCache<C, X> {
        inner: C,
        y: Buffer<X>,
        dy: Buffer<X>,
    }

    impl<C: Default, X> Default for ResidualCache<C, X> {
        fn default() -> Self {
            ResidualCache { inner: C::default(), y: Buffer::default(), dy: Buffer::default() }
        }
    }

    /// Adds the gradient of the outputs, of which there is a copy, to that of what is added, if that is wanted.
    fn add<'a, X: Sample>(dx: &'a mut [X], dy: &[X]) -> &'a mut [X] {
        kernels::add_scaled(flat_mut(dx), 1.0, flat(dy));
        dx
    }

    impl<X: Sample, F: Train<X> + Layer<X, Y = X>> Train<X> for Residual<F> {
        type Cache = ResidualCache<F::Cache, X>;
        const CACHE: usize = F::CACHE + 2 * size_of::<X>();
        fn forward<'a>(&self, plan: &F::Plan, x: &'a [X], c: &'a mut Self::Cache, pass: &mut Pass) -> &'a [X] {
            let added = forward(&self.0, plan, x, &mut c.inner, pass);
            c.y.resize(x.len());
            kernels::zip3(&|_, x, added| x + added, flat_mut(&mut c.y), flat(x), flat(added));
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [X] {
            &c.y
        }
        fn backward<'a>(
            &self,
            plan: &F::Plan,
            x: &[X],
            dy: &'a mut [X],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            pass: &mut Pass,
        ) -> &'a mut [X] {
            c.dy.resize(dy.len()).copy_from_slice(dy);
            regularize::<_, F>(plan, x, dy, &c.inner);
            add(self.0.backward(plan, x, dy, &mut c.inner, &mut grad.0, pass), &c.dy)
        }
        fn backward_and_step<'a>(
            &mut self,
            plan: &F::Plan,
            x: &[X],
            dy: &'a mut [X],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            pass: &mut Pass,
        ) -> &'a mut [X] {
            c.dy.resize(dy.len()).copy_from_slice(dy);
            regularize::<_, F>(plan, x, dy, &c.inner);
            let mut step = step.of(|layer| &mut layer.0);
            add(self.0.backward_and_step(plan, x, dy, &mut c.inner, &mut grad.0, &mut step, pass), &c.dy)
        }
        fn describe(plan: &F::Plan, place: &str, rows: &mut Vec<Row>) {
            F::describe(plan, &format!("{place}.0"), rows);
        }
    }
}
