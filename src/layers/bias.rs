//! Whether a layer adds a bias: a parameter of its type.

use crate::contract::field::Field;
use crate::contract::tensor::{FieldOptions, TensorOptions};
use crate::memory::plain::floats;
use crate::memory::view::{view_one, view_one_mut};
use core::fmt::Debug;
use nalgebra::SVector;

/// The layer adds a bias to its output: the default of [`Dense`](crate::Dense) and of the convolutions.
///
/// ```
/// use taut::{Bias, prelude::*};
/// let dense = Dense::<2, 2, Bias> { kernel: [[1.0, 2.0], [3.0, 4.0]].into(), bias: [0.5, 0.0].into() };
/// assert_eq!(dense.predict(&Vector::new([1.0, 10.0]), &mut Vector::ZERO).values(), [31.5, 42.0]);
/// const _: () = assert!(Dense::<2, 2, Bias>::PARAMS == 6);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bias;

/// The layer adds no bias, Keras's `use_bias=False`.
///
/// The type also stands where the layer and its options would have the bias, so that no option of the bias can be set:
///
/// ```compile_fail,E0609
/// use taut::prelude::*;
/// type Net = (Dense<2, 2, NoBias>, Softmax);
/// let model = Model::<Vector<2>, Net>::new(1).layers(|options| options.0.bias.frozen = true);
/// ```
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
///
/// ```
/// use taut::{UseBias, prelude::*};
/// /// The bias is a parameter of this network.
/// type Net<B> = (Dense<4, 8, B>, Relu);
/// const fn params<B: UseBias>() -> usize {
///     Budget::<Vector<4>, Net<B>>::PARAMS
/// }
/// assert_eq!([params::<taut::Bias>(), params::<NoBias>()], [40, 32]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a layer has a bias",
    label = "expected `Bias` or `NoBias`"
)]
pub trait UseBias: sealed::Sealed + Copy + Debug + Default + PartialEq + 'static {
    /// The bias of `N` outputs.
    type Tensor<const N: usize>: Field + Debug + PartialEq + Sync;
    /// The training options of the bias.
    type Options: FieldOptions + Clone + Debug + Default + Sync;
    /// The parameter in the layer's name: as the last one, and before others.
    #[doc(hidden)]
    const IN_NAME: [&'static [u8]; 2];
    /// The end of the layer's word in a checkpoint.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::layer::Arch;
    use crate::layers::conv1d::Conv1d;
    use crate::layers::conv2d::Conv2d;
    use crate::layers::dense::Dense;
    use crate::layers::depthwise_conv2d::DepthwiseConv2d;
    use crate::shape::window::{Same, Valid};

    fn texts<L: Arch>() -> [&'static str; 2] {
        [L::NAME.as_str(), L::IDENTITY.as_str()]
    }

    /// The name is the type; files keep the words of the types that the layers once were.
    #[test]
    fn names_and_words_in_files() {
        assert_eq!(texts::<Dense<2, 3>>(), ["Dense<2, 3>"; 2]);
        assert_eq!(texts::<Dense<2, 3, NoBias>>(), ["Dense<2, 3, NoBias>", "DenseNoBias<2, 3>"]);
        assert_eq!(texts::<Conv1d<1, 2, 3>>(), ["Conv1d<1, 2, 3, Valid>"; 2]);
        let without = ["Conv1d<1, 2, 3, Valid, NoBias>", "Conv1dNoBias<1, 2, 3, Valid>"];
        assert_eq!(texts::<Conv1d<1, 2, 3, Valid, NoBias>>(), without);
        let wide = ["Conv2d<1, 2, 3, Valid, Bias, 4>", "Conv2d<1, 2, 3, Valid, 4>"];
        assert_eq!(texts::<Conv2d<1, 2, 3, Valid, Bias, 4>>(), wide);
        let wide = ["DepthwiseConv2d<2, 3, Same<2>, NoBias, 4>", "DepthwiseConv2dNoBias<2, 3, Same<2>, 4>"];
        assert_eq!(texts::<DepthwiseConv2d<2, 3, Same<2>, NoBias, 4>>(), wide);
    }

    #[test]
    fn a_layer_without_a_bias_has_one_tensor() {
        assert_eq!(size_of::<Dense<2, 3, NoBias>>(), 4 * 6);
        assert_eq!((Dense::<2, 3>::PARAMS, Dense::<2, 3, NoBias>::PARAMS), (9, 6));
        #[cfg(feature = "train")]
        {
            use crate::contract::tensor::Params;
            assert_eq!((Dense::<2, 3>::TENSORS, Dense::<2, 3, NoBias>::TENSORS), (2, 1));
            let mut names = vec![];
            Dense::<2, 3, NoBias>::visit(&Default::default(), [], &mut |tensor, _, []| names.push(tensor.name));
            assert_eq!(names, ["kernel"]);
        }
    }
}
