//! Layers without parameters that transform samples.

use crate::contract::outputs::OutputKind;
use crate::memory::step_mask::StepMask;

/// A layer without parameters that transforms each sample by itself.
pub trait Transform<X> {
    /// The output.
    type Y: crate::shape::sample::Sample;
    /// The numbers that it puts out; any by default.
    const OUTPUTS: OutputKind = OutputKind::AnyNumbers;
    /// Writes all of `y`.
    fn apply(&self, x: &X, y: &mut Self::Y);
    /// [`apply`](Self::apply) where some steps are padding; by default they are steps as any other.
    #[inline]
    fn apply_masked(&self, x: &X, _: StepMask<'_>, y: &mut Self::Y) {
        self.apply(x, y);
    }
    /// Writes all of `dx`, the gradient of `x`, from `dy`, the gradient of `y`.
    #[cfg(feature = "train")]
    fn gradient(&self, x: &X, y: &Self::Y, dy: &Self::Y, dx: &mut X);
    /// [`gradient`](Self::gradient) where some steps are padding.
    #[cfg(feature = "train")]
    fn gradient_masked(&self, x: &X, _: StepMask<'_>, y: &Self::Y, dy: &Self::Y, dx: &mut X) {
        self.gradient(x, y, dy, dx);
    }
}

/// The smallest number of samples per thread, if each has so many numbers.
#[cfg(feature = "train")]
pub(crate) const fn worth(len: usize) -> usize {
    8192_usize.div_ceil(if len > 0 { len } else { 1 })
}

/// Implements a layer from a [`Transform`], its generics, input and bounds.
macro_rules! transforms {
    ([$($generic:tt)*] $layer:ty, $x:ty, [$($bound:tt)*]) => {
        impl<$($generic)*> crate::contract::layer::Layer<$x> for $layer
        where
            $($bound)*
        {
            type Y = <Self as crate::layers::transform::Transform<$x>>::Y;
            type Scratch = Self::Y;
            type Place = crate::contract::layer::Other;
            const USES_MASK: bool = true;
            const OUTPUTS: crate::contract::outputs::OutputKind =
                <Self as crate::layers::transform::Transform<$x>>::OUTPUTS;
            #[inline]
            fn infer<'a>(&self, x: &'a $x, y: &'a mut Self::Y) -> &'a Self::Y {
                crate::layers::transform::Transform::apply(self, x, y);
                y
            }
            #[inline]
            fn infer_masked<'a>(
                &self,
                x: &'a $x,
                mask: crate::memory::step_mask::StepMask<'_>,
                y: &'a mut Self::Y,
            ) -> &'a Self::Y {
                crate::layers::transform::Transform::apply_masked(self, x, mask, y);
                y
            }
        }

        #[cfg(feature = "train")]
        impl<$($generic)*> crate::contract::train::Train<$x> for $layer
        where
            $($bound)*
        {
            type Cache = crate::layers::cache::LayerCache<$x, Self::Y>;
            const CACHE: usize = size_of::<$x>() + size_of::<Self::Y>();
            fn forward<'a>(
                &self,
                _: &crate::contract::tensor::NoParameters,
                x: &'a [$x],
                c: &'a mut Self::Cache,
                context: &mut crate::contract::train::Context,
            ) -> &'a [Self::Y] {
                c.mask = context.mask.of_batch(x.len());
                let mask = &c.mask;
                crate::kernels::in_parts(c.y.resize(x.len()), crate::layers::transform::worth(<$x as crate::memory::plain::Floats>::LEN), |at, y| {
                    for (i, (x, y)) in x[at..].iter().zip(y).enumerate() {
                        crate::layers::transform::Transform::apply_masked(self, x, mask.of(at + i), y);
                    }
                });
                &c.y
            }
            fn output<'a>(_: &'a [$x], c: &'a Self::Cache) -> &'a [Self::Y] {
                &c.y
            }
            fn backward<'a>(
                &mut self,
                _: &crate::contract::tensor::NoParameters,
                x: &[$x],
                dy: &'a mut [Self::Y],
                c: &'a mut Self::Cache,
                _: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                context: &mut crate::contract::train::Context,
            ) -> &'a mut [$x] {
                let (y, dy, mask) = (&c.y, &*dy, &c.mask);
                let n = if context.needs_input_grad { x.len() } else { 0 };
                crate::kernels::in_parts(c.dx.resize(n), crate::layers::transform::worth(<$x as crate::memory::plain::Floats>::LEN), |at, dx| {
                    for (i, dx) in dx.iter_mut().enumerate() {
                        let (x, y, dy) = (&x[at + i], &y[at + i], &dy[at + i]);
                        crate::layers::transform::Transform::gradient_masked(self, x, mask.of(at + i), y, dy, dx);
                    }
                });
                &mut c.dx
            }
        }
    };
}
pub(crate) use transforms;

/// Implements the training of a layer that reshapes its input without a copy.
#[cfg(feature = "train")]
macro_rules! reshaping {
    ([$($g:tt)*] $x:ty, $layer:ty) => {
        impl<$($g)*> crate::contract::train::Train<$x> for $layer {
            type Cache = ();
            const CACHE: usize = 0;
            fn forward<'a>(
                &self,
                _: &crate::contract::tensor::NoParameters,
                x: &'a [$x],
                _: &'a mut (),
                _: &mut crate::contract::train::Context,
            ) -> &'a [Self::Y] {
                crate::memory::view::view(x)
            }
            fn output<'a>(x: &'a [$x], _: &'a ()) -> &'a [Self::Y] {
                crate::memory::view::view(x)
            }
            fn backward<'a>(
                &mut self,
                _: &crate::contract::tensor::NoParameters,
                _: &[$x],
                dy: &'a mut [Self::Y],
                _: &'a mut (),
                _: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                _: &mut crate::contract::train::Context,
            ) -> &'a mut [$x] {
                crate::memory::view::view_mut(dy)
            }
        }
    };
}
#[cfg(feature = "train")]
pub(crate) use reshaping;
