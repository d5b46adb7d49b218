//! Samples as rows of channels.

/// A sample whose last axis has `C` elements, the channels.
///
/// ```
/// use taut::{layers::Channels, prelude::*};
/// /// The channels of the last position.
/// fn last<X: Channels<C>, const C: usize>(x: &X) -> Option<&[f32]> {
///     x.values().chunks(C).last()
/// }
/// assert_eq!(last::<_, 2>(&Sequence([[1.0, 2.0], [3.0, 4.0]])), Some(&[3.0, 4.0][..]));
/// assert_eq!(last::<_, 3>(&Vector::new([5.0, 6.0, 7.0])), Some(&[5.0, 6.0, 7.0][..]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not have {C} channels",
    label = "this layer takes samples of {C} channels",
    note = "each layer's input must equal the output of the layer before it"
)]
pub trait Channels<const C: usize>: crate::shape::sample::Sample {}
impl<const C: usize> Channels<C> for crate::shape::sample::Vector<C> {}
impl<const T: usize, const C: usize> Channels<C> for crate::shape::sample::Sequence<T, C> {}
impl<const H: usize, const W: usize, const C: usize> Channels<C> for crate::shape::sample::Image<H, W, C> {}

/// The values as rows of channels, one row per position.
#[inline]
pub(crate) fn rows<const C: usize>(x: &[f32]) -> &[[f32; C]] {
    if C == 0 { &[] } else { x.as_chunks().0 }
}

/// The values as mutable rows of channels.
#[inline]
pub(crate) fn rows_mut<const C: usize>(x: &mut [f32]) -> &mut [[f32; C]] {
    if C == 0 { &mut [] } else { x.as_chunks_mut().0 }
}
