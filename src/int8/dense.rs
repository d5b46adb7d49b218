//! Dense layers of signed bytes.

use crate::contract::layer::Layer;
use crate::contract::layer::Other;
#[cfg(feature = "train")]
use crate::contract::operation::Operation;
#[cfg(feature = "train")]
use crate::contract::quantize::Sound;
use crate::contract::quantize::{int8_layer, quantizes};
#[cfg(feature = "train")]
use crate::io::error::Result;
use crate::kernels;
use crate::layers::bias::UseBias;
use crate::layers::dense::Dense;
use crate::shape::int8::Int8;
use crate::shape::sample::Vector;

/// A [`Dense`] of signed bytes: `y = zero_point + scale · (bias + kernel · x)`, saturated.
///
/// ```
/// use taut::{int8::{Int8, Int8Dense, Quantize}, prelude::*};
/// let _: <Dense<4, 3> as Quantize<Vector<4>>>::Int8 = taut::memory::zeroed::<Int8Dense<4, 3>>();
/// // A byte a weight, and for each output a bias and a factor: 4 · 3 + (4 + 4 + 1) · 3, a zero point, and padding.
/// assert_eq!(Budget::<Int8<Vector<4>>, Int8Dense<4, 3>>::FLASH, 44);
/// ```
#[repr(C, align(4))]
pub struct Int8Dense<const I: usize, const O: usize> {
    pub(crate) kernel: [[i8; I]; O],
    /// The bias, including the contribution of the input's zero point.
    pub(crate) bias: [i32; O],
    pub(crate) multiplier: [i32; O],
    pub(crate) shift: [i8; O],
    pub(crate) zero_point: i32,
}
int8_layer!(Int8Dense<I, O> { kernel, bias, multiplier, shift, zero_point }, I * O + O);
#[cfg(feature = "train")]
impl<const I: usize, const O: usize> Sound for Int8Dense<I, O> {
    fn check(&self) -> Result<()> {
        for (multiplier, shift) in self.multiplier.iter().zip(&self.shift) {
            Self::within(*multiplier, 0..=i32::MAX, "multipliers from 0")?;
            Self::within((*shift).into(), -31..=30, "shifts from -31 to 30")?;
        }
        Self::within(self.zero_point, -128..=127, "a zero point from -128 to 127")
    }
}

impl<const I: usize, const O: usize> Layer<Int8<Vector<I>>> for Int8Dense<I, O> {
    type Y = Int8<Vector<O>>;
    type Scratch = Int8<Vector<O>>;
    type Place = Other;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Int8<Vector<I>>, y: &'a mut Self::Scratch) -> &'a Self::Y {
        let to = kernels::Requantize { multiplier: &self.multiplier, shift: &self.shift, zero_point: self.zero_point };
        kernels::dense_int8(&self.kernel, &self.bias, &to, &x.0, &mut y.0);
        y
    }
}

quantizes! {
    [const I: usize, const O: usize, B: UseBias] Dense<I, O, B>, Vector<I>, Int8Dense<I, O>;
    |layer| Operation::dense(&layer.kernel, B::array(&layer.bias).unwrap_or(&[0.0; O]))
}
