//! Whether a layer adds a bias: a parameter of its type.

use crate::contract::field::Field;
use crate::contract::train::{FieldOptions, TensorOptions};
use crate::memory::plain::floats;
use crate::memory::view::{view_one, view_one_mut};
use core::fmt::Debug;
use nalgebra::SVector;

/// The layer adds a bias to its output: the default of [`Dense`](crate::Dense) and of the convolutions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bias;

/// The layer adds no bias, Keras's `use_bias=False`.
///
/// The type also stands where the layer and its options would have the bias.
///
/// ```
/// use taut::prelude::*;
/// let dense = Dense::<2, 2, NoBias> { kernel: [[1.0, 2.0], [3.0, 4.0]].into(), bias: NoBias };
/// assert_eq!(dense.predict(&Vector::new([1.0, 10.0]), &mut Vector::ZERO).values(), [31.0, 42.0]);
/// const _: () = assert!(Dense::<2, 2, NoBias>::PARAMS == 4);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(4))]
pub struct NoBias;
floats!(NoBias {});

/// Whether a layer adds a bias: [`Bias`] or [`NoBias`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a layer has a bias",
    label = "expected `Bias` or `NoBias`"
)]
pub trait UseBias: sealed::Sealed + Copy + Debug + Default + PartialEq + 'static {
    /// The bias of `N` outputs.
    type Tensor<const N: usize>: Field + Debug + PartialEq;
    /// The training options of the bias.
    type Options: FieldOptions + Clone + Debug + Default;
    /// The end of the layer's name.
    #[doc(hidden)]
    const NAME_END: &'static [u8];
    /// What follows the padding in a layer's name, at its end and before a last parameter.
    #[doc(hidden)]
    const IN_NAME: [&'static [u8]; 2];
    /// What the layer's word in a checkpoint ends in.
    #[doc(hidden)]
    const WORD: &'static [u8];
    /// The numbers of the bias.
    #[doc(hidden)]
    fn array<const N: usize>(bias: &Self::Tensor<N>) -> Option<&[f32; N]>;
    /// The numbers of the bias.
    #[doc(hidden)]
    fn array_mut<const N: usize>(bias: &mut Self::Tensor<N>) -> Option<&mut [f32; N]>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Bias {}
    impl Sealed for super::NoBias {}
}

impl UseBias for Bias {
    type Tensor<const N: usize> = SVector<f32, N>;
    type Options = TensorOptions;
    const NAME_END: &'static [u8] = b">";
    const IN_NAME: [&'static [u8]; 2] = [b"", b", Bias"];
    const WORD: &'static [u8] = b"";
    #[inline(always)]
    fn array<const N: usize>(bias: &SVector<f32, N>) -> Option<&[f32; N]> {
        Some(view_one(bias))
    }
    #[inline(always)]
    fn array_mut<const N: usize>(bias: &mut SVector<f32, N>) -> Option<&mut [f32; N]> {
        Some(view_one_mut(bias))
    }
}

impl UseBias for NoBias {
    type Tensor<const N: usize> = NoBias;
    type Options = NoBias;
    const NAME_END: &'static [u8] = b", NoBias>";
    const IN_NAME: [&'static [u8]; 2] = [b", NoBias"; 2];
    // Layers without a bias were types of their own when the format was made: their names stay in files.
    const WORD: &'static [u8] = b"NoBias";
    #[inline(always)]
    fn array<const N: usize>(_: &NoBias) -> Option<&[f32; N]> {
        None
    }
    #[inline(always)]
    fn array_mut<const N: usize>(_: &mut NoBias) -> Option<&mut [f32; N]> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl Field for NoBias {
    const SHAPE: &'static [usize] = &[0];
}

impl FieldOptions for NoBias {
    fn tensor(&self) -> &TensorOptions {
        TensorOptions::NONE
    }
}
