//! Helpers that several losses share.

use crate::kernels;
use crate::shape::sample::Sample;

/// Keras's epsilon, the lower bound of probabilities and divisors.
pub(crate) const EPSILON: f32 = 1e-7;

/// The sum over a sample's outputs of `f(output, target)`, which returns a loss and its derivative.
pub(crate) fn sum<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    kernels::score(&f, p.values(), t.values(), 1.0, dp.values_mut())
}

/// The mean over a sample's outputs of `f(output, target)`, which returns a loss and its derivative.
pub(crate) fn mean<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    let n = P::LEN as f32;
    kernels::score(&f, p.values(), t.values(), 1.0 / n, dp.values_mut()) / n
}

/// `max(x, min)`, except that NaN stays NaN.
#[inline(always)]
pub(crate) fn at_least(x: f32, min: f32) -> f32 {
    if x < min { min } else { x }
}

/// The sign of `x`, 0 at 0.
#[inline(always)]
pub(crate) fn sign(x: f32) -> f32 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// A target of one of `classes`, of which the fraction `smoothing` is shared out to all of them.
#[inline(always)]
pub(super) fn smoothed(t: f32, smoothing: f32, classes: usize) -> f32 {
    t * (1.0 - smoothing) + smoothing / classes as f32
}
