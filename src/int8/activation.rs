//! Activations of signed bytes: a clamp, or a table of all 256 bytes.

#[cfg(feature = "train")]
use crate::contract::operation::Operation;
#[cfg(feature = "train")]
use crate::contract::quantize::Sound;
use crate::contract::quantize::{in_place, int8_layer, quantizes};
#[cfg(feature = "train")]
use crate::io::error::Result;
#[cfg(feature = "train")]
use crate::layers::activation::Activation;
use crate::layers::celu::Celu;
use crate::layers::elu::Elu;
use crate::layers::exponential::Exponential;
use crate::layers::gelu::Gelu;
use crate::layers::gelu_tanh::GeluTanh;
use crate::layers::hard_shrink::HardShrink;
use crate::layers::hard_sigmoid::HardSigmoid;
use crate::layers::hard_silu::HardSilu;
use crate::layers::hard_tanh::HardTanh;
use crate::layers::leaky_relu::LeakyRelu;
use crate::layers::log_sigmoid::LogSigmoid;
use crate::layers::mish::Mish;
use crate::layers::relu::Relu;
use crate::layers::relu_with::ReluWith;
use crate::layers::relu6::Relu6;
use crate::layers::selu::Selu;
use crate::layers::sigmoid::Sigmoid;
use crate::layers::silu::Silu;
use crate::layers::soft_shrink::SoftShrink;
use crate::layers::softplus::Softplus;
use crate::layers::softsign::Softsign;
use crate::layers::sparse_plus::SparsePlus;
use crate::layers::sparse_sigmoid::SparseSigmoid;
use crate::layers::squareplus::Squareplus;
use crate::layers::tanh::Tanh;
use crate::layers::tanh_shrink::TanhShrink;
use crate::layers::threshold::Threshold;
use crate::shape::int8::Int8;
#[cfg(feature = "train")]
use crate::shape::int8::Scale;
use crate::shape::sample::Sample;

/// Clamps bytes to a range, as a [`Relu`](crate::Relu) does.
///
/// ```
/// use taut::{int8::{Int8, Int8Clamp}, prelude::*};
/// let small = quantize(&Model::<Vector<2>, Relu>::new(1), &[Vector::new([-1.0, 1.0])])?;
/// let (clamp, mut y): (&Int8Clamp, _) = (small.net().net(), Int8::<Vector<2>>::ZERO);
/// clamp.infer(&Int8([-100, 100]), &mut y);
/// assert_eq!(y.bytes(), [small.net().input().zero_point as i8, 100]);
/// # Ok::<(), taut::Error>(())
/// ```
#[repr(C, align(4))]
pub struct Int8Clamp {
    pub(crate) min: i32,
    pub(crate) max: i32,
}
int8_layer!(Int8Clamp { min, max }, 0);
#[cfg(feature = "train")]
impl Sound for Int8Clamp {
    fn check(&self) -> Result<()> {
        Self::within(self.min, -128..=127, "a minimum from -128 to 127")?;
        Self::within(self.max, self.min..=127, "a maximum from the minimum to 127")
    }
}

/// An element-wise function of bytes, as a table.
///
/// ```
/// use taut::{int8::{Int8, Int8Table}, prelude::*};
/// let small = quantize(&Model::<Vector<2>, Tanh>::new(1), &[Vector::new([-1.0, 1.0])])?;
/// let (table, mut y): (&Int8Table, _) = (small.net().net(), Int8::<Vector<2>>::ZERO);
/// table.infer(&Int8::of(&Vector::new([0.0, 1.0]), small.net().input()), &mut y);
/// let y = y.to_sample(small.net().output());
/// assert!(y.0[0].abs() < 0.01 && (y.0[1] - 1.0_f32.tanh()).abs() < 0.01);
/// # Ok::<(), taut::Error>(())
/// ```
#[repr(C, align(4))]
pub struct Int8Table {
    pub(crate) table: [i8; 256],
}
int8_layer!(Int8Table { table }, 0);
#[cfg(feature = "train")]
impl Sound for Int8Table {}

in_place! {
    [X: Sample] Int8Clamp: Int8<X>, |layer, x| for x in x.bytes_mut() {
        *x = (*x).clamp(layer.min as i8, (layer.max as i8).max(layer.min as i8));
    };
    [X: Sample] Int8Table: Int8<X>, |layer, x| for x in x.bytes_mut() {
        *x = layer.table[usize::from(*x as u8)];
    };
}

/// The operation of an activation.
#[cfg(feature = "train")]
fn activation(layer: impl Activation + 'static, scale: Option<Scale>) -> Operation {
    Operation::map(move |x| layer.apply(x), scale)
}

/// The form of each activation in signed bytes, and its operation.
macro_rules! activations { ($([$($g:tt)*] $name:ty: $int8:ty, |$layer:ident| $operation:expr;)*) => { $(
    quantizes!([X: Sample, $($g)*] $name, X, $int8; |$layer| $operation);
)* } }
activations! {
    [const PERCENT: usize] Celu<PERCENT>: Int8Table, |layer| activation(*layer, None);
    [const PERCENT: usize] Elu<PERCENT>: Int8Table, |layer| activation(*layer, None);
    [] Exponential: Int8Table, |layer| activation(*layer, None);
    [] Gelu: Int8Table, |layer| activation(*layer, None);
    [] GeluTanh: Int8Table, |layer| activation(*layer, None);
    [const PERCENT: usize] HardShrink<PERCENT>: Int8Table, |layer| activation(*layer, None);
    [] HardSigmoid: Int8Table, |layer| activation(*layer, None);
    [] HardSilu: Int8Table, |layer| activation(*layer, None);
    [] HardTanh: Int8Table, |layer| activation(*layer, None);
    [const PERCENT: usize] LeakyRelu<PERCENT>: Int8Table, |layer| activation(*layer, None);
    [] LogSigmoid: Int8Table, |layer| activation(*layer, None);
    [] Mish: Int8Table, |layer| activation(*layer, None);
    [] Relu: Int8Clamp, |_layer| Operation::Clamp(0.0, f32::INFINITY);
    [] Relu6: Int8Clamp, |_layer| Operation::Clamp(0.0, 6.0);
    [const SLOPE: usize, const MAX: usize, const THRESHOLD: usize] ReluWith<SLOPE, MAX, THRESHOLD>: Int8Table, |layer| activation(*layer, None);
    [] Selu: Int8Table, |layer| activation(*layer, None);
    [] Sigmoid: Int8Table, |layer| activation(*layer, Some(Scale { scale: 1.0 / 256.0, zero_point: -128 }));
    [] Silu: Int8Table, |layer| activation(*layer, None);
    [const PERCENT: usize] SoftShrink<PERCENT>: Int8Table, |layer| activation(*layer, None);
    [] Softplus: Int8Table, |layer| activation(*layer, None);
    [] Softsign: Int8Table, |layer| activation(*layer, None);
    [] SparsePlus: Int8Table, |layer| activation(*layer, None);
    [] SparseSigmoid: Int8Table, |layer| activation(*layer, None);
    [const PERCENT: usize] Squareplus<PERCENT>: Int8Table, |layer| activation(*layer, None);
    [] Tanh: Int8Table, |layer| activation(*layer, Some(Scale { scale: 1.0 / 128.0, zero_point: 0 }));
    [] TanhShrink: Int8Table, |layer| activation(*layer, None);
    [const PERCENT: usize, const ELSE_PERCENT: usize] Threshold<PERCENT, ELSE_PERCENT>: Int8Table, |layer| activation(*layer, None);
}
