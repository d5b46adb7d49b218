use crate::layer::Layer;
use crate::params::{place::Same, view_one};
use crate::shape::Flat;

/// Images and sequences to vectors, in the same memory.
///
/// - Input: any sample; output: a `Vector` of as many numbers, which the compiler counts.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Flatten, Dense<784, 10>); }
/// ```
///
/// See <https://keras.io/api/layers/reshaping_layers/flatten/>.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Flatten;
crate::params!(Flatten {} as crate::train::NoParameters);

impl<X: Flat> Layer<X> for Flatten {
    type Y = X::V;
    type Work = ();
    type Place = Same;
    #[inline]
    fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X::V {
        view_one(x)
    }
}

#[cfg(feature = "train")]
crate::layers::reshaping!([X: Flat] X, Flatten);
