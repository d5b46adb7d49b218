//! Networks: each layer in its form of signed bytes.

use crate::contract::chain;
use crate::contract::chain::Infers;
use crate::contract::embed::{After, Embed, File};
use crate::contract::layer::{Arch, InTurn, Layer};
use crate::contract::network::{Has, Network, Nth, One, Ordered, Outputs, Then};
#[cfg(feature = "train")]
use crate::contract::operation::{Operation, Steps};
use crate::contract::part;
use crate::contract::part::Part;
use crate::contract::quantize::Quantize;
#[cfg(feature = "train")]
use crate::contract::quantize::ToInt8;
#[cfg(feature = "train")]
use crate::io::error::Result;
use crate::memory::plain::Zeroed;
use crate::memory::step_mask::StepMask;
use crate::shape::int8::Int8;
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
    const TEXT: &'static Text = &part::names(Text::new(""), Self::PARTS);
    const IDENTITY: &'static Text = &part::identities(Text::new(""), Self::PARTS);
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
    const PARAMS: usize = part::params(Self::PARTS);
    const BYTES: usize = part::bytes(Self::PARTS);
    const FLOATS: bool = false;
}
impl<X, A: Layer<X>, B: Layer<A::Y>> Layer<X> for Both<A, B> {
    type Y = B::Y;
    type Scratch = chain::ScratchFor<Self, X>;
    type Place = InTurn;
    const MACS: usize = A::MACS + B::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a X, scratch: &'a mut Self::Scratch) -> &'a B::Y {
        chain::infer(self, x, StepMask::NONE, scratch)
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

/// A chain of layers that [`quantize`](crate::quantize()) converts.
#[cfg(feature = "train")]
#[doc(hidden)]
pub trait QuantizesTo<N, X: Sample>: Quantizes<N, X> {
    fn operations(net: &N, to: &mut Vec<Operation>);
    fn write(from: &mut Steps, to: &mut Vec<u8>);
    fn load(net: &mut Self::Int8, from: &mut &[u8]) -> Result<()>;
}

#[cfg(feature = "train")]
impl<N: Has<K, Part: ToInt8<X>>, K, X: Sample> QuantizesTo<N, X> for One<K> {
    fn operations(net: &N, to: &mut Vec<Operation>) {
        net.part().operations(to);
    }
    fn write(from: &mut Steps, to: &mut Vec<u8>) {
        N::Part::write(from, to);
    }
    fn load(net: &mut Self::Int8, from: &mut &[u8]) -> Result<()> {
        N::Part::load(net, from)
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
    fn load(net: &mut Self::Int8, from: &mut &[u8]) -> Result<()> {
        A::load(&mut net.0, from)?;
        B::load(&mut net.1, from)
    }
}

/// Writes the form in signed bytes of a network by its chain, with the generics and the bounds of both impls.
#[doc(hidden)]
#[macro_export]
macro_rules! quantize_by_chain {
    (
        $N:ty, $X:ident;
        Quantize: [$($quantize:tt)*] [$($where_quantize:tt)*];
        ToInt8: [$($to_int8:tt)*] [$($where_to_int8:tt)*];
    ) => {
        impl<$X: $crate::__private::sample::Sample, $($quantize)*> $crate::__private::quantize::Quantize<$X> for $N
        where
            $($where_quantize)*
        {
            type Int8 = (<$crate::__private::network::ChainOf<$N> as $crate::__private::quantize_network::Quantizes<$N, $X>>::Int8,);
        }
        $crate::to_int8_by_chain!($N, $X; [$($to_int8)*] [$($where_to_int8)*]);
    };
}

/// What [`quantize_by_chain!`] writes for the conversion.
#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! to_int8_by_chain {
    ($($t:tt)*) => {};
}

/// What [`quantize_by_chain!`] writes for the conversion.
#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! to_int8_by_chain {
    ($N:ty, $X:ident; [$($generic:tt)*] [$($bound:tt)*]) => {
        impl<$X: $crate::__private::sample::Sample, $($generic)*> $crate::__private::quantize::ToInt8<$X> for $N
        where
            $($bound)*
        {
            fn operations(&self, to: &mut $crate::__private::Vec<$crate::__private::operation::Operation>) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::quantize_network::QuantizesTo<$N, $X>>::operations(
                    self, to,
                );
            }
            fn write(from: &mut $crate::__private::operation::Steps, to: &mut $crate::__private::Vec<u8>) {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::quantize_network::QuantizesTo<$N, $X>>::write(from, to);
            }
            fn load(net: &mut Self::Int8, from: &mut &[u8]) -> $crate::__private::Result<()> {
                <$crate::__private::network::ChainOf<$N> as $crate::__private::quantize_network::QuantizesTo<$N, $X>>::load(
                    &mut net.0, from,
                )
            }
        }
    };
}

/// Tuples of all lengths: of each layer its name and input.
macro_rules! tuples {
    (@grow [$($done:tt)*] $In:ty;) => {};
    (@grow [$($done:tt)*] $In:ty; $L:ident $($rest:ident)*) => {
        tuples!(@of $($done)* $L ($In));
        tuples!(@grow [$($done)* $L ($In)] $L::Y; $($rest)*);
    };
    (@of $($L:ident ($In:ty))*) => {
        quantize_by_chain! {
            ($($L,)*), X;
            Quantize: [$($L: Quantize<$In>),*] [];
            ToInt8: [$($L: ToInt8<$In>),*] [];
        }
    };
}
tuples!(@grow [] X; A B C D E F G H I J K L);
