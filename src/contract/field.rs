//! The tensors of a layer.

use crate::memory::plain::Floats;
use nalgebra::SMatrix;

/// The total size of the fields that `params!` lists. Compilation fails unless the fields lie in that order, without
/// gaps.
#[doc(hidden)]
#[track_caller]
pub const fn assert_dense<L>(offsets: &[usize], sizes: &[usize]) -> usize {
    assert!(
        align_of::<L>() <= align_of::<f32>(),
        "a layer that `params!` describes must not be aligned beyond its fields"
    );
    let (mut i, mut end) = (0, 0);
    while i < offsets.len() {
        assert!(
            offsets[i] == end,
            "`params!` must list the fields in the struct's order, and the struct be `#[repr(C)]`"
        );
        end += sizes[i];
        i += 1;
    }
    end
}

/// The size of the field that a function returns.
#[doc(hidden)]
pub const fn size_of_field<L, T>(_: fn(&L) -> &T) -> usize {
    size_of::<T>()
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
    /// The number of elements, as the only axis.
    const FLAT: &'static [usize] = &[Self::LEN];
}
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize> Field for SMatrix<f32, R, C> {
    const SHAPE: &'static [usize] = &[C, R];
}
// One matrix for each position of a convolution's window, or one row of them for each row.
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, const W: usize> Field for [SMatrix<f32, R, C>; W] {
    const SHAPE: &'static [usize] = &[W, C, R];
}
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, const W: usize, const H: usize> Field for [[SMatrix<f32, R, C>; W]; H] {
    const SHAPE: &'static [usize] = &[H, W, C, R];
}
// The gates of a recurrent layer, one after another.
#[diagnostic::do_not_recommend]
impl<const U: usize, const G: usize> Field for [[f32; U]; G] {
    const SHAPE: &'static [usize] = &[G * U];
}
#[diagnostic::do_not_recommend]
impl<const U: usize, const G: usize, const I: usize> Field for [[[f32; U]; G]; I] {
    const SHAPE: &'static [usize] = &[I, G * U];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Refused: fields in another order than listed, with gaps, or in a layer with a larger alignment.
    #[test]
    fn fields_lie_as_they_are_listed() {
        assert_eq!(assert_dense::<[f32; 15]>(&[0, 12], &[12, 48]), 60);
        assert_eq!(assert_dense::<()>(&[], &[]), 0);
        for (offsets, sizes) in [([48, 0], [12, 48]), ([0, 16], [12, 48]), ([0, 12], [16, 44]), ([4, 16], [12, 48])] {
            let checked = std::panic::catch_unwind(|| assert_dense::<[f32; 16]>(&offsets, &sizes));
            assert!(checked.is_err(), "{offsets:?}, {sizes:?}");
        }
        assert!(std::panic::catch_unwind(|| assert_dense::<f64>(&[0, 4], &[4, 4])).is_err());
    }
}
