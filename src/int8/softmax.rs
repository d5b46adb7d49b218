//! Softmax of signed bytes.

#[cfg(feature = "train")]
use crate::contract::operation::Operation;
use crate::contract::quantize::{in_place, int8_layer, quantizes};
use crate::kernels;
use crate::layers::softmax::Softmax;
use crate::shape::int8::Int8;
use crate::shape::sample::Vector;

/// A [`Softmax`](crate::Softmax) of at most 4,095 signed bytes, whose outputs have the scale 1/256 and the zero point
/// -128.
#[repr(C, align(4))]
pub struct Int8Softmax {
    pub(crate) multiplier: i32,
    pub(crate) shift: i32,
    pub(crate) least: i32,
}
int8_layer!(Int8Softmax { multiplier, shift, least }, 0);

in_place! {
    [const N: usize] Int8Softmax: Int8<Vector<N>>, |layer, x| {
        const { assert!(N < 4096, "a softmax of signed bytes takes at most 4,095") };
        kernels::softmax_int8(&mut x.0, layer.multiplier, layer.shift as u32, layer.least);
    };
}
quantizes!([const N: usize] Softmax, Vector<N>, Int8Softmax; |_layer| Operation::Softmax);
