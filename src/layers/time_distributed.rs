use crate::contract::embed::{Embed, File};
use crate::contract::fold::{Bool, False, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
use crate::contract::layer::Private;
use crate::contract::layer::{Arch, Layer};
use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::memory::plain::Zeroed;
use crate::memory::view::view_one;
use crate::shape::sample::{Sequence, Vector};
use crate::text::Text;

/// A layer or a tuple of layers, applied to each step of a sequence: `yₜ = f(xₜ)`.
///
/// - Input: `Sequence<T, C>`; output: `Sequence<T, D>`, where `f` maps a `Vector<C>` to a `Vector<D>`. `f` is the field
///   0, and the options are those of `f`. Steps count as samples: `f` trains with whole matrix products, and a
///   `BatchNorm` in `f` normalizes over steps as well.
///
/// ```
/// use taut::{layers::{ReturnSequence, TimeDistributed}, prelude::*};
/// network! {
///     type Net: Sequence<20, 3> = (
///         TimeDistributed<(Dense<3, 8>, Relu)>,
///         Gru<8, 8, ReturnSequence>,
///         TimeDistributed<Dense<8, 1>>,
///     );
/// }
/// let model = Model::<Sequence<20, 3>, Net>::new(1).layers(|net| net.0.0.kernel.regularizer = L2(0.01).into());
/// let dense = Dense::<2, 1> { kernel: [[1.0], [10.0]].into(), bias: [0.0].into() };
/// let mut each = Model::<Sequence<2, 2>, TimeDistributed<Dense<2, 1>>>::new(1);
/// each.net_mut().0 = dense;
/// assert_eq!(each.predict(&Sequence([[1.0, 2.0], [3.0, 4.0]])).0, [[21.0], [43.0]]);
/// ```
///
/// See <https://keras.io/api/layers/recurrent_layers/time_distributed/>; Keras also accepts images as steps.
#[derive(Clone, Debug, PartialEq)]
#[repr(transparent)]
pub struct TimeDistributed<L>(
    /// The layer `f`.
    pub L,
);
crate::zeroed!([L: Zeroed] TimeDistributed<L> { 0 });

impl<L: Arch> Arch for TimeDistributed<L> {
    const NAME: &'static Text = &Text::new("TimeDistributed<").push(L::NAME.bytes()).push(b">");
    const IDENTITY: &'static Text = match L::IDENTITY.is_empty() {
        true => L::IDENTITY,
        false => &Text::new("TimeDistributed<").push(L::IDENTITY.bytes()).push(b">"),
    };
    const PARAMS: usize = L::PARAMS;
    const BYTES: usize = L::BYTES;
    const FLOATS: bool = L::FLOATS;
    const FLAW: u8 = L::FLAW;
}

impl<Bytes: File, L: Embed<Bytes>> Embed<Bytes> for TimeDistributed<L> {
    const VALUE: Self = TimeDistributed(L::VALUE);
}

// The layer after it normalizes the same channels.
impl<L: Fold> Fold for TimeDistributed<L> {
    type Starts = False;
    type Absorbs = L::Absorbs;
    type As<Before: Bool, After: Bool> = TimeDistributed<L::As<False, After>>;
}

#[cfg(feature = "train")]
impl<L: FoldValues> FoldValues for TimeDistributed<L> {
    fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
        self.0.fold_to::<False, After>(after, &mut to.0);
    }
}

impl<const T: usize, const C: usize, const D: usize, L: Layer<Vector<C>, Y = Vector<D>>> Layer<Sequence<T, C>>
    for TimeDistributed<L>
{
    type Y = Sequence<T, D>;
    type Scratch = (L::Scratch, Sequence<T, D>);
    type Place = Private;
    const MASK: MaskRule = MaskRule::Keeps;
    const OUTPUTS: OutputKind = L::OUTPUTS;
    const MACS: usize = T * L::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a Sequence<T, C>, (work, y): &'a mut Self::Scratch) -> &'a Sequence<T, D> {
        for (x, y) in x.0.iter().zip(&mut y.0) {
            *y = *self.0.infer(view_one(x), work).as_array();
        }
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::{Params, Tensor, TensorOptions, Visitor};
    use crate::contract::train::{Context, Row, Train, backward, forward};
    use crate::memory::view::{regroup, regroup_mut};
    use crate::regularizers::Regularizer;

    impl<L: Params> Params for TimeDistributed<L> {
        type Options = L::Options;
        type Kind = crate::contract::outputs::Undeclared;
        const TENSORS: usize = L::TENSORS;
        fn visit<const K: usize>(options: &L::Options, values: [&mut Self; K], f: &mut Visitor<K>) {
            L::visit(options, values.map(|value| &mut value.0), f);
        }
        fn read(&self, options: &L::Options, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32])) {
            self.0.read(options, f);
        }
        // The inner layer applies its own.
        fn activity_regularizer(_: &L::Options) -> &Regularizer {
            Regularizer::NONE
        }
    }

    impl<const T: usize, const C: usize, const D: usize, L: Train<Vector<C>> + Layer<Vector<C>, Y = Vector<D>>>
        Train<Sequence<T, C>> for TimeDistributed<L>
    {
        type Cache = L::Cache;
        const CACHE: usize = T * L::CACHE;
        fn forward<'a>(
            &self,
            options: &L::Options,
            x: &'a [Sequence<T, C>],
            c: &'a mut L::Cache,
            context: &mut Context,
        ) -> &'a [Sequence<T, D>] {
            regroup(forward(&self.0, options, regroup(x), c, context))
        }
        fn output<'a>(x: &'a [Sequence<T, C>], c: &'a L::Cache) -> &'a [Sequence<T, D>] {
            regroup(L::output(regroup(x), c))
        }
        fn backward<'a>(
            &mut self,
            options: &L::Options,
            x: &[Sequence<T, C>],
            dy: &'a mut [Sequence<T, D>],
            c: &'a mut L::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [Sequence<T, C>] {
            let (x, dy) = (regroup(x), regroup_mut(dy));
            let step = &mut step.of(0, |layer| &mut layer.0);
            regroup_mut(backward(&mut self.0, options, x, dy, c, &mut grad.0, step, context))
        }
        fn validate(options: &L::Options) -> crate::io::error::Result<()> {
            L::validate(options)
        }
        fn describe(options: &L::Options, place: &str, rows: &mut Vec<Row>) {
            L::describe(options, &format!("{place}.0"), rows);
        }
    }
}
