use crate::contract::layer::Alias;
use crate::contract::layer::Layer;
use crate::contract::outputs::OutputKind;
use crate::memory::view::view_one;
use crate::shape::flat::Flat;

/// Flattens images and sequences to vectors, without a copy.
///
/// - Input: any sample; output: a `Vector` with as many elements, which the compiler counts.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Flatten, Dense<784, 10>); }
/// let image = Image([[[1.0], [2.0]], [[3.0], [4.0]]]);
/// assert_eq!(Flatten.predict(&image, &mut ()).values(), [1.0, 2.0, 3.0, 4.0]); // row by row
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/flatten/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Flatten;
crate::params!(Flatten {} as crate::contract::tensor::NoParameters);
crate::any_bit_pattern!(zeroed [] Flatten {});

impl<X: Flat> Layer<X> for Flatten {
    type Y = X::V;
    type Scratch = ();
    type Place = Alias;
    const OUTPUTS: OutputKind = OutputKind::EachAsInput;
    #[inline]
    fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X::V {
        view_one(x)
    }
}

#[cfg(feature = "train")]
crate::layers::transform::reshaping!([X: Flat] X, Flatten);
