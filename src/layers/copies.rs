//! The parts shared by layers that copy pixels to other places.

/// Copies pixels. `each` calls its argument with a pixel of the input and the pixel of the output that equals it.
#[inline]
pub(crate) fn copies<const C: usize>(x: &[[f32; C]], y: &mut [[f32; C]], each: impl Fn(&mut dyn FnMut(usize, usize))) {
    each(&mut |from, to| {
        if let (Some(x), Some(y)) = (x.get(from), y.get_mut(to)) {
            *y = *x;
        }
    });
}

/// Adds the gradients of the copies of each pixel.
#[cfg(feature = "train")]
pub(crate) fn adds<const C: usize>(dy: &[[f32; C]], dx: &mut [[f32; C]], each: impl Fn(&mut dyn FnMut(usize, usize))) {
    dx.as_flattened_mut().fill(0.0);
    each(&mut |from, to| {
        if let (Some(dx), Some(dy)) = (dx.get_mut(from), dy.get(to)) {
            dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy);
        }
    });
}

/// Implements layers that copy pixels, from their generics, layer, input, output, bounds, the numbers of a pixel,
/// whether the output has pixels that are no copies (which are zeros then), and a function that calls `copy` for each
/// pixel.
macro_rules! copying { ($(
    [$($generic:tt)*] $layer:ty, $x:ty, $y:ty, [$($bound:tt)*], $pixel:ident, $zeros:literal, |$copy:ident| $each:expr;
)*) => { $(
    impl<$($generic)*> crate::layers::transform::Transform<$x> for $layer
    where
        $($bound)*
    {
        type Y = $y;
        const OUTPUTS: crate::contract::outputs::OutputKind = crate::contract::outputs::OutputKind::EachAsInput;
        #[inline]
        fn apply(&self, x: &$x, y: &mut $y) {
            use crate::layers::channels::{rows, rows_mut};
            use crate::memory::plain::Floats;
            if $zeros {
                y.values_mut().fill(0.0);
            }
            crate::layers::copies::copies::<$pixel>(rows(x.values()), rows_mut(y.values_mut()), |$copy| $each);
        }
        #[cfg(feature = "train")]
        fn gradient(&self, _: &$x, _: &$y, dy: &$y, dx: &mut $x) {
            use crate::layers::channels::{rows, rows_mut};
            use crate::memory::plain::Floats;
            crate::layers::copies::adds::<$pixel>(rows(dy.values()), rows_mut(dx.values_mut()), |$copy| $each);
        }
    }
    crate::layers::transform::transforms!([$($generic)*] $layer, $x, [$($bound)*]);
)* } }
pub(crate) use copying;
