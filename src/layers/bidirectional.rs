use crate::contract::embed::{After, Embed, File};
use crate::contract::fold::{Bool, False, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
use crate::contract::layer::Private;
use crate::contract::layer::{Arch, Layer};
use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::memory::plain::Floats;
use crate::memory::plain::Zeroed;
use crate::memory::step_mask::StepMask;
use crate::shape::join::DoubleChannels;
use crate::shape::sample::{Sample, Sequence};
use crate::text::Text;

/// Two recurrent layers, one of which reads a sequence forward and the other backward; their outputs are concatenated.
///
/// - Input: `Sequence<T, C>`; output: a `Vector<2·U>` of layers that return a `Vector<U>`, or a `Sequence<T, 2·U>` of
///   layers that return a `Sequence<T, U>`. The layers and their options are the fields `forward` and `backward`.
///
/// ```
/// use taut::{layers::{Bidirectional, ReturnSequence}, prelude::*};
/// network! {
///     type Net: Sequence<20, 3> = (
///         Bidirectional<Gru<3, 8, ReturnSequence>>,
///         Bidirectional<Lstm<16, 8>>,
///         Dense<16, 2>,
///         Softmax,
///     );
/// }
/// let model = Model::<Sequence<20, 3>, Net>::new(1).layers(|net| net.1.backward.kernel.regularizer = L2(0.01).into());
/// let [first, last] = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]].map(|x| Sequence(x.map(|x| [x])));
/// let mut both = Model::<Sequence<3, 1>, Bidirectional<Gru<1, 4>>>::new(1);
/// both.net_mut().backward = both.net().forward.clone();
/// assert_eq!(both.predict(&first).values()[..4], both.predict(&last).values()[4..]);
/// ```
///
/// See <https://keras.io/api/layers/recurrent_layers/bidirectional/> and M. Schuster and K. Paliwal, *Bidirectional
/// Recurrent Neural Networks*, 1997.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Bidirectional<L> {
    /// The layer that reads from the first step to the last.
    pub forward: L,
    /// The layer that reads from the last step to the first.
    pub backward: L,
}
crate::zeroed!([L: Zeroed] Bidirectional<L> { forward, backward });

impl<L: Arch> Arch for Bidirectional<L> {
    const NAME: &'static Text = &Text::new("Bidirectional<").push(L::NAME.bytes()).push(b">");
    const IDENTITY: &'static Text = &Text::new("Bidirectional<").push(L::IDENTITY.bytes_or_unit()).push(b">");
    const PARAMS: usize = 2 * L::PARAMS;
    const BYTES: usize = 2 * L::BYTES;
    const FLOATS: bool = L::FLOATS;
    const FLAW: u8 = L::FLAW;
}

impl<Bytes: File, L: Embed<Bytes> + Embed<After<Bytes, L>>> Embed<Bytes> for Bidirectional<L> {
    const VALUE: Self =
        Bidirectional { forward: <L as Embed<Bytes>>::VALUE, backward: <L as Embed<After<Bytes, L>>>::VALUE };
}

impl<L: Fold> Fold for Bidirectional<L> {
    type Starts = False;
    type Absorbs = False;
    type As<Before: Bool, After: Bool> = Bidirectional<L::As<False, False>>;
}

#[cfg(feature = "train")]
impl<L: FoldValues> FoldValues for Bidirectional<L> {
    fn fold_to<Before: Bool, After: Bool>(&self, _: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
        self.forward.fold_to::<False, False>(None, &mut to.forward);
        self.backward.fold_to::<False, False>(None, &mut to.backward);
    }
}

#[inline]
fn reverse<const T: usize, const C: usize>(x: &Sequence<T, C>, to: &mut Sequence<T, C>) {
    to.0.iter_mut().zip(x.0.iter().rev()).for_each(|(to, x)| *to = *x);
}

/// The halves of each output step; the second layer's steps are in reverse order.
#[inline]
fn halves<Y: Sample>() -> usize {
    Y::SHAPE.last().copied().unwrap_or(1).max(1)
}

/// Concatenates the outputs of both layers for each step.
#[inline]
fn join<Y: Sample>(a: &Y, b: &Y, y: &mut [f32]) {
    let n = halves::<Y>();
    let steps = a.values().chunks_exact(n).zip(b.values().chunks_exact(n).rev());
    for (y, (a, b)) in y.chunks_mut(2 * n).zip(steps) {
        y.iter_mut().zip(a.iter().chain(b)).for_each(|(y, x)| *y = *x);
    }
}

/// Sets the outputs of steps that are padding to zeros, or their gradients.
#[inline]
fn clear_padding<Y: Sample>(rule: MaskRule, mask: StepMask<'_>, y: &mut [f32]) {
    if rule == MaskRule::Keeps && mask.is_some() {
        let padding = y.chunks_mut(2 * halves::<Y>()).enumerate().filter(|(step, _)| mask.hides(*step));
        padding.for_each(|(_, y)| y.fill(0.0));
    }
}

impl<const T: usize, const C: usize, L: Layer<Sequence<T, C>, Y: DoubleChannels>> Layer<Sequence<T, C>>
    for Bidirectional<L>
{
    type Y = <L::Y as DoubleChannels>::V;
    type Scratch = (L::Scratch, L::Scratch, Sequence<T, C>, Self::Y);
    type Place = Private;
    const MACS: usize = 2 * L::MACS;
    const OUTPUTS: OutputKind = {
        // What the layer checks.
        let _ = L::OUTPUTS;
        OutputKind::AnyNumbers
    };
    const MASK: MaskRule = L::MASK.beside(L::MASK);
    const USES_MASK: bool = true;
    #[inline]
    fn infer<'a>(&self, x: &'a Sequence<T, C>, work: &'a mut Self::Scratch) -> &'a Self::Y {
        self.infer_masked(x, StepMask::NONE, work)
    }
    #[inline]
    fn infer_masked<'a>(
        &self,
        x: &'a Sequence<T, C>,
        mask: StepMask<'_>,
        (a, b, reversed, y): &'a mut Self::Scratch,
    ) -> &'a Self::Y {
        reverse(x, reversed);
        let ahead = self.forward.infer_masked(x, mask, a);
        join(ahead, self.backward.infer_masked(reversed, mask.reversed(), b), y.values_mut());
        clear_padding::<L::Y>(L::MASK, mask, y.values_mut());
        y
    }
}

#[cfg(feature = "train")]
pub use training::*;

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::mask::BatchMask;
    use crate::contract::step::Step;
    use crate::contract::tensor::Params;
    use crate::contract::train::{Context, Train, backward, forward};
    use crate::kernels;
    use crate::layers::pair::{params_of_two, train_of_two};
    use crate::memory::heap::Buffer;

    /// The training options of a [`Bidirectional`].
    ///
    /// ```
    /// use taut::{Bidirectional, prelude::*};
    /// let model = Model::<Sequence<5, 1>, Bidirectional<Gru<1, 4>>>::new(1).layers(|net| {
    ///     net.forward.kernel.initializer = taut::Zeros.into();
    ///     net.backward.kernel.frozen = true;
    /// });
    /// assert!(model.net().forward.kernel.values() == [0.0; 12] && model.net().backward.kernel.values() != [0.0; 12]);
    /// assert_eq!(model.summary().params() - model.summary().trainable(), 12);
    /// ```
    #[derive(Clone, Debug, Default)]
    pub struct BidirectionalOptions<P> {
        /// The options of the forward layer.
        pub forward: P,
        /// The options of the backward layer.
        pub backward: P,
    }

    impl<L: Params> Params for Bidirectional<L> {
        type Options = BidirectionalOptions<L::Options>;
        type Kind = crate::contract::outputs::Undeclared;
        params_of_two!(forward: L, backward: L);
    }

    /// The caches of both layers, the reversed inputs, the mask, the outputs, and the gradients.
    #[derive(Debug)]
    pub struct BidirectionalCache<C, X, P, Y> {
        inner: (C, C),
        reversed: Buffer<X>,
        mask: BatchMask,
        y: Buffer<Y>,
        dy: (Buffer<P>, Buffer<P>),
    }

    impl<C: Default, X, P, Y> Default for BidirectionalCache<C, X, P, Y> {
        fn default() -> Self {
            BidirectionalCache {
                inner: Default::default(),
                reversed: Buffer::default(),
                mask: BatchMask::default(),
                y: Buffer::default(),
                dy: Default::default(),
            }
        }
    }

    impl<C, X, P: Sample, Y: Sample> BidirectionalCache<C, X, P, Y> {
        /// Splits the gradients of the outputs.
        fn cut(&mut self, dy: &[Y]) {
            let n = halves::<P>();
            let (da, db) = (self.dy.0.resize(dy.len()), self.dy.1.resize(dy.len()));
            for ((dy, da), db) in dy.iter().zip(da).zip(db) {
                let steps = da.values_mut().chunks_exact_mut(n).zip(db.values_mut().chunks_exact_mut(n).rev());
                for (dy, (da, db)) in dy.values().chunks(2 * n).zip(steps) {
                    let (first, second) = dy.split_at(n);
                    da.copy_from_slice(first);
                    db.copy_from_slice(second);
                }
            }
        }
    }

    impl<const T: usize, const C: usize, L: Train<Sequence<T, C>> + Layer<Sequence<T, C>, Y: DoubleChannels>>
        Train<Sequence<T, C>> for Bidirectional<L>
    {
        type Cache = BidirectionalCache<L::Cache, Sequence<T, C>, <L as Layer<Sequence<T, C>>>::Y, Self::Y>;
        const CACHE: usize = 2 * L::CACHE + size_of::<Sequence<T, C>>() + 2 * size_of::<Self::Y>();
        fn forward<'a>(
            &self,
            options: &Self::Options,
            x: &'a [Sequence<T, C>],
            c: &'a mut Self::Cache,
            context: &mut Context,
        ) -> &'a [Self::Y] {
            c.reversed.resize(x.len()).iter_mut().zip(x).for_each(|(to, x)| reverse(x, to));
            c.mask = context.mask.of_batch(x.len());
            let a = forward(&self.forward, &options.forward, x, &mut c.inner.0, context);
            context.mask = c.mask.reversed();
            let b = forward(&self.backward, &options.backward, &c.reversed, &mut c.inner.1, context);
            for (i, ((a, b), y)) in a.iter().zip(b).zip(c.y.resize(x.len())).enumerate() {
                join(a, b, y.values_mut());
                clear_padding::<L::Y>(L::MASK, c.mask.of(i), y.values_mut());
            }
            &c.y
        }
        fn output<'a>(_: &'a [Sequence<T, C>], c: &'a Self::Cache) -> &'a [Self::Y] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &Self::Options,
            x: &[Sequence<T, C>],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [Sequence<T, C>] {
            let needs_input_grad = context.needs_input_grad;
            for (i, dy) in dy.iter_mut().enumerate() {
                clear_padding::<L::Y>(L::MASK, c.mask.of(i), dy.values_mut());
            }
            c.cut(dy);
            let ((a, b), dy) = (&mut c.inner, &mut c.dy);
            let part = &mut step.of(0, |layer| &mut layer.forward);
            let da = backward(&mut self.forward, &options.forward, x, &mut dy.0, a, &mut grad.forward, part, context);
            context.needs_input_grad = needs_input_grad;
            let part = &mut step.of(L::TENSORS, |layer| &mut layer.backward);
            let (layer, options, grad) = (&mut self.backward, &options.backward, &mut grad.backward);
            let db = backward(layer, options, &c.reversed, &mut dy.1, b, grad, part, context);
            for (da, db) in da.iter_mut().zip(db) {
                da.0.iter_mut().zip(db.0.iter().rev()).for_each(|(da, db)| kernels::add_scaled(da, 1.0, db));
            }
            da
        }
        train_of_two!(forward: L, backward: L);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::recurrent::ReturnSequence;
    use crate::layers::simple_rnn::SimpleRnn;
    use core::marker::PhantomData;

    #[test]
    fn parameters_lie_one_behind_the_other() {
        struct Numbers;
        impl File for Numbers {
            const BYTES: &'static [u8] =
                &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 191, 0, 0, 0, 192, 0, 0, 64, 192];
            const OFFSET: usize = 0;
        }
        type Net = Bidirectional<SimpleRnn<1, 1, ReturnSequence>>;
        const NET: Net = <Net as Embed<Numbers>>::VALUE;
        let rnn = |kernel: f32, recurrent_kernel: f32, bias: f32| SimpleRnn {
            kernel: [kernel].into(),
            recurrent_kernel: [recurrent_kernel].into(),
            bias: [bias].into(),
            returns: PhantomData,
        };
        assert_eq!(NET, Bidirectional { forward: rnn(1.0, 2.0, 3.0), backward: rnn(-1.0, -2.0, -3.0) });
        assert_eq!(Net::NAME.as_str(), "Bidirectional<SimpleRnn<1, 1, ReturnSequence>>");
        assert_eq!(Net::PARAMS, 6);
    }
}
