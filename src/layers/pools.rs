//! The parts that pooling layers share.

use crate::kernels::Convolution;

/// One window over all positions of a sample.
pub(crate) const fn whole<const C: usize>(positions: usize) -> Convolution {
    assert!(C > 0, "there are no channels");
    Convolution {
        input: [1, positions],
        output: [1, 1],
        kernel: [1, positions],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0],
        channels: C,
        filters: C,
        groups: C,
    }
}

/// Implements layers that pool, from their generics, layer, input, output, bounds, windows, and two kernels: of the
/// output and of the gradient; and, for what honours masks, two functions of the steps that are no padding.
macro_rules! pools { ($(
    [$($generic:tt)*] $layer:ty, $x:ty, $y:ty, [$($bound:tt)*], $windows:expr, $outputs:ident, $apply:ident, $gradient:ident
    $(, masked $apply_masked:ident $gradient_masked:ident)?;
)*) => { $(
    impl<$($generic)*> crate::layers::transform::Transform<$x> for $layer
    where
        $($bound)*
    {
        type Y = $y;
        const OUTPUTS: crate::contract::outputs::OutputKind = crate::contract::outputs::OutputKind::$outputs;
        #[inline]
        fn apply(&self, x: &$x, y: &mut $y) {
            use crate::layers::channels::{rows, rows_mut};
            use crate::memory::plain::Floats;
            crate::kernels::$apply::<C>(&const { $windows }, rows(x.values()), rows_mut(y.values_mut()));
        }
        #[cfg(feature = "train")]
        fn gradient(&self, x: &$x, y: &$y, dy: &$y, dx: &mut $x) {
            use crate::layers::channels::{rows, rows_mut};
            use crate::memory::plain::Floats;
            let (x, y, dy) = (rows(x.values()), rows(y.values()), rows(dy.values()));
            crate::kernels::$gradient::<C>(&const { $windows }, x, y, dy, rows_mut(dx.values_mut()));
        }
        $(
            #[inline]
            fn apply_masked(&self, x: &$x, mask: crate::memory::step_mask::StepMask<'_>, y: &mut $y) {
                if mask.is_some() { $apply_masked(x, mask, y) } else { self.apply(x, y) }
            }
            #[cfg(feature = "train")]
            fn gradient_masked(
                &self,
                x: &$x,
                mask: crate::memory::step_mask::StepMask<'_>,
                y: &$y,
                dy: &$y,
                dx: &mut $x,
            ) {
                if mask.is_some() { $gradient_masked(x, mask, y, dy, dx) } else { self.gradient(x, y, dy, dx) }
            }
        )?
    }
    crate::layers::transform::transforms!([$($generic)*] $layer, $x, [$($bound)*]);
)* } }
pub(crate) use pools;
