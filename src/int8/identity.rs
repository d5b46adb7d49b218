//! Layers that return their input.

use crate::contract::layer::Alias;
use crate::contract::layer::Layer;
#[cfg(feature = "train")]
use crate::contract::operation::Operation;
#[cfg(feature = "train")]
use crate::contract::quantize::Sound;
use crate::contract::quantize::{int8_layer, quantizes};
use crate::layers::alpha_dropout::AlphaDropout;
use crate::layers::batch_norm::BatchNorm;
use crate::layers::dropout::Dropout;
use crate::layers::flatten::Flatten;
use crate::layers::gaussian_dropout::GaussianDropout;
use crate::layers::gaussian_noise::GaussianNoise;
use crate::layers::linear::Linear;
use crate::layers::reshape::Reshape;
use crate::memory::view::view_words;
use crate::shape::flat::Flat;
use crate::shape::int8::Int8;
use crate::shape::sample::{Sample, Vector};
use crate::shape::size::IsPercent;

/// The form of layers that do nothing in inference, such as a [`Dropout`], and of a [`BatchNorm`] that is folded into
/// the layer before it.
///
/// ```
/// use taut::{int8::{Int8, Int8Identity}, prelude::*};
/// let x = Int8::<Vector<2>>([3, -4]);
/// assert_eq!(Int8Identity.infer(&x, &mut ()), &x);
/// assert_eq!(size_of::<Int8Identity>(), 0);
/// ```
#[repr(C)]
pub struct Int8Identity;
int8_layer!(Int8Identity {}, 0, "");
#[cfg(feature = "train")]
impl Sound for Int8Identity {}
#[cfg(feature = "train")]
impl Sound for Flatten {}
#[cfg(feature = "train")]
impl<From: Sample, To: Sample> Sound for Reshape<From, To> {}

macro_rules! same { ($([$($g:tt)*] $layer:ty: $x:ty => $y:ty;)*) => { $(
    impl<$($g)*> Layer<Int8<$x>> for $layer {
        type Y = Int8<$y>;
        type Scratch = ();
        type Place = Alias;
        #[inline]
        fn infer<'a>(&self, x: &'a Int8<$x>, _: &'a mut ()) -> &'a Int8<$y> {
            view_words(x)
        }
    }
)* } }
same! {
    [X: Sample] Int8Identity: X => X;
    [X: Flat] Flatten: X => X::V;
    [From: Sample, To: Sample] Reshape<From, To>: From => To;
}

quantizes!([X: Flat] Flatten, X, Flatten; |_layer| Operation::Same);
quantizes!([From: Sample, To: Sample] Reshape<From, To>, From, Reshape<From, To>; |_layer| Operation::Same);
quantizes!([X: Sample, const PERCENT: usize] Dropout<PERCENT>, X, Int8Identity, where IsPercent<PERCENT>; |_layer| Operation::Same);
quantizes!([const C: usize] BatchNorm<C>, Vector<C>, Int8Identity; |layer| batch_norm(layer));
quantizes!([X: Sample] Linear, X, Int8Identity; |_layer| Operation::Same);
quantizes!([X: Sample, const PERCENT: usize] GaussianNoise<PERCENT>, X, Int8Identity; |_layer| Operation::Same);
quantizes!([X: Sample, const PERCENT: usize] GaussianDropout<PERCENT>, X, Int8Identity, where IsPercent<PERCENT>; |_layer| Operation::Same);
quantizes!([X: Sample, const PERCENT: usize] AlphaDropout<PERCENT>, X, Int8Identity, where IsPercent<PERCENT>; |_layer| Operation::Same);

#[cfg(feature = "train")]
fn batch_norm<const C: usize>(layer: &BatchNorm<C>) -> Operation {
    let (factor, shift) = layer.factor_and_shift();
    Operation::BatchNorm { factor: factor.as_slice().to_vec(), shift: shift.as_slice().to_vec() }
}
