//! What a network is: parts in order. All that it can do follows from what its parts can, in code that is generic over
//! how many there are.
//!
//! A network names its parts by [`PARTS`](Network::PARTS), reaches them by [`Has`], and puts them in order by its
//! `Order`, a tree of types whose leaves, [`One`], stand for a part each and whose nodes, [`Then`], for one run of
//! parts after another. Each contract of a layer has a twin here for chains, which takes the whole network by
//! reference: what a leaf does is what its part does, and a node does both.

use crate::contract::embed::{Embed, File};
use crate::contract::fold::{Bool, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
use crate::contract::layer::{Arch, AreaSizes, InTurn, Layer, MayOverwrite, Place, ScratchOf};
use crate::contract::outputs::{AnyNumbers, ClassProbabilities, NonNegative, OutputKind, Probabilities, Undeclared};
#[cfg(feature = "train")]
use crate::contract::train;
#[cfg(feature = "train")]
use crate::contract::train::{Context, Head, Params, Row, Step, Tensor, TensorOptions, Train, Visitor};
#[cfg(feature = "train")]
use crate::io::error::Result;
use crate::memory::areas::{Cursor, Outside};
use crate::memory::plain::AnyBitPattern;
#[cfg(feature = "train")]
use crate::shape::sample::Sample;
use crate::text::Text;
use core::marker::PhantomData;

/// What is known of a part of a network.
#[derive(Clone, Copy)]
pub struct Part {
    /// The field's name: `hidden`, or `0` in a tuple.
    pub name: &'static str,
    /// The layer's type as text.
    pub layer: &'static Text,
    /// The layer in a checkpoint's text.
    pub identity: &'static Text,
    /// See [`Arch`].
    pub params: usize,
    /// See [`Arch`].
    pub bytes: usize,
    /// See [`Arch`].
    pub floats: bool,
    /// See [`Arch`].
    pub exists: bool,
}

impl Part {
    /// A layer `L` as the field of that name.
    pub const fn of<L: Arch>(name: &'static str) -> Self {
        Part {
            name,
            layer: L::NAME,
            identity: L::IDENTITY,
            params: L::PARAMS,
            bytes: L::BYTES,
            floats: L::FLOATS,
            exists: L::EXISTS,
        }
    }
}

/// The layers' names behind each other, separated by commas.
pub(crate) const fn names(mut text: Text, parts: &[Part]) -> Text {
    let mut i = 0;
    while i < parts.len() {
        if i > 0 {
            text = text.push(b", ");
        }
        text = text.push(parts[i].layer.bytes());
        i += 1;
    }
    text
}

/// The parts in a checkpoint's text behind each other, separated by commas, without those that do nothing in inference.
pub(crate) const fn identities(mut text: Text, parts: &[Part]) -> Text {
    let (start, mut i) = (text.bytes().len(), 0);
    while i < parts.len() {
        if !parts[i].identity.is_empty() {
            text = if text.bytes().len() == start { text } else { text.push(b", ") }.push(parts[i].identity.bytes());
        }
        i += 1;
    }
    text
}

/// The text of a tuple of these parts, empty where none does anything in inference.
const fn identity(parts: &[Part]) -> Text {
    let text = identities(Text::new("("), parts);
    if text.bytes().len() == 1 { Text::new("") } else { text.push(b")") }
}

/// The parameters of some parts.
#[doc(hidden)]
pub const fn params(parts: &[Part]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += parts[i].params;
        i += 1;
    }
    sum
}

/// The bytes of some parts.
#[doc(hidden)]
pub const fn bytes(parts: &[Part]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += parts[i].bytes;
        i += 1;
    }
    sum
}

/// Whether all parts are floats.
#[doc(hidden)]
pub const fn floats(parts: &[Part]) -> bool {
    let (mut all, mut i) = (true, 0);
    while i < parts.len() {
        all &= parts[i].floats;
        i += 1;
    }
    all
}

/// Whether all parts exist.
#[doc(hidden)]
pub const fn exist(parts: &[Part]) -> bool {
    let (mut all, mut i) = (true, 0);
    while i < parts.len() {
        all &= parts[i].exists;
        i += 1;
    }
    all
}

/// The order of a network's parts, whatever they are: [`One`] and [`Then`] over the keys that [`Has`] takes.
#[doc(hidden)]
pub trait Ordered {
    type Order;
}

/// Parts in order: a tuple of layers, or a struct that [`network!`](crate::network!) made.
pub trait Network: Ordered + Sized {
    /// What is known of the network's outputs: an [`Outputs`].
    #[doc(hidden)]
    type Outputs;
    /// The parts.
    const PARTS: &'static [Part];
    /// The type as text: that of a tuple of the parts.
    const TEXT: &'static Text = &names(Text::new("("), Self::PARTS).push(b")");
    /// The network in a checkpoint's text: that of a tuple of the parts.
    const IDENTITY: &'static Text = &identity(Self::PARTS);
}

/// A part, reached by its key. A network's plan and what it folds to have parts of the same keys.
#[doc(hidden)]
pub trait Has<K> {
    type Part;
    /// Its place in the order.
    const INDEX: usize;
    fn part(&self) -> &Self::Part;
    fn part_mut(&mut self) -> &mut Self::Part;
}

/// The key of a tuple's element.
#[doc(hidden)]
pub struct Nth<const I: usize>;

/// A chain of the part of that key alone.
#[doc(hidden)]
pub struct One<K>(PhantomData<K>);

/// The parts of one chain, and then those of another.
#[doc(hidden)]
pub struct Then<A, B>(PhantomData<(A, B)>);

/// A number for what is known of a network's outputs, as a type.
///
/// The number is an argument of the network's own type, computed by the check of its layers. Where a layer does not
/// fit, the number is an error that was already reported, and of a type with such an error in it the compiler says
/// nothing more.
///
/// - 0: nothing is known; the network is a tuple that [`network!`](crate::network!) did not check.
/// - 1 to 4: the [`OutputKind`]s that the last layer can have.
#[doc(hidden)]
pub struct Outputs<const KIND: u8>;

/// Of two impls, neither can be picked for a number that is an error: so the compiler stops here.
#[doc(hidden)]
pub trait Known<N> {
    type Chain;
    /// The outputs as a type, which losses are checked against.
    type Kind;
}
impl<N: Network> Known<N> for Outputs<0> {
    type Chain = N::Order;
    type Kind = Undeclared;
}
impl<N: Network> Known<N> for Outputs<1> {
    type Chain = N::Order;
    type Kind = AnyNumbers;
}
impl<N: Network> Known<N> for Outputs<2> {
    type Chain = N::Order;
    type Kind = NonNegative;
}
impl<N: Network> Known<N> for Outputs<3> {
    type Chain = N::Order;
    type Kind = Probabilities;
}
impl<N: Network> Known<N> for Outputs<4> {
    type Chain = N::Order;
    type Kind = ClassProbabilities;
}

/// The chain of a network whose layers fit.
#[doc(hidden)]
pub type ChainOf<N> = <<N as Network>::Outputs as Known<N>>::Chain;

/// The outputs of a network whose layers fit.
#[doc(hidden)]
pub type KindOf<N> = <<N as Network>::Outputs as Known<N>>::Kind;

/// The chain of some keys, in groups of eight, so that it is not nested too deep for the compiler.
#[doc(hidden)]
#[macro_export]
macro_rules! chain {
    ($a:ty) => { $crate::__private::network::One<$a> };
    ($a:ty, $b:ty) => { $crate::__private::network::Then<$crate::__private::network::One<$a>, $crate::__private::network::One<$b>> };
    ($a:ty, $b:ty, $c:ty, $d:ty) => { $crate::__private::network::Then<$crate::chain!($a, $b), $crate::chain!($c, $d)> };
    ($a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty, $h:ty $(, $rest:ty)+) => {
        $crate::__private::network::Then<
            $crate::__private::network::Then<$crate::chain!($a, $b, $c, $d), $crate::chain!($e, $f, $g, $h)>,
            $crate::chain!($($rest),+)
        >
    };
    ($a:ty, $b:ty, $c:ty, $d:ty $(, $rest:ty)+) => {
        $crate::__private::network::Then<$crate::chain!($a, $b, $c, $d), $crate::chain!($($rest),+)>
    };
    ($a:ty, $b:ty $(, $rest:ty)+) => { $crate::__private::network::Then<$crate::chain!($a, $b), $crate::chain!($($rest),+)> };
}

/// A file, read as far as the part `K` of a network `N`.
#[doc(hidden)]
pub struct PartOf<F, N, K>(PhantomData<(F, N, K)>);

impl<F: File, N: Network + Has<K>, K> File for PartOf<F, N, K> {
    const BYTES: &'static [u8] = F::BYTES;
    const OFFSET: usize = F::OFFSET + bytes(N::PARTS.split_at(N::INDEX).0);
}

/// A chain of layers, the first of which takes an `X`.
#[doc(hidden)]
pub trait Infers<N, X> {
    type Y: AnyBitPattern;
    type After<S: MayOverwrite>: MayOverwrite;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static>: AreaSizes + 'static;
    const MACS: usize;
    const OUTPUTS: OutputKind;
    fn run<'a, S: MayOverwrite>(net: &N, cursor: Cursor<'a, X, S>) -> Cursor<'a, Self::Y, Self::After<S>>;
}

type PlaceOf<L, X> = <L as Layer<X>>::Place;

impl<N: Has<K, Part: Layer<X>>, K, X> Infers<N, X> for One<K> {
    type Y = <N::Part as Layer<X>>::Y;
    type After<S: MayOverwrite> = <PlaceOf<N::Part, X> as Place<N::Part, X>>::After<S>;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = <PlaceOf<N::Part, X> as Place<N::Part, X>>::Sizes<S, R>;
    const MACS: usize = N::Part::MACS;
    const OUTPUTS: OutputKind = N::Part::OUTPUTS;
    #[inline(always)]
    fn run<'a, S: MayOverwrite>(net: &N, cursor: Cursor<'a, X, S>) -> Cursor<'a, Self::Y, Self::After<S>> {
        PlaceOf::<N::Part, X>::run(net.part(), cursor)
    }
}

impl<N, X, A: Infers<N, X>, B: Infers<N, A::Y>> Infers<N, X> for Then<A, B> {
    type Y = B::Y;
    type After<S: MayOverwrite> = B::After<A::After<S>>;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = A::Sizes<S, B::Sizes<A::After<S>, R>>;
    const MACS: usize = A::MACS + B::MACS;
    const OUTPUTS: OutputKind = B::OUTPUTS.after(A::OUTPUTS);
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
pub fn infer<'a, N, X>(net: &N, x: &'a X, scratch: &'a mut ScratchFor<N, X>) -> &'a <ChainOf<N> as Infers<N, X>>::Y
where
    N: Network<Outputs: Known<N, Chain: Infers<N, X>>>,
{
    <ChainOf<N> as Infers<N, X>>::run(net, Cursor::new(x, scratch)).output()
}

impl<N: Network + Layer<X>, X> Place<N, X> for InTurn
where
    N::Outputs: Known<N, Chain: Infers<N, X, Y = N::Y>>,
{
    type After<S: MayOverwrite> = <ChainOf<N> as Infers<N, X>>::After<S>;
    type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = <ChainOf<N> as Infers<N, X>>::Sizes<S, R>;
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
    type Options: Default + Clone;
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
    type Cache: Default;
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
    /// - `wanted`: whether the gradient of `x` is; `before`: how many tensors the parts before this chain have.
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
        train::regularize::<X, N::Part>(options.part(), x, dy, c);
        let step = &mut step.of(before, N::part_mut);
        let dx = net.part_mut().backward(options.part(), x, dy, c, grad.part_mut(), step, context);
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
        $(#[$attribute:meta])* $N:ty;
        Arch: [$($arch:tt)*] [$($where_arch:tt)*];
        Layer: [$($layer:tt)*] [$($where_layer:tt)*];
        $($train:tt)*
    ) => {
        impl<$($arch)*> $crate::__private::layer::Arch for $N where $($where_arch)* {
            const NAME: &'static $crate::__private::text::Text = <$N as $crate::__private::network::Network>::TEXT;
            const IDENTITY: &'static $crate::__private::text::Text = <$N as $crate::__private::network::Network>::IDENTITY;
            const PARAMS: usize = $crate::__private::network::params(<$N as $crate::__private::network::Network>::PARTS);
            const BYTES: usize = $crate::__private::network::bytes(<$N as $crate::__private::network::Network>::PARTS);
            const FLOATS: bool = $crate::__private::network::floats(<$N as $crate::__private::network::Network>::PARTS);
            const EXISTS: bool = $crate::__private::network::exist(<$N as $crate::__private::network::Network>::PARTS);
        }
        $(#[$attribute])*
        impl<X, $($layer)*> $crate::__private::layer::Layer<X> for $N where $($where_layer)* {
            type Y = <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Infers<$N, X>>::Y;
            type Scratch = $crate::__private::network::ScratchFor<$N, X>;
            type Place = $crate::__private::layer::InTurn;
            const MACS: usize = <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Infers<$N, X>>::MACS;
            const OUTPUTS: $crate::__private::outputs::OutputKind =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Infers<$N, X>>::OUTPUTS;
            #[inline]
            fn infer<'a>(&self, x: &'a X, scratch: &'a mut Self::Scratch) -> &'a Self::Y {
                $crate::__private::network::infer(self, x, scratch)
            }
        }
        $crate::train_by_chain!($(#[$attribute])* $N; $($train)*);
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
        $(#[$attribute:meta])* $N:ty;
        Params: [$($params:tt)*] [$($where_params:tt)*];
        Train: [$($train:tt)*] [$($where_train:tt)*];
    ) => {
        $(#[$attribute])*
        impl<$($params)*> $crate::__private::train::Params for $N where $($where_params)* {
            type Options = $crate::__private::network::PlanOf<$N>;
            type Kind = $crate::__private::network::KindOf<$N>;
            const TENSORS: usize = <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Visits<$N, Self::Options>>::TENSORS;
            fn visit<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut $crate::__private::train::Visitor<K>) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Visits<$N, Self::Options>>::visit(options, values, f);
            }
            fn activity_regularizer(_: &Self::Options) -> &$crate::__private::Regularizer {
                $crate::__private::Regularizer::NONE
            }
            fn read(&self, options: &Self::Options, f: &mut dyn FnMut(&$crate::__private::train::Tensor, &$crate::__private::train::TensorOptions, &[f32])) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Visits<$N, Self::Options>>::read(self, options, f);
            }
        }
        $(#[$attribute])*
        impl<X, $($train)*> $crate::__private::train::Train<X> for $N where $($where_train)* {
            type Cache = <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, $crate::__private::network::PlanOf<$N>, X>>::Cache;
            const HEAD: ::core::option::Option<$crate::__private::train::Head> =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, $crate::__private::network::PlanOf<$N>, X>>::HEAD;
            const CACHE: usize =
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, $crate::__private::network::PlanOf<$N>, X>>::CACHE;
            fn forward<'a>(
                &self,
                options: &Self::Options,
                x: &'a [X],
                c: &'a mut Self::Cache,
                context: &mut $crate::__private::train::Context,
            ) -> &'a [Self::Y] {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, Self::Options, X>>::forward(
                    self, options, x, c, context.fuse_head, context,
                )
            }
            fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y] {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, Self::Options, X>>::output(x, c)
            }
            fn backward<'a>(
                &mut self,
                options: &Self::Options,
                x: &[X],
                dy: &'a mut [Self::Y],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                step: &mut $crate::__private::train::Step<'_, Self>,
                context: &mut $crate::__private::train::Context,
            ) -> &'a mut [X] {
                let needs_input_grad = context.needs_input_grad;
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, Self::Options, X>>::backward(
                    self, options, x, dy, c, grad, step, context, needs_input_grad, 0,
                )
            }
            fn check(x: &[X]) -> $crate::__private::Result<()> {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, Self::Options, X>>::check(x)
            }
            fn validate(options: &Self::Options) -> $crate::__private::Result<()> {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, Self::Options, X>>::validate(options)
            }
            fn describe(options: &Self::Options, place: &str, rows: &mut $crate::__private::Vec<$crate::__private::train::Row>) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::network::Trains<$N, Self::Options, X>>::describe(options, place, rows);
            }
        }
    };
}

/// What the layers of a tuple become, each between its neighbours.
macro_rules! folded {
    ([$($done:ty,)*] $B:ty, $A:ty; $Z:ident) => { ($($done,)* $Z::As<$B, $A>,) };
    ([$($done:ty,)*] $B:ty, $A:ty; $L:ident $N:ident $($t:ident)*) => {
        folded!([$($done,)* $L::As<$B, $N::Starts>,] $L::Absorbs, $A; $N $($t)*)
    };
}

/// Makes networks of tuples of all lengths: of each layer its name, index and input.
macro_rules! tuples {
    (@grow [$($done:tt)*] $In:ty;) => {};
    (@grow [$($done:tt)*] $In:ty; $L:ident $i:tt $($rest:tt)*) => {
        tuples!(@of $($done)* $L $i ($In));
        tuples!(@grow [$($done)* $L $i ($In)] $L::Y; $($rest)*);
    };
    (@of $($L:ident $i:tt ($In:ty))*) => {
        tuples!(@parts [$($L)*] $($L $i)*);
        impl<$($L),*> Ordered for ($($L,)*) {
            type Order = crate::chain!($(Nth<$i>),*);
        }
        impl<$($L: Arch),*> Network for ($($L,)*) {
            type Outputs = Outputs<0>;
            const PARTS: &'static [Part] = &[$(Part::of::<$L>(stringify!($i))),*];
        }
        #[cfg(feature = "train")]
        impl<$($L: Params),*> Planned for ($($L,)*) {
            type Options = ($($L::Options,)*);
        }
        network_contracts! {
            ($($L,)*);
            Arch: [$($L: Arch),*] [];
            Layer: [$($L: Layer<$In>),*] [];
            Params: [$($L: Params),*] [];
            Train: [$($L: Train<$In>),*] [];
        }
        impl<Bytes: File, $($L: Arch),*> Embed<Bytes> for ($($L,)*)
        where
            $($L: Embed<PartOf<Bytes, Self, Nth<$i>>>,)*
        {
            const VALUE: Self = ($(<$L as Embed<PartOf<Bytes, Self, Nth<$i>>>>::VALUE,)*);
        }
        impl<$($L: Fold),*> Fold for ($($L,)*) {
            type Starts = <<Self as Ordered>::Order as Folds<Self>>::Starts;
            type Absorbs = <<Self as Ordered>::Order as Folds<Self>>::Absorbs;
            type As<Before: Bool, After: Bool> = folded!([] Before, After; $($L)*);
        }
        #[cfg(feature = "train")]
        impl<$($L: FoldValues),*> FoldValues for ($($L,)*) {
            fn norm(&self) -> Option<Norm<'_>> {
                <<Self as Ordered>::Order as FoldsValues<Self>>::norm(self)
            }
            fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
                <<Self as Ordered>::Order as FoldsTo<Self, Self::As<Before, After>, Before, After>>::fold_to(self, after, to);
            }
        }
    };
    (@parts $all:tt $($L:ident $i:tt)*) => { $(tuples!(@part $all $L $i);)* };
    (@part [$($all:ident)*] $L:ident $i:tt) => {
        impl<$($all),*> Has<Nth<$i>> for ($($all,)*) {
            type Part = $L;
            const INDEX: usize = $i;
            #[inline(always)]
            fn part(&self) -> &$L {
                &self.$i
            }
            #[inline(always)]
            fn part_mut(&mut self) -> &mut $L {
                &mut self.$i
            }
        }
    };
}
tuples!(@grow [] X; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K0 10 L 11);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::batch_norm::BatchNorm;
    use crate::layers::dense::Dense;
    use crate::layers::dropout::Dropout;
    use crate::layers::flatten::Flatten;
    use crate::layers::relu::Relu;
    use crate::layers::reshape::Reshape;
    use crate::layers::softmax::Softmax;
    use crate::layers::tanh::Tanh;
    use crate::memory::plain::{Floats, zeroed};
    use crate::shape::sample::{Image, Sample, Vector};

    fn dense<const I: usize, const O: usize>(seed: usize) -> Dense<I, O> {
        let number = |r: usize, c: usize| ((seed + 7 * r + 3 * c) % 11) as f32 / 8.0 - 0.6;
        Dense { kernel: nalgebra::SMatrix::from_fn(number), bias: nalgebra::SVector::from_fn(number) }
    }

    /// The output for `x`, from memory that is full of what another inference left, equals that of one layer after
    /// another.
    macro_rules! check {
        ($net:expr, $X:ty, $bytes:expr; $($i:tt)*) => {{
            let (net, x) = ($net, <$X>::ZERO);
            let x = { let mut x = x; x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = i as f32 / 5.0 - 0.7); x };
            let mut work = room_of(&net, &x);
            net.infer(&<$X>::ZERO, &mut work);
            let got = net.infer(&x, &mut work);
            $(let x = { let mut work = room_of(&net.$i, &x); *net.$i.infer(&x, &mut work) };)*
            assert_eq!(got.values(), x.values());
            assert_eq!(size_of_val(&work), $bytes);
        }};
    }

    fn room_of<X, L: Layer<X>>(_: &L, _: &X) -> L::Scratch {
        zeroed()
    }

    #[test]
    fn layers_take_turns_in_two_areas() {
        check!((dense::<4, 6>(1), Relu, dense::<6, 3>(2), Softmax), Vector<4>, 4 * 9; 0 1 2 3);
        check!((dense::<4, 6>(1), Tanh, dense::<6, 3>(2), Relu, dense::<3, 5>(4)), Vector<4>, 4 * 9; 0 1 2 3 4);
        check!((dense::<9, 2>(1), dense::<2, 8>(2), dense::<8, 3>(3), dense::<3, 1>(4)), Vector<9>, 4 * 11; 0 1 2 3);
        // The input itself is never written over.
        check!((Relu, Tanh), Vector<5>, 4 * 5; 0 1);
        check!((Dropout::<50>, Flatten, Relu, dense::<6, 2>(3)), Image<1, 2, 3>, 4 * 8; 0 1 2 3);
        check!((Flatten,), Image<1, 2, 3>, 0; 0);
        // A layer with memory of its own, and a network in a network.
        let norm = || BatchNorm::<6> { moving_variance: nalgebra::SVector::repeat(2.0), ..zeroed() };
        let norm = || BatchNorm { gamma: nalgebra::SVector::repeat(0.5), ..norm() };
        check!((dense::<4, 6>(1), norm(), Relu, dense::<6, 2>(2)), Vector<4>, 4 * (12 + 6); 0 1 2 3);
        let inner = (zeroed::<Reshape<Vector<6>, Image<1, 2, 3>>>(), Flatten, norm(), Relu, dense::<6, 6>(5), Tanh);
        check!((dense::<4, 6>(1), inner, Relu, dense::<6, 2>(2), Relu), Vector<4>, 4 * (12 + 6); 0 1 2 3 4);
        check!(((dense::<4, 6>(1), Relu), (dense::<6, 3>(2), (Relu, dense::<3, 5>(4)))), Vector<4>, 4 * 9; 0 1);
    }

    /// What lies over its input is computed otherwise, and equals what lies elsewhere.
    #[test]
    fn layers_write_over_their_inputs() {
        use crate::layers::*;
        use crate::shape::sample::Sequence;

        let vector = |start: f32| nalgebra::SVector::<f32, 6>::from_fn(|i, _| start + i as f32 / 7.0);
        macro_rules! check_all { ($($layer:expr),* $(,)?) => { $(
            check!((dense::<4, 12>(1), zeroed::<Reshape<Vector<12>, Sequence<2, 6>>>(), $layer, Relu), Vector<4>, 4 * 12; 0 1 2 3);
        )* } }
        check_all!(
            PRelu { alpha: vector(-0.3) },
            Rescaling::new(0.3, 0.7),
            Normalization { mean: vector(-0.5), variance: vector(0.2) },
            UnitNormalization::<6>,
            LayerNorm { gamma: vector(0.4), beta: vector(-0.2) },
            RmsNorm { scale: vector(0.4) },
            GroupNorm::<6, 3> { gamma: vector(0.4), beta: vector(-0.2) },
            Softmax,
            LogSoftmax,
            Sparsemax,
            PositionEmbedding::<2, 6> { embeddings: nalgebra::SMatrix::from_fn(|c, t| (c + t) as f32 / 5.0) },
        );
    }

    #[test]
    fn a_layer_that_returns_its_input_from_elsewhere_harms_nobody() {
        use crate::contract::layer::{Other, Private};

        struct Echo;
        impl Arch for Echo {
            const NAME: &'static Text = &Text::new("Echo");
            const PARAMS: usize = 0;
        }
        impl Layer<Vector<4>> for Echo {
            type Y = Vector<4>;
            type Scratch = ();
            type Place = Private;
            fn infer<'a>(&self, x: &'a Vector<4>, _: &'a mut ()) -> &'a Vector<4> {
                x
            }
        }
        struct Reverse;
        impl Arch for Reverse {
            const NAME: &'static Text = &Text::new("Reverse");
            const PARAMS: usize = 0;
        }
        impl Layer<Vector<4>> for Reverse {
            type Y = Vector<4>;
            type Scratch = Vector<4>;
            type Place = Other;
            fn infer<'a>(&self, x: &'a Vector<4>, y: &'a mut Vector<4>) -> &'a Vector<4> {
                (0..4).for_each(|i| y.0[i] = x.0[3 - i]);
                y
            }
        }
        let mut work = zeroed();
        let x = Vector::new([1.0, 2.0, 3.0, 4.0]);
        assert_eq!((Reverse, Echo, Reverse, Echo).infer(&x, &mut work).values(), x.values());
    }
}
