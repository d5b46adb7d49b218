//! A network of signed bytes as a type.

use crate::contract::embed::{After, Embed, File};
use crate::contract::layer::Private;
use crate::contract::layer::{Arch, Layer};
use crate::contract::quantize::Quantize;
use crate::memory::plain::read;
use crate::shape::int8::{Int8, Scale};
use crate::shape::sample::Sample;
use crate::text::Text;

/// The network `N` with input `X`, in signed bytes.
///
/// The input is an [`Int8<X>`](Int8). The network includes the scales of its input and output, can be embedded like any
/// network, and uses integer arithmetic only.
///
/// ```
/// use taut::{int8::Int8, prelude::*};
/// type Net = (Dense<4, 16>, Relu, Dense<16, 3>, Softmax);
/// type Cost = Budget<Int8<Vector<4>>, Quantized<Vector<4>, Net>>;
/// const _: () = assert!(Cost::FLASH < 400 && Cost::SCRATCH == 16 + 4);
/// ```
#[repr(C)]
pub struct Quantized<X: Sample, N: Quantize<X>> {
    pub(crate) input: Scale,
    pub(crate) output: Scale,
    pub(crate) net: N::Int8,
}
crate::zeroed!([X: Sample, N: Quantize<X>] Quantized<X, N> { input, output, net });

impl<X: Sample, N: Quantize<X>> Quantized<X, N> {
    /// The scale of the input.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let samples = [Vector::new([0.0, 25.5])];
    /// let small = quantize(&Model::<Vector<2>, Dense<2, 1>>::new(1), &samples)?;
    /// assert!((small.net().input().scale - 0.1).abs() < 1e-6); // 255 steps from 0 to 25.5
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn input(&self) -> Scale {
        self.input
    }

    /// The scale of the output.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let small = quantize(&Model::<Vector<2>, (Dense<2, 2>, Softmax)>::new(1), &[Vector::new([1.0, 2.0])])?;
    /// assert_eq!(small.net().output().scale, 1.0 / 256.0); // that of every softmax
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn output(&self) -> Scale {
        self.output
    }

    /// The network's layers.
    ///
    /// ```
    /// use taut::{int8::Int8Dense, prelude::*};
    /// let small = quantize(&Model::<Vector<2>, Dense<2, 2>>::new(1), &[Vector::new([1.0, 2.0])])?;
    /// let dense: &Int8Dense<2, 2> = small.net().net();
    /// assert_eq!(size_of_val(dense), 28);
    /// # Ok::<(), taut::Error>(())
    /// ```
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

/// The scales of the input and the output, which precede the layers in a checkpoint.
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
    type Scratch = <N::Int8 as Layer<Int8<X>>>::Scratch;
    type Place = Private;
    const MACS: usize = <N::Int8 as Layer<Int8<X>>>::MACS;
    #[inline]
    fn infer<'a>(&self, x: &'a Int8<X>, work: &'a mut Self::Scratch) -> &'a Int8<N::Y> {
        self.net.infer(x, work)
    }
}
