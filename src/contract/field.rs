//! The tensors of a layer.

use crate::memory::plain::Floats;
use nalgebra::SMatrix;

/// That `params!` lists a struct's fields in the order in which they lie, and that nothing can lie between or behind them.
#[doc(hidden)]
#[track_caller]
pub const fn assert_dense(offsets: &[usize], align: usize) {
    let mut i = 1;
    while i < offsets.len() {
        assert!(
            offsets[i - 1] < offsets[i],
            "`params!` must list the fields in the struct's order, and the struct be `#[repr(C)]`"
        );
        i += 1;
    }
    assert!(align <= align_of::<f32>(), "a layer that `params!` describes must not be aligned beyond its fields");
}

/// A parameter's shape as Keras prints it: the axis that is contiguous in memory comes last.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a layer",
    label = "`{Self}` is not a tensor of `f32`",
    note = "a layer's parameters are `nalgebra::SVector<f32, N>` and `nalgebra::SMatrix<f32, R, C>`"
)]
pub trait Field: Floats {
    /// The sizes of its axes.
    const SHAPE: &'static [usize];
    /// The same parameter seen as one axis.
    const FLAT: &'static [usize] = &[Self::LEN];
}
impl<const R: usize, const C: usize> Field for SMatrix<f32, R, C> {
    const SHAPE: &'static [usize] = &[C, R];
}
// One matrix for each place in a convolution's kernel, or row of them.
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, const W: usize> Field for [SMatrix<f32, R, C>; W] {
    const SHAPE: &'static [usize] = &[W, C, R];
}
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, const W: usize, const H: usize> Field for [[SMatrix<f32, R, C>; W]; H] {
    const SHAPE: &'static [usize] = &[H, W, C, R];
}
// The gates of a recurrent layer, which lie behind each other.
#[diagnostic::do_not_recommend]
impl<const U: usize, const G: usize> Field for [[f32; U]; G] {
    const SHAPE: &'static [usize] = &[G * U];
}
#[diagnostic::do_not_recommend]
impl<const U: usize, const G: usize, const I: usize> Field for [[[f32; U]; G]; I] {
    const SHAPE: &'static [usize] = &[I, G * U];
}
