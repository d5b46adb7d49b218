//! What a network is: parts in order. All that it can do follows from what its parts can, in code that is generic over
//! how many there are.
//!
//! A network describes its parts in [`PARTS`](Network::PARTS), reaches them by [`Has`], and puts them in order by its
//! `Order`: a tree of types whose leaves, [`One`], stand for a part each and whose nodes, [`Then`], for one run of
//! parts after another. `chain.rs` runs, trains and folds such a tree.

use crate::contract::embed::File;
use crate::contract::outputs::{
    AnyNumbers, ClassProbabilities, ConstantOutputs, NonNegative, Probabilities, Undeclared,
};
use crate::contract::part::{Part, bytes, identity, names};
use crate::text::Text;
use core::marker::PhantomData;

/// The order of a network's parts, whatever they are: [`One`] and [`Then`] over the keys that [`Has`] takes.
#[doc(hidden)]
pub trait Ordered {
    type Order;
}

/// Parts in order: a tuple of layers, or a struct that [`network!`](crate::network!) made.
///
/// ```
/// use taut::{Network, prelude::*};
/// network! {
///     pub struct Net: Vector<4> {
///         hidden: Dense<4, 8>,
///         relu: Relu,
///     }
/// }
/// assert_eq!(<Net as Network>::TEXT.as_str(), "(Dense<4, 8>, Relu)");
/// assert_eq!(<Net as Network>::PARTS[0].name, "hidden");
/// ```
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
/// - 1 to 5: the [`OutputKind`]s that the last layer can have.
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
impl<N: Network> Known<N> for Outputs<5> {
    type Chain = N::Order;
    type Kind = ConstantOutputs;
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
