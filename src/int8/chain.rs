//! Tuples of layers, each layer in its form of signed bytes.

#[cfg(feature = "train")]
use crate::int8::operation::{Operation, Steps};
use crate::int8::quantize::Quantize;
#[cfg(feature = "train")]
use crate::int8::quantize::ToInt8;
use crate::shape::sample::Sample;

macro_rules! networks {
    (@grow [$($done:tt)*] $In:ty;) => {};
    (@grow [$($done:tt)*] $In:ty; $L:ident $i:tt $($rest:tt)*) => {
        networks!(@emit [$($done)* $L $i ($In)]);
        networks!(@grow [$($done)* $L $i ($In)] $L::Y; $($rest)*);
    };
    (@emit [$($L:ident $i:tt ($In:ty))*]) => {
        impl<X: Sample, $($L: Quantize<$In>),*> Quantize<X> for ($($L,)*) {
            type Int8 = ($($L::Int8,)*);
        }
        #[cfg(feature = "train")]
        impl<X: Sample, $($L: ToInt8<$In>),*> ToInt8<X> for ($($L,)*) {
            fn operations(&self, to: &mut Vec<Operation>) {
                $(self.$i.operations(to);)*
            }
            fn write(from: &mut Steps, to: &mut Vec<u8>) {
                $($L::write(from, to);)*
            }
            fn load(net: &mut Self::Int8, from: &mut &[u8]) {
                $($L::load(&mut net.$i, from);)*
            }
        }
    };
}
networks!(@grow [] X; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
