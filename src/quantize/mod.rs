//! Networks of signed bytes: a quarter of the flash and the memory, and integers alone.
//!
//! A number `x` is the byte `q` with `x = scale · (q - zero_point)`. As in TensorFlow Lite's specification for 8 bits, weights have a scale
//! for each output and are symmetric, activations have one scale and a zero point, sums have 32 bits, and `multiplier · 2^(shift - 31)`
//! turns them into the next layer's bytes. [`quantize`] makes such a network of a trained one on the computer; [`Quantized`] is its type.
//!
//! See <https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec> and B. Jacob et al., *Quantization and
//! Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference*, 2018.

#[cfg(feature = "train")]
mod host;
#[cfg(feature = "train")]
pub use host::*;

use crate::embed::{After, Agrees, Embed, File};
use crate::kernels;
use crate::layer::{Arch, Layer};
use crate::layers::{BatchNorm, Dense, DenseNoBias, Dropout, Flatten, Reshape};
use crate::params::{
    Zeroed,
    place::{Fresh, Over, Own, Same},
    read, zeroed,
};
use crate::sample::{Sample, Vector};
use crate::shape::{Flat, Hundredths, Percent};
use crate::text::Text;

/// A sample of signed bytes, in the shape of `X`.
///
/// ```
/// use taut::prelude::*;
/// let x = Int8::<Vector<3>>([-128, 0, 127]);
/// assert_eq!(x.0[2], 127);
/// ```
#[repr(C, align(4))]
pub struct Int8<X: Sample>(pub X::Bytes);

impl<X: Sample> Clone for Int8<X> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<X: Sample> Copy for Int8<X> {}

/// What a byte means: `x = scale · (q - zero_point)`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Scale {
    /// A step's size.
    pub scale: f32,
    /// The byte that is zero.
    pub zero_point: i32,
}

impl Scale {
    /// The nearest byte, half away from zero; the zero point for NaN.
    pub fn quantize(&self, x: f32) -> i8 {
        let q = x / self.scale;
        let rest = q - q as i32 as f32;
        let rounding = (rest >= 0.5) as i32 - (rest <= -0.5) as i32;
        kernels::saturated((q as i32).saturating_add(rounding).saturating_add(self.zero_point))
    }

    /// What the byte means.
    pub fn dequantize(&self, q: i8) -> f32 {
        self.scale * (q as i32 - self.zero_point) as f32
    }
}

/// A layer that has a form of signed bytes. Those of this crate have one; a network of them has one as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{X}` has no form of signed bytes",
    label = "this layer cannot be quantized",
    note = "dense, reshaping, dropout, batch normalization and activation layers can"
)]
pub trait Quantize<X: Sample>: Layer<X, Y: Sample> {
    /// It.
    type Int8: Layer<Int8<X>, Y = Int8<Self::Y>> + Zeroed;
    /// Adds what the layer computes.
    #[cfg(feature = "train")]
    fn operations(&self, to: &mut Vec<Operation>);
    /// Adds the next step's parameters, as they lie in memory.
    #[cfg(feature = "train")]
    fn write(from: &mut Steps, to: &mut Vec<u8>);
    /// The other way.
    #[cfg(feature = "train")]
    fn load(net: &mut Self::Int8, from: &mut &[u8]);
}

/// The network `N`, which takes an `X`, in signed bytes.
///
/// It takes an [`Int8<X>`](Int8), and holds what bytes mean at both ends. It can be embedded as any network can, and computes with integers
/// alone.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Dense<4, 16>, Relu, Dense<16, 3>, Softmax);
/// type Cost = Budget<Int8<Vector<4>>, Quantized<Vector<4>, Net>>;
/// const _: () = assert!(Cost::FLASH < 400 && Cost::SCRATCH == 16 + 4);
/// ```
#[repr(C)]
pub struct Quantized<X: Sample, N: Quantize<X>> {
    input: Scale,
    output: Scale,
    net: N::Int8,
}

impl<X: Sample, N: Quantize<X>> Quantized<X, N> {
    /// What the input's bytes mean.
    pub fn input(&self) -> Scale {
        self.input
    }

    /// What the output's bytes mean.
    pub fn output(&self) -> Scale {
        self.output
    }

    /// The network itself.
    pub fn net(&self) -> &N::Int8 {
        &self.net
    }
}

impl<X: Sample, N: Quantize<X>> Arch for Quantized<X, N> {
    const NAME: &'static Text = &Text::new("Quantized ").push(<N::Int8 as Arch>::NAME.bytes());
    const IDENTITY: &'static Text = &Text::new("Quantized ").push(<N::Int8 as Arch>::IDENTITY.bytes_or_unit());
    const PARAMS: usize = <N::Int8 as Arch>::PARAMS;
    const BYTES: usize = 2 * size_of::<Scale>() + <N::Int8 as Arch>::BYTES;
    const FLOATS: bool = false;
}

/// Both scales.
#[doc(hidden)]
pub struct Ends;
impl Arch for Ends {
    const NAME: &'static Text = &Text::new("");
    const PARAMS: usize = 0;
    const BYTES: usize = 2 * size_of::<Scale>();
}

impl<F: File, X: Sample, N: Quantize<X>> Embed<F> for Quantized<X, N>
where
    N::Int8: Embed<After<F, Ends>>,
{
    const VALUE: Self = Quantized {
        input: read(F::BYTES, F::OFFSET),
        output: read(F::BYTES, F::OFFSET + size_of::<Scale>()),
        net: <N::Int8 as Embed<After<F, Ends>>>::VALUE,
    };
}

impl<X: Sample, N: Quantize<X>> Layer<Int8<X>> for Quantized<X, N> {
    type Y = Int8<N::Y>;
    type Work = <N::Int8 as Layer<Int8<X>>>::Work;
    type Place = Own;
    const MACS: usize = <N::Int8 as Layer<Int8<X>>>::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a Int8<X>, work: &'a mut Self::Work) -> &'a Int8<N::Y> {
        self.net.infer(x, work)
    }
}

/// Everything mechanical about a layer of bytes.
macro_rules! int8 {
    ($name:ident $(<$($g:ident),+>)?, $params:expr $(, $identity:expr)?) => {
        impl$(<$(const $g: usize),+>)? Clone for $name$(<$($g),+>)? {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl$(<$(const $g: usize),+>)? Copy for $name$(<$($g),+>)? {}
        impl$(<$(const $g: usize),+>)? Arch for $name$(<$($g),+>)? {
            const NAME: &'static Text = &Text::new(stringify!($name))$(.sizes(&[$($g),+]))?;
            $(const IDENTITY: &'static Text = &Text::new($identity);)?
            const PARAMS: usize = $params;
            const BYTES: usize = size_of::<Self>();
            const FLOATS: bool = false;
        }
        impl<F: File $($(, const $g: usize)+)?> Embed<F> for $name$(<$($g),+>)? {
            const VALUE: Self = read(F::BYTES, F::OFFSET);
        }
    };
}

/// A [`Dense`] of signed bytes: `y = zero_point + scale · (bias + kernel · x)`, saturated.
#[repr(C, align(4))]
pub struct Int8Dense<const I: usize, const O: usize> {
    pub(crate) kernel: [[i8; I]; O],
    /// With the input's zero point.
    pub(crate) bias: [i32; O],
    pub(crate) multiplier: [i32; O],
    pub(crate) shift: [i8; O],
    pub(crate) zero_point: i32,
}
int8!(Int8Dense<I, O>, I * O + O);

impl<const I: usize, const O: usize> Layer<Int8<Vector<I>>> for Int8Dense<I, O> {
    type Y = Int8<Vector<O>>;
    type Work = Int8<Vector<O>>;
    type Place = Fresh;
    const MACS: usize = I * O;
    #[inline]
    fn infer<'a>(&self, x: &'a Int8<Vector<I>>, y: &'a mut Self::Work) -> &'a Self::Y {
        let to = kernels::Requantize { multiplier: &self.multiplier, shift: &self.shift, zero_point: self.zero_point };
        kernels::dense_int8(&self.kernel, &self.bias, &to, &x.0, &mut y.0);
        y
    }
}

/// Keeps bytes in a range, as a [`Relu`](crate::Relu) does.
#[repr(C, align(4))]
pub struct Int8Clamp {
    pub(crate) least: i32,
    pub(crate) most: i32,
}
int8!(Int8Clamp, 0);

/// A function of single bytes, as a table.
#[repr(C, align(4))]
pub struct Int8Table {
    pub(crate) table: [i8; 256],
}
int8!(Int8Table, 0);

/// Writes a layer of bytes that changes a sample in place.
macro_rules! in_place {
    ($([$($g:tt)*] $name:ty: $x:ty, |$layer:ident, $at:ident| $body:expr;)*) => { $(
        impl<$($g)*> Layer<$x> for $name {
            type Y = $x;
            type Work = $x;
            type Place = Over;
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut $x) -> &'a $x {
                y.clone_from(x);
                self.infer_in_place(y);
                y
            }
            #[inline]
            fn infer_in_place(&self, $at: &mut $x) {
                let $layer = self;
                $body
            }
        }
    )* };
}
in_place! {
    [X: Sample] Int8Clamp: Int8<X>, |layer, x| for x in x.bytes_mut() {
        *x = (*x).clamp(layer.least as i8, (layer.most as i8).max(layer.least as i8));
    };
    [X: Sample] Int8Table: Int8<X>, |layer, x| for x in x.bytes_mut() {
        *x = layer.table[usize::from(*x as u8)];
    };
    [const N: usize] Int8Softmax: Int8<Vector<N>>, |layer, x| {
        const { assert!(N < 4096, "a softmax of signed bytes takes at most 4,095") };
        kernels::softmax_int8(&mut x.0, layer.multiplier, layer.shift as u32, layer.least);
    };
}

/// A [`Softmax`](crate::Softmax) of at most 4,095 signed bytes, whose outputs have the scale 1/256 and the zero point -128.
#[repr(C, align(4))]
pub struct Int8Softmax {
    pub(crate) multiplier: i32,
    pub(crate) shift: i32,
    pub(crate) least: i32,
}
int8!(Int8Softmax, 0);

/// What remains of a [`Dropout`], and of a [`BatchNorm`] that has become a part of the layer before it.
#[repr(C)]
pub struct Int8Nothing;
int8!(Int8Nothing, 0, "");

macro_rules! same { ($([$($g:tt)*] $layer:ty: $x:ty => $y:ty;)*) => { $(
    impl<$($g)*> Layer<Int8<$x>> for $layer {
        type Y = Int8<$y>;
        type Work = ();
        type Place = Same;
        #[inline]
        fn infer<'a>(&self, x: &'a Int8<$x>, _: &'a mut ()) -> &'a Int8<$y> {
            crate::params::view_bytes(x)
        }
    }
)* } }
same! {
    [X: Sample] Int8Nothing: X => X;
    [X: Flat] Flatten: X => X::V;
    [From: Sample, To: Sample] Reshape<From, To>: From => To;
}

/// Says what a layer is in bytes, and what it computes.
macro_rules! in_bytes {
    ([$($g:tt)*] $layer:ty, $x:ty, $int8:ty $(, where $bound:path)?; |$self:ident| $operation:expr) => {
        impl<$($g)*> $crate::quantize::Quantize<$x> for $layer $(where Hundredths: $bound)? {
            type Int8 = $int8;
            #[cfg(feature = "train")]
            fn operations(&self, to: &mut Vec<$crate::quantize::Operation>) {
                let $self = self;
                to.push($operation);
            }
            #[cfg(feature = "train")]
            fn write(from: &mut $crate::quantize::Steps, to: &mut Vec<u8>) {
                from.write::<Self::Int8>(to);
            }
            #[cfg(feature = "train")]
            fn load(net: &mut Self::Int8, from: &mut &[u8]) {
                $crate::params::load(net, from);
            }
        }
    };
}
pub(crate) use in_bytes;

in_bytes!([X: Flat] Flatten, X, Flatten; |_layer| Operation::Same);
in_bytes!([From: Sample, To: Sample] Reshape<From, To>, From, Reshape<From, To>; |_layer| Operation::Same);
in_bytes!([X: Sample, const PERCENT: usize] Dropout<PERCENT>, X, Int8Nothing, where Percent<PERCENT>; |_layer| Operation::Same);
in_bytes!([const I: usize, const O: usize] Dense<I, O>, Vector<I>, Int8Dense<I, O>; |layer| Operation::dense(&layer.kernel, layer.bias.as_slice()));
in_bytes!([const I: usize, const O: usize] DenseNoBias<I, O>, Vector<I>, Int8Dense<I, O>; |layer| Operation::dense(&layer.kernel, &[0.0; O]));
in_bytes!([const C: usize] BatchNorm<C>, Vector<C>, Int8Nothing; |layer| Operation::batch_norm(layer));
in_bytes!([const N: usize] crate::layers::Softmax, Vector<N>, Int8Softmax; |_layer| Operation::Softmax);

impl<X: Sample> Int8<X> {
    /// Zeros.
    pub const ZERO: Self = {
        assert!(size_of::<X::Bytes>() == X::LEN, "`Sample::Bytes` has a byte for each number");
        zeroed()
    };

    /// The bytes in the order of memory.
    pub fn bytes(&self) -> &[i8] {
        crate::params::bytes(&self.0)
    }

    /// The bytes in the order of memory.
    pub fn bytes_mut(&mut self) -> &mut [i8] {
        crate::params::bytes_mut(&mut self.0)
    }

    /// The bytes that are nearest to a sample.
    pub fn of(x: &X, scale: Scale) -> Self {
        let mut bytes = Self::ZERO;
        bytes.bytes_mut().iter_mut().zip(x.values()).for_each(|(to, x)| *to = scale.quantize(*x));
        bytes
    }

    /// What the bytes mean.
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

impl<Y: Sample> Agrees for Int8<Y> {
    fn agrees(&self, expected: &Self) -> bool {
        self == expected
    }
}
