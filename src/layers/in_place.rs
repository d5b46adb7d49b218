//! The part shared by layers that overwrite their input.

use crate::contract::layer::Layer;
use crate::memory::plain::copy;

/// The output of a layer that has its own `infer_in_place`, written to `y`.
#[inline]
pub(crate) fn infer_by_copy<'a, X: Copy, L: Layer<X, Y = X, Scratch = X>>(layer: &L, x: &X, y: &'a mut X) -> &'a X {
    copy(x, y);
    layer.infer_in_place(y);
    y
}
