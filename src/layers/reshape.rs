use crate::contract::embed::{Embed, File};
use crate::contract::layer::{Alias, Arch, CONTRADICTION, Layer, NO_FLAW};
use crate::contract::outputs::OutputKind;
use crate::memory::view::view_one;
use crate::shape::sample::Sample;
use crate::text::Text;
use core::marker::PhantomData;

/// Reshapes a sample, without a copy.
///
/// - Input: `From`; output: `To`. Both must have the same number of elements: the compiler checks this where
///   [`network!`](crate::network!) declares the network, or else where the network is built.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<64> = (Reshape<Vector<64>, Image<8, 8, 1>>, Flatten, Dense<64, 10>); }
/// let reshape = Model::<Vector<4>, Reshape<Vector<4>, Sequence<2, 2>>>::new(1);
/// assert_eq!(reshape.predict(&Vector::new([1.0, 2.0, 3.0, 4.0])).0, [[1.0, 2.0], [3.0, 4.0]]);
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/reshape/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Reshape<From, To>(PhantomData<fn(From) -> To>);
crate::zeroed!([From, To] Reshape<From, To> { 0 });
crate::any_bit_pattern!(zeroed [From: Copy + 'static, To: Copy + 'static] Reshape<From, To> { 0 });

impl<From: Sample, To: Sample> Arch for Reshape<From, To> {
    const NAME: &'static Text = &Text::new("Reshape").sizes(From::SHAPE).push(b" to ").sizes(To::SHAPE);
    const PARAMS: usize = {
        assert!(From::LEN == To::LEN, "`Reshape` needs two shapes of as many numbers");
        0
    };
    const FLAW: u8 = if From::LEN == To::LEN { NO_FLAW } else { CONTRADICTION };
}

impl<F: File, From: Sample, To: Sample> Embed<F> for Reshape<From, To> {
    const VALUE: Self = Reshape(PhantomData);
}

crate::folds_to_itself!([From: Sample, To: Sample] Reshape<From, To>);

impl<From: Sample, To: Sample> Layer<From> for Reshape<From, To> {
    type Y = To;
    type Scratch = ();
    type Place = Alias;
    const OUTPUTS: OutputKind = OutputKind::EachAsInput;
    #[inline]
    fn infer<'a>(&self, x: &'a From, _: &'a mut ()) -> &'a To {
        view_one(x)
    }
}

#[cfg(feature = "train")]
impl<From: Sample, To: Sample> crate::contract::tensor::Params for Reshape<From, To> {
    type Options = crate::contract::tensor::NoParameters;
    type Kind = crate::contract::outputs::Undeclared;
    const TENSORS: usize = 0;
    fn visit<const K: usize>(_: &Self::Options, _: [&mut Self; K], _: &mut crate::contract::tensor::Visitor<K>) {}
    fn read(
        &self,
        _: &Self::Options,
        _: &mut dyn FnMut(&crate::contract::tensor::Tensor, &crate::contract::tensor::TensorOptions, &[f32]),
    ) {
    }
    fn activity_regularizer(options: &Self::Options) -> &crate::regularizers::Regularizer {
        &options.activity_regularizer
    }
}

#[cfg(feature = "train")]
crate::layers::transform::reshaping!([From: Sample, To: Sample] From, Reshape<From, To>);
