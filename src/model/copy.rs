//! Copies of parameters, from heap to heap: a network may be larger than the stack.

use crate::contract::tensor::{Params, set_values, values};
use crate::memory::heap::boxed;

/// Overwrites the parameters of `to`.
pub(crate) fn copy<N: Params>(from: &mut N, to: &mut N) {
    N::visit(&N::Options::default(), [from, to], &mut |_, _, [from, to]| to.copy_from_slice(from));
}

/// A copy of a network.
pub(crate) fn copied<N: Params>(net: &N) -> Box<N> {
    from_values(&values(net))
}

/// The network with these parameters, in the order of a checkpoint.
pub(crate) fn from_values<N: Params>(values: &[f32]) -> Box<N> {
    let mut net = boxed::<N>();
    set_values(&mut *net, values);
    net
}
