use crate::contract::layer::{Arch, Layer, MayOverwrite, Place, Private, either};
use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::kernels;
use crate::layers::linear::Linear;
use crate::layers::pair::pair;
use crate::memory::areas::Output;
use crate::memory::plain::Floats;
use crate::memory::step_mask::StepMask;
use crate::shape::join::SameShape;
use crate::shape::sample::Sample;
use crate::text::Text;

/// `p(x) + f(x)`, where `f` and `p` are layers or tuples of layers, so that gradients bypass `f`. The projection `p` is
/// the identity by default: `x + f(x)`.
///
/// - Input and output: those of both layers, which must be equal. The layers are the fields 0 and 1, and the options
///   are those of both.
///
/// ```
/// use taut::prelude::*;
/// network! {
///     type Net: Vector<4> = (
///         Residual<(Dense<4, 32>, Gelu, Dense<32, 16>), Dense<4, 16>>,
///         Residual<(LayerNorm<16>, Dense<16, 32>, Gelu, Dense<32, 16>)>,
///         Dense<16, 3>,
///         Softmax,
///     );
/// }
/// let model = Model::<Vector<4>, Net>::new(1).layers(|net| net.0.1.kernel.regularizer = L2(0.01).into());
/// assert_eq!(model.net().1.0.1.bias[0], 0.0);
/// ```
///
/// In Keras, an `Add` of the functional API, <https://keras.io/api/layers/merging_layers/add/>; see K. He et al., *Deep
/// Residual Learning for Image Recognition*, 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Residual<F, P = Linear>(
    /// The layer `f`.
    pub F,
    /// The projection `p`.
    pub P,
);
pair!(Residual<F, P>);

impl<F: Arch, P: Arch> Arch for Residual<F, P> {
    const NAME: &'static Text = {
        let text = Text::new("Residual<").push(F::NAME.bytes());
        let projected = P::PARAMS > 0 || !crate::io::format::same(P::NAME.bytes(), Linear::NAME.bytes());
        &if projected { text.push(b", ").push(P::NAME.bytes()).push(b">") } else { text.push(b">") }
    };
    const IDENTITY: &'static Text = {
        let text = Text::new("Residual<").push(F::IDENTITY.bytes_or_unit());
        &if P::IDENTITY.is_empty() { text } else { text.push(b", ").push(P::IDENTITY.bytes()) }.push(b">")
    };
    const PARAMS: usize = F::PARAMS + P::PARAMS;
    const BYTES: usize = F::BYTES + P::BYTES;
    const FLOATS: bool = F::FLOATS && P::FLOATS;
    const FLAW: u8 = either(F::FLAW, P::FLAW);
}

/// Whether the output of the layer may be overwritten.
type AloneOf<F, X> = <<F as Layer<X>>::Place as Place<F, X>>::Alone;

impl<X: Sample, F: Layer<X, Y: Sample>, P: Layer<X>> Layer<X> for Residual<F, P>
where
    P::Y: SameShape<F::Y>,
{
    type Y = F::Y;
    type Scratch = (F::Scratch, P::Scratch, <AloneOf<F, X> as MayOverwrite>::Spare<F::Y>);
    type Place = Private;
    const MACS: usize = F::MACS + P::MACS;
    const OUTPUTS: OutputKind = {
        // What each of them checks.
        let _ = (F::OUTPUTS, P::OUTPUTS);
        OutputKind::AnyNumbers
    };
    const MASK: MaskRule = F::MASK.beside(P::MASK);
    const USES_MASK: bool = true;
    #[inline]
    fn infer<'a>(&self, x: &'a X, work: &'a mut Self::Scratch) -> &'a F::Y {
        self.infer_masked(x, StepMask::NONE, work)
    }
    #[inline]
    fn infer_masked<'a>(&self, x: &'a X, mask: StepMask<'a>, (f, p, y): &'a mut Self::Scratch) -> &'a F::Y {
        let (added, to) =
            (<F::Place as Place<F, X>>::infer_alone(&self.0, x, mask, f), self.1.infer_masked(x, mask, p));
        match (added, AloneOf::<F, X>::spare(y)) {
            (Output::Own(y), _) => {
                kernels::zip(&|added, to| to + added, y.values_mut(), to.values());
                y
            }
            (Output::Read(added), Some(y)) => {
                kernels::zip3(&|_, to, added| to + added, y.values_mut(), to.values(), added.values());
                y
            }
            (Output::Read(added), None) => {
                debug_assert!(false, "there is memory for the sum of what may not be changed");
                added
            }
        }
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::Params;
    use crate::contract::train::{Context, Train, backward, forward};
    use crate::layers::pair::{params_of_two, train_of_two};
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut};

    impl<F: Params, P: Params> Params for Residual<F, P> {
        type Options = (F::Options, P::Options);
        type Kind = crate::contract::outputs::Undeclared;
        params_of_two!(0: F, 1: P);
    }

    /// The caches of both layers, the outputs, and the gradient of the projection.
    #[derive(Debug)]
    pub struct ResidualCache<C, D, Y, P> {
        inner: (C, D),
        y: Buffer<Y>,
        dy: Buffer<P>,
    }

    impl<C: Default, D: Default, Y, P> Default for ResidualCache<C, D, Y, P> {
        fn default() -> Self {
            ResidualCache { inner: Default::default(), y: Buffer::default(), dy: Buffer::default() }
        }
    }

    impl<X: Sample, F: Train<X> + Layer<X, Y: Sample>, P: Train<X>> Train<X> for Residual<F, P>
    where
        P::Y: SameShape<F::Y>,
    {
        type Cache = ResidualCache<F::Cache, P::Cache, F::Y, P::Y>;
        const CACHE: usize = F::CACHE + P::CACHE + 2 * size_of::<F::Y>();
        fn forward<'a>(
            &self,
            options: &Self::Options,
            x: &'a [X],
            c: &'a mut Self::Cache,
            context: &mut Context,
        ) -> &'a [F::Y] {
            let mask = context.mask.clone();
            let added = forward(&self.0, &options.0, x, &mut c.inner.0, context);
            context.mask = mask;
            let to = forward(&self.1, &options.1, x, &mut c.inner.1, context);
            c.y.resize(x.len());
            kernels::zip3_batch(&|_, to, added| to + added, flat_mut(&mut c.y), flat(to), flat(added));
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [F::Y] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &Self::Options,
            x: &[X],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [X] {
            let needs_input_grad = context.needs_input_grad;
            flat_mut(c.dy.resize(dy.len())).copy_from_slice(flat(dy));
            let part = &mut step.of(0, |layer| &mut layer.0);
            let df = backward(&mut self.0, &options.0, x, dy, &mut c.inner.0, &mut grad.0, part, context);
            context.needs_input_grad = needs_input_grad;
            let part = &mut step.of(F::TENSORS, |layer| &mut layer.1);
            let dp = backward(&mut self.1, &options.1, x, &mut c.dy, &mut c.inner.1, &mut grad.1, part, context);
            kernels::add_batch(flat_mut(df), 1.0, flat(dp));
            df
        }
        train_of_two!(0: F, 1: P);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::budget::Budget;
    use crate::layers::dense::Dense;
    use crate::layers::flatten::Flatten;
    use crate::layers::relu::Relu;
    use crate::layers::tanh::Tanh;
    use crate::memory::plain::zeroed;
    use crate::shape::sample::Vector;
    use nalgebra::{SMatrix, SVector};

    /// Of layers whose output may be changed, because it lies in their memory, and of others.
    #[test]
    fn what_is_added_may_lie_anywhere() {
        let dense = |start: f32| Dense::<3, 3> {
            kernel: SMatrix::from_fn(|o, i| start + (o * 5 + i * 3) as f32 / 7.0),
            bias: SVector::from_fn(|o, _| start - o as f32),
        };
        fn check<F: Layer<Vector<3>, Y = Vector<3>>>(f: F, name: &str) {
            let x = Vector::new([0.5, -1.5, 2.0]);
            let expected = f.infer(&x, &mut zeroed()).0 + x.0;
            let added = Residual(f, Linear);
            let mut work = zeroed();
            added.infer(&Vector::new([9.0; 3]), &mut work);
            assert_eq!(added.infer(&x, &mut work).0, expected, "{name}");
        }
        check(dense(0.1), "a dense layer");
        check(Relu, "an activation");
        check(Linear, "the input itself");
        check((dense(0.1), Relu, dense(-0.3)), "a network that ends in memory of its own");
        check((Flatten,), "a network that returns its input");
        check(Residual((dense(0.1), Tanh), dense(0.2)), "another residual");
        check((dense(0.1), Residual(dense(-0.1), Linear)), "a network that ends in one");
    }

    #[test]
    fn the_name_tells_a_projection() {
        assert_eq!(Residual::<Dense<3, 3>>::NAME.as_str(), "Residual<Dense<3, 3>>");
        assert_eq!(Residual::<Dense<3, 2>, Dense<3, 2>>::NAME.as_str(), "Residual<Dense<3, 2>, Dense<3, 2>>");
        type Cost = Budget<Vector<3>, Residual<Dense<3, 3>>>;
        assert_eq!((Cost::FLASH, Cost::SCRATCH), (48, 12));
    }
}
