//! Layers that apply a function to each vector.

use crate::contract::outputs::OutputKind;

/// A function of a whole vector, which a layer applies to each sample.
///
/// ```
/// use taut::{layers::VectorActivation, prelude::*};
/// let (mut y, mut dy) = ([0.0; 2], [1.0, 0.0]);
/// Softmax.apply(&[7.0, 7.0], &mut y);
/// Softmax.gradient(&y, &mut dy);
/// assert_eq!((y, dy), ([0.5, 0.5], [0.25, -0.25]));
/// let mut rows = [[0.0; 2]; 3];
/// Softmax.apply_rows(&[[7.0, 7.0]; 3], &mut rows);
/// assert_eq!(rows, [y; 3]);
/// ```
pub trait VectorActivation {
    /// The numbers that the function returns for two or more; any by default. (For one, it returns the same whatever
    /// the number is: a softmax then 1, its logarithm 0.)
    const OUTPUTS: OutputKind = OutputKind::AnyNumbers;
    /// `y = f(x)`
    fn apply<const N: usize>(&self, x: &[f32; N], y: &mut [f32; N]);
    /// [`apply`](Self::apply) for each row.
    fn apply_rows<const N: usize>(&self, x: &[[f32; N]], y: &mut [[f32; N]]) {
        x.iter().zip(y).for_each(|(x, y)| self.apply(x, y));
    }
    /// Replaces the gradient of `y = f(x)` by that of `x`.
    fn gradient<const N: usize>(&self, y: &[f32; N], dy: &mut [f32; N]);
}

/// Implements a layer from a [`VectorActivation`], for vectors and for each step of a sequence.
macro_rules! vector_activation {
    ($name:ident $(, $head:ident)?) => {
        crate::params!($name {} as crate::contract::tensor::NoParameters);
        crate::layers::vector_activation::vector_activation!(@of $name, [const N: usize] crate::shape::sample::Vector<N>, N $(, $head)?);
        crate::layers::vector_activation::vector_activation!(@of $name, [const T: usize, const N: usize] crate::shape::sample::Sequence<T, N>, N);
    };
    (@of $name:ident, [$($g:tt)*] $x:ty, $n:ident $(, $head:ident)?) => {
        impl<$($g)*> crate::contract::layer::Layer<$x> for $name {
            type Y = $x;
            type Scratch = $x;
            type Place = crate::contract::layer::InPlace;
            const MASK: crate::contract::mask::MaskRule = crate::contract::mask::MaskRule::Keeps;
            const OUTPUTS: crate::contract::outputs::OutputKind = match $n {
                0 | 1 => crate::contract::outputs::OutputKind::ConstantOutputs,
                _ => <Self as crate::layers::vector_activation::VectorActivation>::OUTPUTS,
            };
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut $x) -> &'a $x {
                use crate::layers::channels::{rows, rows_mut};
                use crate::memory::plain::Floats;
                for (x, y) in rows::<$n>(x.values()).iter().zip(rows_mut::<$n>(y.values_mut())) {
                    self.apply(x, y);
                }
                y
            }
            #[inline]
            fn infer_in_place(&self, x: &mut $x) {
                use crate::layers::channels::rows_mut;
                use crate::memory::plain::Floats;
                for x in rows_mut::<$n>(x.values_mut()) {
                    let copy = *x;
                    self.apply(&copy, x);
                }
            }
        }

        #[cfg(feature = "train")]
        impl<$($g)*> crate::contract::train::Train<$x> for $name {
            type Cache = crate::memory::heap::Buffer<$x>;
            $(const HEAD: Option<crate::contract::train::Head> = Some(crate::contract::train::Head::$head);)?
            fn forward<'a>(
                &self,
                options: &crate::contract::tensor::NoParameters,
                x: &'a [$x],
                y: &'a mut Self::Cache,
                context: &mut crate::contract::train::Context,
            ) -> &'a [$x] {

                use crate::layers::channels::{rows, rows_mut};
                use crate::memory::view::{flat, flat_mut};
                if context.fuses_head(options) {
                    return x;
                }
                let rows = rows::<$n>(flat(x));
                crate::kernels::in_parts(
                    rows_mut::<$n>(flat_mut(y.resize(x.len()))),
                    crate::layers::transform::worth($n),
                    |at, y| crate::layers::vector_activation::VectorActivation::apply_rows(self, &rows[at..], y),
                );
                y
            }
            fn output<'a>(_: &'a [$x], y: &'a Self::Cache) -> &'a [$x] {
                y
            }
            fn backward<'a>(
                &mut self,
                _: &crate::contract::tensor::NoParameters,
                _: &[$x],
                dy: &'a mut [$x],
                y: &'a mut Self::Cache,
                _: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                context: &mut crate::contract::train::Context,
            ) -> &'a mut [$x] {

                use crate::layers::channels::{rows, rows_mut};
                use crate::memory::view::{flat, flat_mut};
                if !context.fuse_head {
                    let y = rows::<$n>(flat(y));
                    let dy = rows_mut::<$n>(flat_mut(dy));
                    crate::kernels::in_parts(dy, crate::layers::transform::worth($n), |at, dy| {
                        y[at..].iter().zip(dy).for_each(|(y, dy)| self.gradient(y, dy));
                    });
                }
                dy
            }
        }
    };
}
pub(crate) use vector_activation;
