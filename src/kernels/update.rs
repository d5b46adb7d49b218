//! Updates of weights while their gradient is still in the cache.

use crate::kernels::shared_ptr::SharedPtr;
use core::slice;

/// The largest number of moments that an optimizer stores per weight.
pub const MAX_MOMENTS: usize = 5;

/// A function of some weights, their gradient (which it may overwrite), the moments of these weights, and the shape of
/// the whole tensor.
pub type UpdateRule<'a> = dyn Fn(&mut [f32], &mut [f32], [&mut [f32]; MAX_MOMENTS], &[usize]) + Sync + 'a;

/// An update of a tensor, which a product applies to each part of the gradient as soon as it is complete.
pub struct Update<'a> {
    /// The weights.
    pub w: &'a mut [f32],
    /// The optimizer's moments: each as long as `w`, or empty.
    pub moments: [&'a mut [f32]; MAX_MOMENTS],
    /// The shape of the tensor.
    pub shape: &'a [usize],
    /// Called with corresponding parts of the weights, the gradient and the moments.
    pub rule: &'a UpdateRule<'a>,
}

/// An [`Update`] that several threads apply to different parts.
pub(super) struct SharedUpdate<'a> {
    w: SharedPtr<f32>,
    moments: [Option<SharedPtr<f32>>; MAX_MOMENTS],
    shape: &'a [usize],
    rule: &'a UpdateRule<'a>,
}

impl<'a> SharedUpdate<'a> {
    /// The shared update of a tensor with `len` weights.
    pub fn new(Update { w, moments, shape, rule }: &'a mut Update, len: usize) -> Self {
        let whole = |x: &mut [f32]| {
            assert!(x.len() == len, "weights and moments are as long as the gradient");
            SharedPtr(x.as_mut_ptr())
        };
        let moments = moments.each_mut().map(|x| if x.is_empty() { None } else { Some(whole(x)) });
        SharedUpdate { w: whole(w), moments, shape, rule: *rule }
    }

    /// Applies the rule to the weights from `at` on, whose gradient is `g`.
    ///
    /// # Safety
    ///
    /// The tensor has these weights, and no other thread uses them meanwhile.
    pub unsafe fn apply(&self, at: usize, g: &mut [f32]) {
        // SAFETY: the caller's contract.
        let part = |x: SharedPtr<f32>| unsafe { slice::from_raw_parts_mut(x.at(at), g.len()) };
        let (w, moments) = (part(self.w), self.moments.map(|x| x.map_or_else(|| &mut [][..], part)));
        (self.rule)(w, g, moments, self.shape);
    }
}
