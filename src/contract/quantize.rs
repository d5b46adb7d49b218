//! The traits of layers that have a form of signed bytes, and macros that implement them.

#[cfg(feature = "train")]
use crate::contract::layer::Arch;
use crate::contract::layer::Layer;
#[cfg(feature = "train")]
use crate::contract::operation::{Operation, Steps};
#[cfg(feature = "train")]
use crate::io::error::{Error, Result};
use crate::memory::plain::Zeroed;
#[cfg(feature = "train")]
use crate::memory::plain::{AnyBitPattern, load};
use crate::shape::int8::Int8;
use crate::shape::sample::Sample;
#[cfg(feature = "train")]
use std::ops::RangeInclusive;

/// A layer that has a form of signed bytes: several layers of this crate, and tuples of them.
///
/// ```
/// use taut::{int8::Quantize, prelude::*};
/// type Net = (Dense<4, 16>, Relu, Dropout<20>, Dense<16, 3>, Softmax);
/// type Bytes = <Net as Quantize<Vector<4>>>::Int8;
/// assert_eq!(Bytes::NAME.as_str(), "(Int8Dense<4, 16>, Int8Clamp, Int8Identity, Int8Dense<16, 3>, Int8Softmax)");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{X}` has no form of signed bytes",
    label = "this layer cannot be quantized",
    note = "dense, reshaping, dropout, batch normalization and activation layers can"
)]
pub trait Quantize<X: Sample>: Layer<X, Y: Sample> {
    /// The layer's form in signed bytes.
    type Int8: Layer<Int8<X>, Y = Int8<Self::Y>> + Zeroed;
}

/// The conversion of a layer to signed bytes, which [`quantize`](crate::quantize()) calls.
///
/// It is the bound of a function that quantizes any network:
///
/// ```
/// use taut::{int8::ToInt8, prelude::*};
/// fn largest_error<N: Train<Vector<2>> + ToInt8<Vector<2>>>(samples: &[Vector<2>]) -> taut::Result<f32> {
///     let small = quantize(&Model::<Vector<2>, N>::new(1), samples)?;
///     Ok(small.layers().iter().map(|layer| layer.largest).fold(0.0, f32::max))
/// }
/// let samples = [[0.0, 1.0], [1.0, 0.5], [-1.0, 0.0]].map(Vector::new);
/// assert!(largest_error::<(Dense<2, 8>, Tanh, Dense<8, 1>)>(&samples)? < 0.05);
/// # Ok::<(), taut::Error>(())
/// ```
#[cfg(feature = "train")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` of `{X}` has no form of signed bytes",
    label = "this layer cannot be quantized",
    note = "dense, reshaping, dropout, batch normalization and activation layers can"
)]
pub trait ToInt8<X: Sample>: Quantize<X> {
    /// Adds the layer's operations to `to`.
    fn operations(&self, to: &mut Vec<Operation>);
    /// Appends the parameters of the next step to `to`, in the order of memory.
    fn write(from: &mut Steps, to: &mut Vec<u8>);
    /// Reads the parameters that [`write`](Self::write) wrote, and advances `from` past them.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a number is one that a conversion never writes.
    fn load(net: &mut Self::Int8, from: &mut &[u8]) -> Result<()>;
}

/// A layer of bytes whose numbers can be checked after they were read from a file.
#[cfg(feature = "train")]
pub(crate) trait Sound: Arch + AnyBitPattern {
    /// Fails if a number is one that a conversion never writes.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Fails if a number is not in its range; `what` names both.
    fn within(received: i32, range: RangeInclusive<i32>, what: &str) -> Result<()> {
        if range.contains(&received) { Ok(()) } else { Err(Error::argument(Self::NAME.as_str(), what, received)) }
    }

    /// Reads the layer, and checks it.
    fn load_checked(&mut self, from: &mut &[u8]) -> Result<()> {
        load(self, from);
        self.check()
    }
}

/// Implements copying, naming and embedding of a layer of bytes.
macro_rules! int8_layer {
    ($name:ident $(<$($g:ident),+>)? { $($field:ident),* }, $params:expr $(, $identity:expr)?) => {
        crate::any_bit_pattern!([$($(const $g: usize),+)?] $name $(<$($g),+>)? { $($field),* });
        impl$(<$(const $g: usize),+>)? Clone for $name$(<$($g),+>)? {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl$(<$(const $g: usize),+>)? Copy for $name$(<$($g),+>)? {}
        impl$(<$(const $g: usize),+>)? crate::contract::layer::Arch for $name$(<$($g),+>)? {
            const NAME: &'static crate::text::Text = &crate::text::Text::new(stringify!($name))$(.sizes(&[$($g),+]))?;
            $(const IDENTITY: &'static crate::text::Text = &crate::text::Text::new($identity);)?
            const PARAMS: usize = $params;
            const BYTES: usize = size_of::<Self>();
            const FLOATS: bool = false;
        }
        impl<F: crate::contract::embed::File $($(, const $g: usize)+)?> crate::contract::embed::Embed<F> for $name$(<$($g),+>)? {
            const VALUE: Self = crate::memory::plain::read(F::BYTES, F::OFFSET);
        }
    };
}
pub(crate) use int8_layer;

/// Implements a layer of bytes that changes samples in place.
macro_rules! in_place {
    ($([$($g:tt)*] $name:ty: $x:ty, |$layer:ident, $at:ident| $body:expr;)*) => { $(
        impl<$($g)*> crate::contract::layer::Layer<$x> for $name {
            type Y = $x;
            type Scratch = $x;
            type Place = crate::contract::layer::InPlace;
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut $x) -> &'a $x {
                crate::memory::plain::copy(x, y);
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
pub(crate) use in_place;

/// Implements [`Quantize`] and [`ToInt8`] for a layer: its form in signed bytes, and its operation.
macro_rules! quantizes {
    ([$($g:tt)*] $layer:ty, $x:ty, $int8:ty $(, where $bound:path)?; |$self:ident| $operation:expr) => {
        impl<$($g)*> crate::contract::quantize::Quantize<$x> for $layer $(where crate::shape::size::Sizes: $bound)? {
            type Int8 = $int8;
        }
        #[cfg(feature = "train")]
        impl<$($g)*> crate::contract::quantize::ToInt8<$x> for $layer $(where crate::shape::size::Sizes: $bound)? {
            fn operations(&self, to: &mut Vec<crate::contract::operation::Operation>) {
                let $self = self;
                to.push($operation);
            }
            fn write(from: &mut crate::contract::operation::Steps, to: &mut Vec<u8>) {
                from.write::<Self::Int8>(to);
            }
            fn load(net: &mut Self::Int8, from: &mut &[u8]) -> crate::io::error::Result<()> {
                crate::contract::quantize::Sound::load_checked(net, from)
            }
        }
    };
}
pub(crate) use quantizes;
