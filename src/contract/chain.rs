//! What a network does, by its chain of parts.
//!
//! Each contract of a layer has a twin here for chains, which takes the whole network by reference: what a leaf,
//! [`One`], does is what its part does, and a node, [`Then`], does both.

use crate::contract::fold::{Bool, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
#[cfg(feature = "train")]
use crate::contract::layer::Arch;
use crate::contract::layer::{AreaSizes, InTurn, Layer, MayOverwrite, Place, ScratchOf, Sizes};
use crate::contract::mask;
use crate::contract::mask::MaskRule;
use crate::contract::network::{ChainOf, Has, Known, Network, One, Then};
use crate::contract::outputs::OutputKind;
#[cfg(feature = "train")]
use crate::contract::step::Step;
#[cfg(feature = "train")]
use crate::contract::tensor::{Params, Tensor, TensorOptions, Visitor};
#[cfg(feature = "train")]
use crate::contract::train;
#[cfg(feature = "train")]
use crate::contract::train::{Context, Head, Row, Train};
#[cfg(feature = "train")]
use crate::io::error::Result;
use crate::memory::areas::{Cursor, Output, Outside};
use crate::memory::plain::AnyBitPattern;
use crate::memory::step_mask::StepMask;
#[cfg(feature = "train")]
use crate::shape::sample::Sample;
use crate::text::Text;

/// A chain of layers, the first of which takes an `X`.
#[doc(hidden)]
pub trait Infers<N, X> {
    type Y: AnyBitPattern;
    type After<S: MayOverwrite>: MayOverwrite;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static>: AreaSizes + 'static;
    const MACS: usize;
    const OUTPUTS: OutputKind;
    const MASK: MaskRule;
    const MASK_MAKER: Option<&'static Text>;
    fn mask<'a>(net: &N, x: &'a X) -> StepMask<'a>;
    fn run<'a, S: MayOverwrite>(net: &N, cursor: Cursor<'a, X, S>) -> Cursor<'a, Self::Y, Self::After<S>>;
}

type PlaceOf<L, X> = <L as Layer<X>>::Place;

impl<N: Has<K, Part: Layer<X>>, K, X> Infers<N, X> for One<K> {
    type Y = <N::Part as Layer<X>>::Y;
    type After<S: MayOverwrite> = <PlaceOf<N::Part, X> as Place<N::Part, X>>::After<S>;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = <PlaceOf<N::Part, X> as Place<N::Part, X>>::Sizes<S, R>;
    const MACS: usize = N::Part::MACS;
    const OUTPUTS: OutputKind = {
        let () = Sizes::<N::Part, X>::CHECK;
        N::Part::OUTPUTS
    };
    const MASK: MaskRule = N::Part::MASK;
    const MASK_MAKER: Option<&'static Text> = N::Part::MASK_MAKER;
    #[inline(always)]
    fn mask<'a>(net: &N, x: &'a X) -> StepMask<'a> {
        net.part().mask(x)
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(net: &N, mut cursor: Cursor<'a, X, S>) -> Cursor<'a, Self::Y, Self::After<S>> {
        if matches!(N::Part::MASK, MaskRule::Makes) {
            cursor.find_mask(|x| net.part().mask(x));
        }
        let mut cursor = PlaceOf::<N::Part, X>::run(net.part(), cursor);
        if matches!(N::Part::MASK, MaskRule::Drops) {
            cursor.mask = StepMask::NONE;
        }
        cursor
    }
}

impl<N, X, A: Infers<N, X>, B: Infers<N, A::Y>> Infers<N, X> for Then<A, B> {
    type Y = B::Y;
    type After<S: MayOverwrite> = B::After<A::After<S>>;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = A::Sizes<S, B::Sizes<A::After<S>, R>>;
    const MACS: usize = A::MACS + B::MACS;
    const OUTPUTS: OutputKind = {
        if let Some(name) = B::MASK_MAKER {
            mask::refuse(name);
        }
        B::OUTPUTS.after(A::OUTPUTS)
    };
    const MASK: MaskRule = A::MASK.then(B::MASK);
    const MASK_MAKER: Option<&'static Text> = A::MASK_MAKER;
    #[inline(always)]
    fn mask<'a>(net: &N, x: &'a X) -> StepMask<'a> {
        match B::MASK {
            MaskRule::Keeps => A::mask(net, x),
            _ => StepMask::NONE,
        }
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(net: &N, cursor: Cursor<'a, X, S>) -> Cursor<'a, Self::Y, Self::After<S>> {
        B::run(net, A::run(net, cursor))
    }
}

/// What a network works in.
#[doc(hidden)]
pub type ScratchFor<N, X> = ScratchOf<<ChainOf<N> as Infers<N, X>>::Sizes<Outside, ((), ())>>;

/// The output for one sample.
#[doc(hidden)]
#[inline(always)]
pub fn infer<'a, N, X>(
    net: &N,
    x: &'a X,
    mask: StepMask<'a>,
    scratch: &'a mut ScratchFor<N, X>,
) -> &'a <ChainOf<N> as Infers<N, X>>::Y
where
    N: Network<Outputs: Known<N, Chain: Infers<N, X>>>,
{
    <ChainOf<N> as Infers<N, X>>::run(net, Cursor::new(x, mask, scratch)).output()
}

/// The output for one sample, which may be changed where [`Infers::After`] says so.
#[doc(hidden)]
#[inline(always)]
pub fn infer_changeable<'a, N, X>(
    net: &N,
    x: &'a X,
    mask: StepMask<'a>,
    scratch: &'a mut ScratchFor<N, X>,
) -> Output<'a, <ChainOf<N> as Infers<N, X>>::Y>
where
    N: Network<Outputs: Known<N, Chain: Infers<N, X>>>,
{
    <ChainOf<N> as Infers<N, X>>::run(net, Cursor::new(x, mask, scratch)).changeable_output()
}

impl<N: Network + Layer<X>, X> Place<N, X> for InTurn
where
    N::Outputs: Known<N, Chain: Infers<N, X, Y = N::Y>>,
{
    type After<S: MayOverwrite> = <ChainOf<N> as Infers<N, X>>::After<S>;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = <ChainOf<N> as Infers<N, X>>::Sizes<S, R>;
    type Alone = <ChainOf<N> as Infers<N, X>>::After<Outside>;
    #[inline(always)]
    fn infer_alone<'a>(net: &N, x: &'a X, mask: StepMask<'a>, work: &'a mut N::Scratch) -> Output<'a, N::Y> {
        net.infer_changeable(x, mask, work)
    }
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(net: &N, cursor: Cursor<'a, X, S>) -> Cursor<'a, N::Y, Self::After<S>> {
        ChainOf::<N>::run(net, cursor)
    }
}

/// A chain of layers that can be folded.
#[doc(hidden)]
pub trait Folds<N> {
    type Starts: Bool;
    type Absorbs: Bool;
}

impl<N: Has<K, Part: Fold>, K: 'static> Folds<N> for One<K> {
    type Starts = <N::Part as Fold>::Starts;
    type Absorbs = <N::Part as Fold>::Absorbs;
}

impl<N, A: Folds<N>, B: Folds<N>> Folds<N> for Then<A, B> {
    type Starts = A::Starts;
    type Absorbs = B::Absorbs;
}

/// A chain of layers whose parameters can be folded.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait FoldsValues<N>: Folds<N> {
    /// The `BatchNorm` that comes first in the chain, if one does.
    fn norm(net: &N) -> Option<Norm<'_>>;
}

#[cfg(feature = "train")]
impl<N: Has<K, Part: FoldValues>, K: 'static> FoldsValues<N> for One<K> {
    fn norm(net: &N) -> Option<Norm<'_>> {
        net.part().norm()
    }
}

#[cfg(feature = "train")]
impl<N, A: FoldsValues<N>, B: FoldsValues<N>> FoldsValues<N> for Then<A, B> {
    fn norm(net: &N) -> Option<Norm<'_>> {
        A::norm(net)
    }
}

/// A chain that is folded to a network `T`, where the layer before it absorbs, or not, and the one behind it starts
/// with a `BatchNorm`, or not.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait FoldsTo<N, T, Before: Bool, After: Bool>: FoldsValues<N> {
    fn fold_to(net: &N, after: Option<Norm<'_>>, to: &mut T);
}

#[cfg(feature = "train")]
impl<N, T, K: 'static, Before: Bool, After: Bool> FoldsTo<N, T, Before, After> for One<K>
where
    N: Has<K, Part: FoldValues>,
    T: Has<K, Part = <<N as Has<K>>::Part as Fold>::As<Before, After>>,
{
    fn fold_to(net: &N, after: Option<Norm<'_>>, to: &mut T) {
        net.part().fold_to::<Before, After>(after, to.part_mut());
    }
}

#[cfg(feature = "train")]
impl<N, T, Before: Bool, After: Bool, A, B> FoldsTo<N, T, Before, After> for Then<A, B>
where
    A: FoldsTo<N, T, Before, <B as Folds<N>>::Starts>,
    B: FoldsTo<N, T, <A as Folds<N>>::Absorbs, After>,
{
    fn fold_to(net: &N, after: Option<Norm<'_>>, to: &mut T) {
        A::fold_to(net, B::norm(net), to);
        B::fold_to(net, after, to);
    }
}

/// A network with a plan that has parts of the same keys.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait Planned: Network {
    type Options: Default + Clone + Sync;
}

/// The plan of a network.
#[cfg(feature = "train")]
#[doc(hidden)]
pub type PlanOf<N> = <N as Planned>::Options;

/// A chain of layers of which each has tensors and a plan.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait Visits<N, P> {
    const TENSORS: usize;
    fn visit<const K: usize>(options: &P, values: [&mut N; K], f: &mut Visitor<K>);
    fn read(net: &N, options: &P, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32]));
}

#[cfg(feature = "train")]
impl<N, P, K> Visits<N, P> for One<K>
where
    N: Has<K, Part: Params>,
    P: Has<K, Part = <<N as Has<K>>::Part as Params>::Options>,
{
    const TENSORS: usize = N::Part::TENSORS;
    fn visit<const V: usize>(options: &P, values: [&mut N; V], f: &mut Visitor<V>) {
        N::Part::visit(options.part(), values.map(N::part_mut), f);
    }
    fn read(net: &N, options: &P, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32])) {
        net.part().read(options.part(), f);
    }
}

#[cfg(feature = "train")]
impl<N, P, A: Visits<N, P>, B: Visits<N, P>> Visits<N, P> for Then<A, B> {
    const TENSORS: usize = A::TENSORS + B::TENSORS;
    fn visit<const V: usize>(options: &P, mut values: [&mut N; V], f: &mut Visitor<V>) {
        A::visit(options, values.each_mut().map(|value| &mut **value), f);
        B::visit(options, values, f);
    }
    fn read(net: &N, options: &P, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32])) {
        A::read(net, options, f);
        B::read(net, options, f);
    }
}

/// A chain of layers that can be trained. Only the cache comes in pieces: outputs live in it while later layers write.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait Trains<N, P, X>: Infers<N, X, Y: Sample> + Visits<N, P> {
    type Cache: Default + Send;
    const HEAD: Option<Head>;
    const CACHE: usize;
    const PARAMS: usize;
    /// - `logits`: whether the last layer is asked to pass its input on.
    fn forward<'a>(
        net: &N,
        options: &P,
        x: &'a [X],
        c: &'a mut Self::Cache,
        logits: bool,
        context: &mut Context,
    ) -> &'a [Self::Y];
    fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y];
    /// - `needs_input_grad`: whether the gradient of `x` is needed; `before`: how many tensors the parts before this
    ///   chain have.
    #[allow(clippy::too_many_arguments)]
    fn backward<'a>(
        net: &mut N,
        options: &P,
        x: &[X],
        dy: &'a mut [Self::Y],
        c: &'a mut Self::Cache,
        grad: &mut N,
        step: &mut Step<'_, N>,
        context: &mut Context,
        needs_input_grad: bool,
        before: usize,
    ) -> &'a mut [X];
    fn check(x: &[X]) -> Result<()>;
    fn validate(options: &P) -> Result<()>;
    fn describe(options: &P, place: &str, rows: &mut Vec<Row>);
}

#[cfg(feature = "train")]
impl<N, P, K, X> Trains<N, P, X> for One<K>
where
    N: Network + Has<K, Part: Train<X>>,
    P: Has<K, Part = <<N as Has<K>>::Part as Params>::Options>,
{
    type Cache = <N::Part as Train<X>>::Cache;
    const HEAD: Option<Head> = N::Part::HEAD;
    const CACHE: usize = N::Part::CACHE;
    const PARAMS: usize = N::Part::PARAMS;
    fn forward<'a>(
        net: &N,
        options: &P,
        x: &'a [X],
        c: &'a mut Self::Cache,
        logits: bool,
        context: &mut Context,
    ) -> &'a [Self::Y] {
        context.fuse_head = logits;
        train::forward(net.part(), options.part(), x, c, context)
    }
    fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y] {
        N::Part::output(x, c)
    }
    fn backward<'a>(
        net: &mut N,
        options: &P,
        x: &[X],
        dy: &'a mut [Self::Y],
        c: &'a mut Self::Cache,
        grad: &mut N,
        step: &mut Step<'_, N>,
        context: &mut Context,
        needs_input_grad: bool,
        before: usize,
    ) -> &'a mut [X] {
        context.needs_input_grad = needs_input_grad;
        let step = &mut step.of(before, N::part_mut);
        let dx = train::backward(net.part_mut(), options.part(), x, dy, c, grad.part_mut(), step, context);
        // The last layer has answered to it, and none before it is asked.
        context.fuse_head = false;
        dx
    }
    fn check(x: &[X]) -> Result<()> {
        N::Part::check(x)
    }
    fn validate(options: &P) -> Result<()> {
        <N::Part as Train<X>>::validate(options.part())
    }
    fn describe(options: &P, place: &str, rows: &mut Vec<Row>) {
        <N::Part as Train<X>>::describe(options.part(), &format!("{place}.{}", N::PARTS[N::INDEX].name), rows);
    }
}

#[cfg(feature = "train")]
impl<N, P, X, A, B> Trains<N, P, X> for Then<A, B>
where
    A: Trains<N, P, X>,
    B: Trains<N, P, <A as Infers<N, X>>::Y>,
{
    type Cache = (A::Cache, B::Cache);
    const HEAD: Option<Head> = B::HEAD;
    const CACHE: usize = A::CACHE + B::CACHE;
    const PARAMS: usize = A::PARAMS + B::PARAMS;
    fn forward<'a>(
        net: &N,
        options: &P,
        x: &'a [X],
        (a, b): &'a mut Self::Cache,
        logits: bool,
        context: &mut Context,
    ) -> &'a [Self::Y] {
        let x = A::forward(net, options, x, a, false, context);
        B::forward(net, options, x, b, logits, context)
    }
    fn output<'a>(x: &'a [X], (a, b): &'a Self::Cache) -> &'a [Self::Y] {
        B::output(A::output(x, a), b)
    }
    fn backward<'a>(
        net: &mut N,
        options: &P,
        x: &[X],
        dy: &'a mut [Self::Y],
        (a, b): &'a mut Self::Cache,
        grad: &mut N,
        step: &mut Step<'_, N>,
        context: &mut Context,
        needs_input_grad: bool,
        before: usize,
    ) -> &'a mut [X] {
        let between = A::output(x, a);
        // Nobody wants anything of what comes before the first parameters.
        let a_wanted = needs_input_grad || A::PARAMS > 0;
        let dy = B::backward(net, options, between, dy, b, grad, step, context, a_wanted, before + A::TENSORS);
        if a_wanted {
            A::backward(net, options, x, dy, a, grad, step, context, needs_input_grad, before)
        } else {
            &mut []
        }
    }
    fn check(x: &[X]) -> Result<()> {
        A::check(x)
    }
    fn validate(options: &P) -> Result<()> {
        A::validate(options)?;
        B::validate(options)
    }
    fn describe(options: &P, place: &str, rows: &mut Vec<Row>) {
        A::describe(options, place, rows);
        B::describe(options, place, rows);
    }
}

/// Writes a network's contracts, all but [`Fold`] and `Embed`, by its chain. Each comes with the generics and the
/// bounds that it has. (An impl for all networks at once would be a second candidate for each tuple, and the compiler
/// would then not look which of its layers does not fit.)
#[doc(hidden)]
#[macro_export]
macro_rules! network_contracts {
    (
        $(#[$attribute:meta])* $N:ty, $X:ident;
        Arch: [$($arch:tt)*] [$($where_arch:tt)*];
        Layer: [$($layer:tt)*] [$($where_layer:tt)*];
        $($train:tt)*
    ) => {
        impl<$($arch)*> $crate::__private::layer::Arch for $N where $($where_arch)* {
            const NAME: &'static $crate::__private::text::Text = <$N as $crate::__private::network::Network>::TEXT;
            const IDENTITY: &'static $crate::__private::text::Text = <$N as $crate::__private::network::Network>::IDENTITY;
            const PARAMS: usize = $crate::__private::part::params(<$N as $crate::__private::network::Network>::PARTS);
            const BYTES: usize = $crate::__private::part::bytes(<$N as $crate::__private::network::Network>::PARTS);
            const FLOATS: bool = $crate::__private::part::floats(<$N as $crate::__private::network::Network>::PARTS);
            const FLAW: u8 = $crate::__private::part::flaw(<$N as $crate::__private::network::Network>::PARTS);
        }
        $(#[$attribute])*
        impl<$X, $($layer)*> $crate::__private::layer::Layer<$X> for $N where $($where_layer)* {
            type Y = <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Infers<$N, $X>>::Y;
            type Scratch = $crate::__private::chain::ScratchFor<$N, $X>;
            type Place = $crate::__private::layer::InTurn;
            const MACS: usize = <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Infers<$N, $X>>::MACS;
            const OUTPUTS: $crate::__private::outputs::OutputKind =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Infers<$N, $X>>::OUTPUTS;
            const MASK: $crate::__private::mask::MaskRule =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Infers<$N, $X>>::MASK;
            const USES_MASK: bool = true;
            const MASK_MAKER: ::core::option::Option<&'static $crate::__private::text::Text> =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Infers<$N, $X>>::MASK_MAKER;
            #[inline]
            fn infer<'a>(&self, x: &'a $X, scratch: &'a mut Self::Scratch) -> &'a Self::Y {
                $crate::__private::chain::infer(self, x, $crate::__private::step_mask::StepMask::NONE, scratch)
            }
            #[inline]
            fn infer_masked<'a>(
                &self,
                x: &'a $X,
                mask: $crate::__private::step_mask::StepMask<'a>,
                scratch: &'a mut Self::Scratch,
            ) -> &'a Self::Y {
                $crate::__private::chain::infer(self, x, mask, scratch)
            }
            #[inline]
            fn infer_changeable<'a>(
                &self,
                x: &'a $X,
                mask: $crate::__private::step_mask::StepMask<'a>,
                scratch: &'a mut Self::Scratch,
            ) -> $crate::__private::Output<'a, Self::Y> {
                $crate::__private::chain::infer_changeable(self, x, mask, scratch)
            }
            #[inline]
            fn mask<'a>(&self, x: &'a $X) -> $crate::__private::step_mask::StepMask<'a> {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Infers<$N, $X>>::mask(self, x)
            }
        }
        $crate::train_by_chain!($(#[$attribute])* $N, $X; $($train)*);
    };
}

/// What [`network_contracts!`] writes for training.
#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! train_by_chain {
    ($($t:tt)*) => {};
}

/// What [`network_contracts!`] writes for training.
#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! train_by_chain {
    (
        $(#[$attribute:meta])* $N:ty, $X:ident;
        Params: [$($params:tt)*] [$($where_params:tt)*];
        Train: [$($train:tt)*] [$($where_train:tt)*];
    ) => {
        $(#[$attribute])*
        impl<$($params)*> $crate::__private::tensor::Params for $N where $($where_params)* {
            type Options = $crate::__private::chain::PlanOf<$N>;
            type Kind = $crate::__private::network::KindOf<$N>;
            const TENSORS: usize = <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Visits<$N, Self::Options>>::TENSORS;
            fn visit<const __K: usize>(options: &Self::Options, values: [&mut Self; __K], f: &mut $crate::__private::tensor::Visitor<__K>) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Visits<$N, Self::Options>>::visit(options, values, f);
            }
            fn activity_regularizer(_: &Self::Options) -> &$crate::__private::Regularizer {
                $crate::__private::Regularizer::NONE
            }
            fn read(&self, options: &Self::Options, f: &mut dyn FnMut(&$crate::__private::tensor::Tensor, &$crate::__private::tensor::TensorOptions, &[f32])) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Visits<$N, Self::Options>>::read(self, options, f);
            }
        }
        $(#[$attribute])*
        impl<$X, $($train)*> $crate::__private::train::Train<$X> for $N where $($where_train)* {
            type Cache = <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, $crate::__private::chain::PlanOf<$N>, $X>>::Cache;
            const HEAD: ::core::option::Option<$crate::__private::train::Head> =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, $crate::__private::chain::PlanOf<$N>, $X>>::HEAD;
            const CACHE: usize =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, $crate::__private::chain::PlanOf<$N>, $X>>::CACHE;
            fn forward<'a>(
                &self,
                options: &Self::Options,
                x: &'a [$X],
                c: &'a mut Self::Cache,
                context: &mut $crate::__private::train::Context,
            ) -> &'a [Self::Y] {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, Self::Options, $X>>::forward(
                    self, options, x, c, context.fuse_head, context,
                )
            }
            fn output<'a>(x: &'a [$X], c: &'a Self::Cache) -> &'a [Self::Y] {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, Self::Options, $X>>::output(x, c)
            }
            fn backward<'a>(
                &mut self,
                options: &Self::Options,
                x: &[$X],
                dy: &'a mut [Self::Y],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                step: &mut $crate::__private::step::Step<'_, Self>,
                context: &mut $crate::__private::train::Context,
            ) -> &'a mut [$X] {
                let needs_input_grad = context.needs_input_grad;
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, Self::Options, $X>>::backward(
                    self, options, x, dy, c, grad, step, context, needs_input_grad, 0,
                )
            }
            fn check(x: &[$X]) -> $crate::__private::Result<()> {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, Self::Options, $X>>::check(x)
            }
            fn validate(options: &Self::Options) -> $crate::__private::Result<()> {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, Self::Options, $X>>::validate(options)
            }
            fn describe(options: &Self::Options, place: &str, rows: &mut $crate::__private::Vec<$crate::__private::train::Row>) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::chain::Trains<$N, Self::Options, $X>>::describe(options, place, rows);
            }
        }
    };
}
