//! Samples that are stored as bytes.

use crate::kernels;
use crate::memory::plain::zeroed;
use crate::memory::view::{bytes, bytes_mut, one_of_bytes};
use crate::shape::sample::Sample;
use core::fmt::{self, Debug, Formatter};
use core::slice;

/// A sample in the shape of `X` whose numbers are stored as bytes: a quarter of the memory.
///
/// x = byte / `MAX`, correctly rounded. A model whose input is `X` trains on the
/// [`as_floats`](crate::Dataset::as_floats) of a `Dataset<Pixels<X>, T>` as on a
/// `Dataset<X, T>`, to the same bits; each batch is converted to floats when it is read.
///
/// - `MAX`: the byte that stands for 1. With 255, pixels are from 0 to 1, as the loaders of images return them. With 1,
///   they are from 0 to 255, for a network that begins with a [`Rescaling`](crate::Rescaling). 0 does not compile.
///
/// ```
/// use taut::{Pixels, prelude::*};
/// let mut pixels = Pixels::<Image<2, 2, 1>>::ZERO;
/// pixels.bytes_mut().copy_from_slice(&[0, 51, 102, 255]);
/// assert_eq!(pixels.to_floats().0, [[[0.0], [0.2]], [[0.4], [1.0]]]);
/// assert_eq!(size_of::<Pixels<Image<28, 28, 1>>>(), 784); // and an `Image<28, 28, 1>` has 3,136
///
/// let raw = Pixels::<Vector<2>, 1>::from_bytes(&[7, 255]).unwrap();
/// assert_eq!(raw.to_floats(), Vector::new([7.0, 255.0]));
/// ```
///
/// ```compile_fail,E0080
/// let x = taut::Pixels::<taut::Vector<2>, 0>::from_bytes(&[1, 2]).unwrap().to_floats();
/// ```
#[repr(transparent)]
pub struct Pixels<X: Sample, const MAX: u8 = 255>(X::Bytes);
one_of_bytes!([X: Sample, const MAX: u8] Pixels<X, MAX> { 0: X::Bytes });

impl<X: Sample, const MAX: u8> Pixels<X, MAX> {
    /// The sample whose bytes are all 0.
    pub const ZERO: Self = {
        assert!(size_of::<X::Bytes>() == X::LEN, "`Sample::Bytes` has a byte for each number");
        assert!(MAX > 0, "`MAX` is the byte that stands for 1: expected 1 to 255, received 0");
        zeroed()
    };

    /// The sample of these bytes, or `None` if they are not one for each number.
    ///
    /// ```
    /// use taut::{Pixels, Vector};
    /// assert_eq!(Pixels::<Vector<2>>::from_bytes(&[0, 51]).unwrap().to_floats().as_array(), &[0.0, 0.2]);
    /// assert_eq!(Pixels::<Vector<2>>::from_bytes(&[0, 51, 102]), None);
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut pixels = Self::ZERO;
        let to = pixels.bytes_mut();
        (to.len() == bytes.len()).then(|| to.copy_from_slice(bytes)).map(|()| pixels)
    }

    /// The bytes in the order of memory.
    pub fn bytes(&self) -> &[u8] {
        bytes(slice::from_ref(self))
    }

    /// The bytes in the order of memory.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        bytes_mut(slice::from_mut(self))
    }

    /// The numbers, by value. A sample that may be larger than the stack is written to memory of the caller by
    /// [`write_to`](Self::write_to).
    pub fn to_floats(&self) -> X {
        let mut x = X::ZERO;
        self.write_to(&mut x);
        x
    }

    /// Writes the numbers to a sample.
    ///
    /// ```
    /// use taut::{Pixels, memory::boxed, prelude::*};
    /// let mut large = boxed::<Image<1024, 1024, 3>>(); // 13 MB, on the heap
    /// let mut pixels = boxed::<Pixels<Image<1024, 1024, 3>>>();
    /// pixels.bytes_mut().fill(255);
    /// pixels.write_to(&mut large);
    /// assert_eq!(large.0[1023][1023], [1.0; 3]);
    /// ```
    pub fn write_to(&self, x: &mut X) {
        Self::decode(self.bytes(), x);
    }

    /// Writes the numbers that the bytes stand for.
    pub(crate) fn decode(bytes: &[u8], x: &mut X) {
        const { Self::CHECK };
        kernels::decode(bytes, MAX, x.values_mut());
    }

    const CHECK: () = {
        _ = Self::ZERO;
    };
}

#[cfg(feature = "train")]
impl<X: Sample, const MAX: u8> Pixels<X, MAX> {
    /// The bytes that stand for the numbers of a sample.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) about the first number that no byte stands for, with its index.
    ///
    /// ```
    /// use taut::{Pixels, Vector};
    /// assert_eq!(Pixels::<Vector<2>>::of(&Vector::new([0.2, 1.0]))?.bytes(), [51, 255]);
    /// let error = Pixels::<Vector<2>>::of(&Vector::new([0.2, 0.3])).unwrap_err().to_string();
    /// assert_eq!(error, "pixels: expected a multiple of 1/255 from 0 to 1, received 0.3, for number 1");
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn of(x: &X) -> crate::io::error::Result<Self> {
        let mut pixels = Self::ZERO;
        pixels.read_from(x, "")?;
        Ok(pixels)
    }

    /// As [`of`](Self::of), in place, with an error that ends in `place`.
    pub(crate) fn read_from(&mut self, x: &X, place: impl fmt::Display) -> crate::io::error::Result<()> {
        const { Self::CHECK };
        let max = f32::from(MAX);
        for (i, (byte, x)) in self.bytes_mut().iter_mut().zip(x.values()).enumerate() {
            // The cast stays within the bytes, and is 0 for NaN.
            *byte = (x * max + 0.5) as u8;
            if f32::from(*byte) / max != *x {
                let expected = match MAX {
                    1 => "a whole number from 0 to 255".into(),
                    255 => "a multiple of 1/255 from 0 to 1".into(),
                    _ => std::format!("a multiple of 1/{MAX} from 0 to 255/{MAX}"),
                };
                let error = crate::io::error::Error::argument("pixels", expected, x);
                return Err(error.of(format_args!("number {i}{place}")));
            }
        }
        Ok(())
    }
}

impl<X: Sample, const MAX: u8> Clone for Pixels<X, MAX> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<X: Sample, const MAX: u8> Copy for Pixels<X, MAX> {}

impl<X: Sample, const MAX: u8> Debug for Pixels<X, MAX> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pixels").field(&self.bytes()).finish()
    }
}

impl<X: Sample, const MAX: u8> PartialEq for Pixels<X, MAX> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}
impl<X: Sample, const MAX: u8> Eq for Pixels<X, MAX> {}

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;
    use crate::shape::sample::{Image, Vector};

    /// Bytes to numbers and back.
    fn round_trip<const MAX: u8>() {
        for byte in 0..=255 {
            let x = Pixels::<Vector<1>, MAX>::from_bytes(&[byte]).unwrap().to_floats();
            assert_eq!(x.as_array(), &[f32::from(byte) / f32::from(MAX)]);
            assert_eq!(Pixels::<Vector<1>, MAX>::of(&x).unwrap().bytes(), [byte]);
        }
    }

    #[test]
    fn each_byte_comes_back() {
        round_trip::<255>();
        round_trip::<254>();
        round_trip::<100>();
        round_trip::<16>();
        round_trip::<1>();
    }

    #[test]
    fn numbers_that_are_no_pixels_are_errors() {
        fn message<const MAX: u8>(x: f32) -> std::string::String {
            std::format!("{}", Pixels::<Vector<3>, MAX>::of(&Vector::new([0.0, 1.0, x])).unwrap_err())
        }
        let next = f32::from_bits((51.0_f32 / 255.0).to_bits() + 1);
        for x in [next, 0.5, -1.0 / 255.0, 256.0 / 255.0, 1e30, f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
            let expected = "pixels: expected a multiple of 1/255 from 0 to 1, received ";
            assert_eq!(message::<255>(x), std::format!("{expected}{x}, for number 2"));
        }
        let expected = "pixels: expected a whole number from 0 to 255, received 0.5, for number 2";
        assert_eq!(message::<1>(0.5), expected);
        let expected = "pixels: expected a multiple of 1/16 from 0 to 255/16, received 17, for number 2";
        assert_eq!(message::<16>(17.0), expected);
    }

    #[test]
    fn bytes_are_in_the_order_of_the_numbers() {
        let image = Image([[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 200.0]]]);
        let pixels = Pixels::<_, 1>::of(&image).unwrap();
        assert_eq!(pixels.bytes(), [0, 1, 2, 3, 4, 5, 6, 200]);
        assert_eq!(pixels.to_floats(), image);
    }
}
