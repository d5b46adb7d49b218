use crate::embed::{Embed, File};
#[cfg(feature = "train")]
use crate::fold::Norm;
use crate::fold::{Answer, Fold, No};
use crate::layer::{Arch, Layer};
use crate::params::{place::Own, view_one};
use crate::sample::{Sequence, Vector};
use crate::text::Text;

/// A layer or a tuple of layers, applied to each step of a sequence: `yₜ = f(xₜ)`.
///
/// - Input: `Sequence<T, C>`; output: `Sequence<T, D>`, where `f` makes a `Vector<D>` of a `Vector<C>`. It is reached as the field 0, and its plan
///   is that of `f`. Steps are as samples to it: it trains by whole products, and a `BatchNorm` in it normalizes over steps as well.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Sequence<20, 3> = (TimeDistributed<(Dense<3, 8>, Relu)>, Gru<8, 8, Whole>, TimeDistributed<Dense<8, 1>>); }
/// let model = Model::<Sequence<20, 3>, Net>::new(1).layers(|net| net.0.0.kernel.regularizer = L2(0.01).into());
/// ```
///
/// See <https://keras.io/api/layers/recurrent_layers/time_distributed/>; there steps may be images as well.
#[derive(Clone, Debug, PartialEq)]
#[repr(transparent)]
pub struct TimeDistributed<L>(
    /// What is applied.
    pub L,
);

impl<L: Arch> Arch for TimeDistributed<L> {
    const NAME: &'static Text = &Text::new("TimeDistributed<").push(L::NAME.bytes()).push(b">");
    const IDENTITY: &'static Text = match L::IDENTITY.is_empty() {
        true => L::IDENTITY,
        false => &Text::new("TimeDistributed<").push(L::IDENTITY.bytes()).push(b">"),
    };
    const PARAMS: usize = L::PARAMS;
    const BYTES: usize = L::BYTES;
    const FLOATS: bool = L::FLOATS;
    const EXISTS: bool = L::EXISTS;
}

impl<Bytes: File, L: Embed<Bytes>> Embed<Bytes> for TimeDistributed<L> {
    const VALUE: Self = TimeDistributed(L::VALUE);
}

// What follows normalizes the same channels.
impl<L: Fold> Fold for TimeDistributed<L> {
    type Starts = No;
    type Absorbs = L::Absorbs;
    type As<Before: Answer, After: Answer> = TimeDistributed<L::As<No, After>>;
    #[cfg(feature = "train")]
    fn fold_to<Before: Answer, After: Answer>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
        self.0.fold_to::<No, After>(after, &mut to.0);
    }
}

impl<const T: usize, const C: usize, const D: usize, L: Layer<Vector<C>, Y = Vector<D>>> Layer<Sequence<T, C>>
    for TimeDistributed<L>
{
    type Y = Sequence<T, D>;
    type Work = (L::Work, Sequence<T, D>);
    type Place = Own;
    const MACS: usize = T * L::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a Sequence<T, C>, (work, y): &'a mut Self::Work) -> &'a Sequence<T, D> {
        for (x, y) in x.0.iter().zip(&mut y.0) {
            y.copy_from_slice(self.0.infer(view_one(x), work).as_array());
        }
        y
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::Regularizer;
    use crate::params::{regroup, regroup_mut};
    use crate::train::{Params, Pass, Row, Slot, Step, Tensor, Train, Visitor, forward, regularize};

    impl<L: Params> Params for TimeDistributed<L> {
        type Plan = L::Plan;
        fn visit<const K: usize>(plan: &L::Plan, values: [&mut Self; K], f: &mut Visitor<K>) {
            L::visit(plan, values.map(|value| &mut value.0), f);
        }
        fn read(&self, plan: &L::Plan, f: &mut dyn FnMut(&Tensor, &Slot, &[f32])) {
            self.0.read(plan, f);
        }
        // That of the plan is applied inside.
        fn activity_regularizer(_: &L::Plan) -> &Regularizer {
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
            plan: &L::Plan,
            x: &'a [Sequence<T, C>],
            c: &'a mut L::Cache,
            pass: &mut Pass,
        ) -> &'a [Sequence<T, D>] {
            regroup(forward(&self.0, plan, regroup(x), c, pass))
        }
        fn output<'a>(x: &'a [Sequence<T, C>], c: &'a L::Cache) -> &'a [Sequence<T, D>] {
            regroup(L::output(regroup(x), c))
        }
        fn backward<'a>(
            &self,
            plan: &L::Plan,
            x: &[Sequence<T, C>],
            dy: &'a mut [Sequence<T, D>],
            c: &'a mut L::Cache,
            grad: &mut Self,
            pass: &mut Pass,
        ) -> &'a mut [Sequence<T, C>] {
            let (x, dy) = (regroup(x), regroup_mut(dy));
            regularize::<_, L>(plan, x, dy, c);
            regroup_mut(self.0.backward(plan, x, dy, c, &mut grad.0, pass))
        }
        fn backward_and_step<'a>(
            &mut self,
            plan: &L::Plan,
            x: &[Sequence<T, C>],
            dy: &'a mut [Sequence<T, D>],
            c: &'a mut L::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            pass: &mut Pass,
        ) -> &'a mut [Sequence<T, C>] {
            let (x, dy) = (regroup(x), regroup_mut(dy));
            regularize::<_, L>(plan, x, dy, c);
            let mut step = step.of(|layer| &mut layer.0);
            regroup_mut(self.0.backward_and_step(plan, x, dy, c, &mut grad.0, &mut step, pass))
        }
        fn validate(plan: &L::Plan) -> crate::Result<()> {
            L::validate(plan)
        }
        fn describe(plan: &L::Plan, place: &str, rows: &mut Vec<Row>) {
            L::describe(plan, &format!("{place}.0"), rows);
        }
    }
}
