//! Softmax of signed bytes.

#[cfg(feature = "train")]
use crate::contract::operation::Operation;
#[cfg(feature = "train")]
use crate::contract::quantize::Sound;
use crate::contract::quantize::{in_place, int8_layer, quantizes};
#[cfg(feature = "train")]
use crate::io::error::Result;
use crate::kernels;
use crate::layers::softmax::Softmax;
use crate::shape::int8::Int8;
use crate::shape::sample::Vector;

/// A [`Softmax`](crate::Softmax) of at most 4,095 signed bytes, whose outputs have the scale 1/256 and the zero point
/// -128.
///
/// ```
/// use taut::{int8::{Int8, Int8Softmax}, prelude::*};
/// let small = quantize(&Model::<Vector<2>, Softmax>::new(1), &[Vector::new([-1.0, 1.0])])?;
/// let (softmax, mut y): (&Int8Softmax, _) = (small.net().net(), Int8::<Vector<2>>::ZERO);
/// softmax.infer(&Int8([7, 7]), &mut y);
/// assert_eq!(y.bytes(), [0, 0]); // (0 + 128) / 256 each
/// # Ok::<(), taut::Error>(())
/// ```
#[repr(C, align(4))]
pub struct Int8Softmax {
    pub(crate) multiplier: i32,
    pub(crate) shift: i32,
    pub(crate) least: i32,
}
int8_layer!(Int8Softmax { multiplier, shift, least }, 0);
#[cfg(feature = "train")]
impl Sound for Int8Softmax {
    fn check(&self) -> Result<()> {
        Self::within(self.multiplier, 0..=i32::MAX, "a multiplier from 0")?;
        Self::within(self.shift, 0..=31, "a shift from 0 to 31")?;
        // Two bytes differ by 255 at most; a difference has 26 fractional bits.
        let least = i64::from(self.least.max(-255)) << self.shift;
        let range = if least >= -(32 << 26) { i32::MIN..=0 } else { 0..=0 };
        Self::within(self.least, range, "a least difference from -32 to 0")
    }
}

in_place! {
    [const N: usize] Int8Softmax: Int8<Vector<N>>, |layer, x| {
        const { assert!(N < 4096, "a softmax of signed bytes takes at most 4,095") };
        kernels::softmax_int8(&mut x.0, layer.multiplier, layer.shift as u32, layer.least);
    };
}
quantizes!([const N: usize] Softmax, Vector<N>, Int8Softmax; |_layer| Operation::Softmax);
