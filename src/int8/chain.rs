//! Networks: each layer in its form of signed bytes.

use crate::contract::embed::{After, Embed, File};
use crate::contract::layer::{Arch, InTurn, Layer};
use crate::contract::network;
use crate::contract::network::{ChainOf, Has, Infers, Known, Network, Nth, One, Ordered, Outputs, Part, Then};
#[cfg(feature = "train")]
use crate::int8::operation::{Operation, Steps};
use crate::int8::quantize::Quantize;
#[cfg(feature = "train")]
use crate::int8::quantize::ToInt8;
use crate::int8::sample::Int8;
use crate::memory::plain::Zeroed;
use crate::shape::sample::Sample;
use crate::text::Text;

/// A chain of layers of bytes, and the chain behind it: the form of a network's chain.
#[doc(hidden)]
#[repr(C)]
pub struct Both<A, B>(pub A, pub B);
crate::zeroed!([A: Zeroed, B: Zeroed] Both<A, B> { 0, 1 });

impl<A, B> Ordered for Both<A, B> {
    type Order = crate::chain!(Nth<0>, Nth<1>);
}
impl<A: Arch, B: Arch> Network for Both<A, B> {
    type Outputs = Outputs<0>;
    const PARTS: &'static [Part] = &[Part::of::<A>("0"), Part::of::<B>("1")];
    const TEXT: &'static Text = &network::names(Text::new(""), Self::PARTS);
    const IDENTITY: &'static Text = &network::identities(Text::new(""), Self::PARTS);
}
impl<A, B> Has<Nth<0>> for Both<A, B> {
    type Part = A;
    const INDEX: usize = 0;
    #[inline(always)]
    fn part(&self) -> &A {
        &self.0
    }
    #[inline(always)]
    fn part_mut(&mut self) -> &mut A {
        &mut self.0
    }
}
impl<A, B> Has<Nth<1>> for Both<A, B> {
    type Part = B;
    const INDEX: usize = 1;
    #[inline(always)]
    fn part(&self) -> &B {
        &self.1
    }
    #[inline(always)]
    fn part_mut(&mut self) -> &mut B {
        &mut self.1
    }
}
impl<A: Arch, B: Arch> Arch for Both<A, B> {
    const NAME: &'static Text = Self::TEXT;
    const IDENTITY: &'static Text = <Self as Network>::IDENTITY;
    const PARAMS: usize = network::params(Self::PARTS);
    const BYTES: usize = network::bytes(Self::PARTS);
    const FLOATS: bool = false;
}
impl<X, A: Layer<X>, B: Layer<A::Y>> Layer<X> for Both<A, B> {
    type Y = B::Y;
    type Scratch = network::ScratchFor<Self, X>;
    type Place = InTurn;
    const MACS: usize = A::MACS + B::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a X, scratch: &'a mut Self::Scratch) -> &'a B::Y {
        network::infer(self, x, scratch)
    }
}
impl<F: File, A: Embed<F>, B: Embed<After<F, A>>> Embed<F> for Both<A, B> {
    const VALUE: Self = Both(A::VALUE, B::VALUE);
}

/// A chain of layers that have a form of signed bytes.
#[doc(hidden)]
pub trait Quantizes<N, X: Sample>: Infers<N, X, Y: Sample> {
    type Int8: Layer<Int8<X>, Y = Int8<Self::Y>> + Zeroed;
}

impl<N: Has<K, Part: Quantize<X>>, K, X: Sample> Quantizes<N, X> for One<K> {
    type Int8 = <N::Part as Quantize<X>>::Int8;
}

impl<N, X: Sample, A: Quantizes<N, X>, B: Quantizes<N, A::Y>> Quantizes<N, X> for Then<A, B> {
    type Int8 = Both<A::Int8, B::Int8>;
}

#[diagnostic::do_not_recommend]
impl<X: Sample, N> Quantize<X> for N
where
    N: Network<Outputs: Known<N, Chain: Quantizes<N, X, Y = N::Y>>> + Layer<X, Y: Sample>,
{
    type Int8 = (<ChainOf<N> as Quantizes<N, X>>::Int8,);
}

/// A chain of layers that [`quantize`](crate::quantize()) converts.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait QuantizesTo<N, X: Sample>: Quantizes<N, X> {
    fn operations(net: &N, to: &mut Vec<Operation>);
    fn write(from: &mut Steps, to: &mut Vec<u8>);
    fn load(net: &mut Self::Int8, from: &mut &[u8]);
}

#[cfg(feature = "train")]
impl<N: Has<K, Part: ToInt8<X>>, K, X: Sample> QuantizesTo<N, X> for One<K> {
    fn operations(net: &N, to: &mut Vec<Operation>) {
        net.part().operations(to);
    }
    fn write(from: &mut Steps, to: &mut Vec<u8>) {
        N::Part::write(from, to);
    }
    fn load(net: &mut Self::Int8, from: &mut &[u8]) {
        N::Part::load(net, from);
    }
}

#[cfg(feature = "train")]
impl<N, X: Sample, A: QuantizesTo<N, X>, B: QuantizesTo<N, A::Y>> QuantizesTo<N, X> for Then<A, B> {
    fn operations(net: &N, to: &mut Vec<Operation>) {
        A::operations(net, to);
        B::operations(net, to);
    }
    fn write(from: &mut Steps, to: &mut Vec<u8>) {
        A::write(from, to);
        B::write(from, to);
    }
    fn load(net: &mut Self::Int8, from: &mut &[u8]) {
        A::load(&mut net.0, from);
        B::load(&mut net.1, from);
    }
}

#[cfg(feature = "train")]
#[diagnostic::do_not_recommend]
impl<X: Sample, N> ToInt8<X> for N
where
    N: Network<Outputs: Known<N, Chain: QuantizesTo<N, X, Y = N::Y>>> + Layer<X, Y: Sample>,
{
    fn operations(&self, to: &mut Vec<Operation>) {
        ChainOf::<N>::operations(self, to);
    }
    fn write(from: &mut Steps, to: &mut Vec<u8>) {
        ChainOf::<N>::write(from, to);
    }
    fn load(net: &mut Self::Int8, from: &mut &[u8]) {
        ChainOf::<N>::load(&mut net.0, from);
    }
}
