//! A tuple of layers with a name.

use crate::contract::chain::Infers;
#[cfg(feature = "train")]
use crate::contract::chain::{Planned, Trains, Visits};
use crate::contract::embed::{Embed, File};
use crate::contract::fold::{Bool, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
use crate::contract::network::{Has, Known, Network, Ordered, Outputs};
use crate::contract::part::Part;
use crate::contract::quantize_network::Quantizes;
#[cfg(feature = "train")]
use crate::contract::quantize_network::QuantizesTo;
use crate::memory::plain::Zeroed;
use crate::text::Text;
use core::ops::{Deref, DerefMut};

/// A tuple of layers that [`network!`](crate::network!) has checked: all that the tuple is, and reached as that.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 8>, Relu, Dense<8, 3>); }
/// let model = Model::<Vector<4>, Net>::new(1);
/// assert_eq!(model.net().2.bias.len(), 3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(transparent)]
pub struct Checked<N, const OUTPUTS: u8> {
    net: N,
}
crate::zeroed!([N: Zeroed, const OUTPUTS: u8] Checked<N, OUTPUTS> { net });

impl<N, const OUTPUTS: u8> From<N> for Checked<N, OUTPUTS> {
    fn from(net: N) -> Self {
        Checked { net }
    }
}

impl<N, const OUTPUTS: u8> Deref for Checked<N, OUTPUTS> {
    type Target = N;
    #[inline(always)]
    fn deref(&self) -> &N {
        &self.net
    }
}

impl<N, const OUTPUTS: u8> DerefMut for Checked<N, OUTPUTS> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut N {
        &mut self.net
    }
}

impl<N: Ordered, const OUTPUTS: u8> Ordered for Checked<N, OUTPUTS> {
    type Order = N::Order;
}

impl<N: Network, const OUTPUTS: u8> Network for Checked<N, OUTPUTS> {
    type Outputs = Outputs<OUTPUTS>;
    const PARTS: &'static [Part] = N::PARTS;
    const TEXT: &'static Text = N::TEXT;
    const IDENTITY: &'static Text = <N as Network>::IDENTITY;
}

crate::network_contracts! {
    #[diagnostic::do_not_recommend]
    Checked<N, OUTPUTS>, X;
    Arch: [N: Network, const OUTPUTS: u8] [];
    Layer: [N: Network, const OUTPUTS: u8] [Outputs<OUTPUTS>: Known<Self, Chain: Infers<Self, X>>];
    Params: [N: Planned + Zeroed + Sync + 'static, const OUTPUTS: u8] [Outputs<OUTPUTS>: Known<Self, Chain: Visits<Self, N::Options>>];
    Train: [N: Planned + Zeroed + Sync + 'static, const OUTPUTS: u8] [Outputs<OUTPUTS>: Known<Self, Chain: Trains<Self, N::Options, X>>];
}

crate::quantize_by_chain! {
    Checked<N, OUTPUTS>, X;
    Quantize: [N: Network, const OUTPUTS: u8] [Outputs<OUTPUTS>: Known<Self, Chain: Quantizes<Self, X>>];
    ToInt8: [N: Network, const OUTPUTS: u8] [Outputs<OUTPUTS>: Known<Self, Chain: QuantizesTo<Self, X>>];
}

impl<N: Has<K>, K, const OUTPUTS: u8> Has<K> for Checked<N, OUTPUTS> {
    type Part = N::Part;
    const INDEX: usize = N::INDEX;
    #[inline(always)]
    fn part(&self) -> &N::Part {
        self.net.part()
    }
    #[inline(always)]
    fn part_mut(&mut self) -> &mut N::Part {
        self.net.part_mut()
    }
}

#[cfg(feature = "train")]
impl<N: Planned, const OUTPUTS: u8> Planned for Checked<N, OUTPUTS> {
    type Options = N::Options;
}

impl<F: File, N: Network + Embed<F>, const OUTPUTS: u8> Embed<F> for Checked<N, OUTPUTS> {
    const VALUE: Self = Checked { net: N::VALUE };
}

impl<N: Fold, const OUTPUTS: u8> Fold for Checked<N, OUTPUTS> {
    type Starts = N::Starts;
    type Absorbs = N::Absorbs;
    type As<Before: Bool, After: Bool> = Checked<N::As<Before, After>, OUTPUTS>;
}

#[cfg(feature = "train")]
impl<N: FoldValues, const OUTPUTS: u8> FoldValues for Checked<N, OUTPUTS> {
    fn norm(&self) -> Option<Norm<'_>> {
        self.net.norm()
    }
    fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
        self.net.fold_to::<Before, After>(after, &mut to.net);
    }
}
