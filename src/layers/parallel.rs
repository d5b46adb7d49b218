use crate::contract::layer::{Arch, Layer, Private, either};
use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::layers::pair::pair;
use crate::memory::plain::Floats;
use crate::memory::step_mask::StepMask;
use crate::shape::join::Join;
use crate::shape::sample::Sample;
use crate::text::Text;

/// `(a(x), b(x))`: the outputs of two layers or tuples of layers for the same input, concatenated along the last axis.
///
/// - Input: that of both layers; output: a `Vector` as long as both outputs together, which the compiler counts, or an
///   `Image` or a `Sequence` with the channels of both and otherwise equal axes. The layers are the fields 0 and 1, and
///   the options are those of both.
///
/// With [`Linear`](crate::Linear) as one of the layers, the output includes the input.
///
/// ```
/// use taut::{layers::{Linear, Parallel}, prelude::*};
/// network! {
///     type Net: Vector<4> = (
///         Parallel<Linear, (Dense<4, 12>, Relu)>,
///         Dense<16, 3>,
///         Softmax,
///     );
/// }
/// network! { type Images: Image<8, 8, 3> = (Parallel<Linear, BatchNorm<3>>, BatchNorm<6>, Flatten, Dense<384, 10>); }
/// let mut scratch = Budget::<_, Parallel<Relu, Linear>>::scratch();
/// let y = *Parallel(Relu, Linear).predict(&Vector::new([-1.0, 2.0]), &mut scratch);
/// assert_eq!(y.values(), [0.0, 2.0, -1.0, 2.0]);
/// ```
///
/// In Keras it is a `Concatenate` of the functional API, <https://keras.io/api/layers/merging_layers/concatenate/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Parallel<A, B>(
    /// The layer whose output comes first.
    pub A,
    /// The layer whose output comes second.
    pub B,
);
pair!(Parallel<A, B>);

impl<A: Arch, B: Arch> Arch for Parallel<A, B> {
    const NAME: &'static Text =
        &Text::new("Parallel<").push(A::NAME.bytes()).push(b", ").push(B::NAME.bytes()).push(b">");
    const IDENTITY: &'static Text = &Text::new("Parallel<")
        .push(A::IDENTITY.bytes_or_unit())
        .push(b", ")
        .push(B::IDENTITY.bytes_or_unit())
        .push(b">");
    const PARAMS: usize = A::PARAMS + B::PARAMS;
    const BYTES: usize = A::BYTES + B::BYTES;
    const FLOATS: bool = A::FLOATS && B::FLOATS;
    const FLAW: u8 = either(A::FLAW, B::FLAW);
}

/// Interleaves the rows of `a` and `b`.
#[inline]
fn join<A: Join<B>, B: Sample>(a: &A, b: &B, y: &mut A::V) {
    // The table of sizes begins with 1: no row is empty.
    let (first, second) = A::RUNS;
    // Chunks that are zipped are counted, by a division that could panic in code for the smallest size.
    let (mut a, mut b) = (a.values().chunks_exact(first), b.values().chunks_exact(second));
    for y in y.values_mut().chunks_exact_mut(first + second) {
        let (Some(a), Some(b)) = (a.next(), b.next()) else { break };
        y.iter_mut().zip(a).for_each(|(y, a)| *y = *a);
        y.iter_mut().skip(first).zip(b).for_each(|(y, b)| *y = *b);
    }
}

impl<X: Sample, A: Layer<X>, B: Layer<X, Y: Sample>> Layer<X> for Parallel<A, B>
where
    A::Y: Join<B::Y>,
{
    type Y = <A::Y as Join<B::Y>>::V;
    type Scratch = (A::Scratch, B::Scratch, Self::Y);
    type Place = Private;
    const MACS: usize = A::MACS + B::MACS;
    const OUTPUTS: OutputKind = {
        // What each of them checks.
        let _ = (A::OUTPUTS, B::OUTPUTS);
        OutputKind::AnyNumbers
    };
    const MASK: MaskRule = A::MASK.beside(B::MASK);
    const USES_MASK: bool = true;
    #[inline]
    fn infer<'a>(&self, x: &'a X, work: &'a mut Self::Scratch) -> &'a Self::Y {
        self.infer_masked(x, StepMask::NONE, work)
    }
    #[inline]
    fn infer_masked<'a>(&self, x: &'a X, mask: StepMask<'_>, (a, b, y): &'a mut Self::Scratch) -> &'a Self::Y {
        join(self.0.infer_masked(x, mask, a), self.1.infer_masked(x, mask, b), y);
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::Params;
    use crate::contract::train::{Context, Train, backward, forward};
    use crate::kernels;
    use crate::layers::pair::{params_of_two, train_of_two};
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut};

    impl<A: Params, B: Params> Params for Parallel<A, B> {
        type Options = (A::Options, B::Options);
        type Kind = crate::contract::outputs::Undeclared;
        params_of_two!(0: A, 1: B);
    }

    /// The caches of both layers, the outputs, and the gradients of both outputs.
    #[derive(Debug)]
    pub struct ParallelCache<C, D, P, Q, Y> {
        inner: (C, D),
        y: Buffer<Y>,
        dy: (Buffer<P>, Buffer<Q>),
    }

    impl<C: Default, D: Default, P, Q, Y> Default for ParallelCache<C, D, P, Q, Y> {
        fn default() -> Self {
            ParallelCache { inner: Default::default(), y: Buffer::default(), dy: Default::default() }
        }
    }

    impl<C, D, P: Sample, Q: Sample, Y: Sample> ParallelCache<C, D, P, Q, Y> {
        /// Splits the gradients of the outputs.
        fn cut(&mut self, dy: &[Y])
        where
            P: Join<Q>,
        {
            let (a, b) = (flat_mut(self.dy.0.resize(dy.len())), flat_mut(self.dy.1.resize(dy.len())));
            let (first, second) = P::RUNS;
            for ((dy, a), b) in
                flat(dy).chunks_exact(first + second).zip(a.chunks_exact_mut(first)).zip(b.chunks_exact_mut(second))
            {
                a.copy_from_slice(&dy[..first]);
                b.copy_from_slice(&dy[first..]);
            }
        }
    }

    impl<X: Sample, A: Train<X>, B: Train<X> + Layer<X, Y: Sample>> Train<X> for Parallel<A, B>
    where
        A::Y: Join<B::Y>,
    {
        type Cache = ParallelCache<A::Cache, B::Cache, A::Y, B::Y, Self::Y>;
        const CACHE: usize = A::CACHE + B::CACHE + 2 * (size_of::<A::Y>() + size_of::<B::Y>());
        fn forward<'a>(
            &self,
            options: &Self::Options,
            x: &'a [X],
            c: &'a mut Self::Cache,
            context: &mut Context,
        ) -> &'a [Self::Y] {
            let mask = context.mask.clone();
            let a = forward(&self.0, &options.0, x, &mut c.inner.0, context);
            context.mask = mask;
            let b = forward(&self.1, &options.1, x, &mut c.inner.1, context);
            for ((a, b), y) in a.iter().zip(b).zip(c.y.resize(x.len())) {
                join(a, b, y);
            }
            &c.y
        }
        fn output<'a>(_: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y] {
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
            c.cut(dy);
            let (dy, inner) = (&mut c.dy, &mut c.inner);
            let part = &mut step.of(0, |layer| &mut layer.0);
            let da = backward(&mut self.0, &options.0, x, &mut dy.0, &mut inner.0, &mut grad.0, part, context);
            context.needs_input_grad = needs_input_grad;
            let part = &mut step.of(A::TENSORS, |layer| &mut layer.1);
            let db = backward(&mut self.1, &options.1, x, &mut dy.1, &mut inner.1, &mut grad.1, part, context);
            kernels::add_batch(flat_mut(da), 1.0, flat(db));
            da
        }
        train_of_two!(0: A, 1: B);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::embed::{Embed, File};
    use crate::layers::linear::Linear;
    use crate::layers::prelu::PRelu;
    use crate::layers::rescaling::Rescaling;
    use crate::layers::residual::Residual;

    #[test]
    fn parameters_lie_one_behind_the_other() {
        struct Numbers;
        impl File for Numbers {
            const BYTES: &'static [u8] = &[0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40];
            const OFFSET: usize = 0;
        }
        type Net = Parallel<Residual<Rescaling>, PRelu<1>>;
        const NET: Net = <Net as Embed<Numbers>>::VALUE;
        assert_eq!(NET, Parallel(Residual(Rescaling::new(1.0, 2.0), Linear), PRelu { alpha: [3.0].into() }));
        assert_eq!(Net::NAME.as_str(), "Parallel<Residual<Rescaling>, PRelu<1>>");
        assert_eq!(Net::PARAMS, 3);
    }
}
