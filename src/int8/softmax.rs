//! Softmax of signed bytes.

#[cfg(feature = "train")]
use crate::contract::operation::Operation;
use crate::contract::quantize::{OutOfRange, in_place, int8_layer, quantizes, within};
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
impl Int8Softmax {
    const fn sound(&self) -> Result<(), OutOfRange> {
        if let Err(out) = within(self.multiplier, 0, i32::MAX, "a multiplier from 0") {
            return Err(out);
        }
        if let Err(out) = within(self.shift, 0, 31, "a shift from 0 to 31") {
            return Err(out);
        }
        // Two bytes differ by 255 at most, and a difference has 26 fractional bits and is at least -32.
        let least = if self.least < -255 { -255 } else { self.least as i64 };
        let last = if least << self.shift >= -(32 << 26) { 0 } else { i32::MIN };
        within(self.least, i32::MIN, last, "a least difference from -32 to 0")
    }
}
int8_layer!(Int8Softmax { multiplier, shift, least }, 0);

in_place! {
    [const N: usize] Int8Softmax: Int8<Vector<N>>, |layer, x| {
        const { assert!(N < 4096, "a softmax of signed bytes takes at most 4,095") };
        kernels::softmax_int8(&mut x.0, layer.multiplier, layer.shift as u32, layer.least);
    };
}
quantizes!([const N: usize] Softmax, Vector<N>, Int8Softmax; |_layer| Operation::Softmax);
