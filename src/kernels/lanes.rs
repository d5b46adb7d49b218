//! The unit that all loops count in: eight floats, whatever the registers of the processor hold.

/// Floats in a unit.
pub(super) const LANES: usize = 8;

/// One unit.
pub(super) type Lanes = [f32; LANES];

/// Whether the compiler may use vector registers. (Small processors have floats one by one, if any, and little memory.)
pub(super) const HAS_VECTORS: bool =
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64", target_feature = "simd128"));

/// The sum of the lanes, in pairs.
#[inline(always)]
pub(super) fn sum_lanes(x: Lanes) -> f32 {
    let [a, b, c, d, e, f, g, h] = x;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
