//! Samples of signed bytes.

use crate::kernels;
use crate::memory::plain::{Bytes, zeroed};
use crate::memory::view::word_bytes;
use crate::shape::sample::Sample;

/// A sample of signed bytes, in the shape of `X`.
///
/// ```
/// use taut::{int8::{Int8, Scale}, prelude::*};
/// let scale = Scale { scale: 0.5, zero_point: 0 };
/// let mut x = Int8::of(&Vector::new([-1.0, 0.0, 99.0]), scale);
/// assert_eq!((x.bytes(), x.0[2]), (&[-2, 0, 127][..], 127));
/// x.bytes_mut()[1] = 3;
/// assert_eq!(x.to_sample(scale).values(), [-1.0, 1.5, 63.5]);
/// ```
#[repr(C, align(4))]
pub struct Int8<X: Sample>(pub X::Bytes);
word_bytes!([X: Sample] Int8<X> { 0: X::Bytes });

impl<X: Sample> Clone for Int8<X> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<X: Sample> Copy for Int8<X> {}

/// The number that a byte `q` represents: `x = scale · (q - zero_point)`.
///
/// ```
/// use taut::int8::Scale;
/// let scale = Scale { scale: 0.5, zero_point: -128 }; // from 0 to 127.5
/// assert_eq!([0.0, 1.2, 127.5, 999.0, -1.0].map(|x| scale.quantize(x)), [-128, -126, 127, 127, -128]);
/// assert_eq!(scale.dequantize(-126), 1.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Scale {
    /// The difference between two neighbouring bytes.
    pub scale: f32,
    /// The byte that represents zero.
    pub zero_point: i32,
}
crate::any_bit_pattern!([] Scale { scale, zero_point });

impl Scale {
    /// The nearest byte, with halves rounded away from zero; the zero point for NaN.
    pub fn quantize(&self, x: f32) -> i8 {
        let q = x / self.scale;
        let rest = q - q as i32 as f32;
        let rounding = (rest >= 0.5) as i32 - (rest <= -0.5) as i32;
        kernels::saturated((q as i32).saturating_add(rounding).saturating_add(self.zero_point))
    }

    /// The number that a byte represents.
    pub fn dequantize(&self, q: i8) -> f32 {
        self.scale * (q as i32).wrapping_sub(self.zero_point) as f32
    }
}

impl<X: Sample> Int8<X> {
    /// The sample whose bytes are all 0.
    pub const ZERO: Self = {
        assert!(size_of::<X::Bytes>() == X::LEN, "`Sample::Bytes` has a byte for each number");
        zeroed()
    };

    /// The bytes in the order of memory.
    pub fn bytes(&self) -> &[i8] {
        self.0.bytes()
    }

    /// The bytes in the order of memory.
    pub fn bytes_mut(&mut self) -> &mut [i8] {
        self.0.bytes_mut()
    }

    /// Quantizes a sample.
    pub fn of(x: &X, scale: Scale) -> Self {
        let mut bytes = Self::ZERO;
        bytes.bytes_mut().iter_mut().zip(x.values()).for_each(|(to, x)| *to = scale.quantize(*x));
        bytes
    }

    /// Dequantizes the sample.
    pub fn to_sample(&self, scale: Scale) -> X {
        let mut x = X::ZERO;
        x.values_mut().iter_mut().zip(self.bytes()).for_each(|(to, q)| *to = scale.dequantize(*q));
        x
    }
}

impl<X: Sample> core::fmt::Debug for Int8<X> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Int8").field(&self.bytes()).finish()
    }
}

impl<X: Sample> PartialEq for Int8<X> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}
