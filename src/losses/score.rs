//! What losses compute with.

use crate::kernels;
use crate::shape::sample::Sample;

/// Keras's epsilon, to which probabilities and divisors are clipped.
pub(crate) const EPSILON: f32 = 1e-7;

/// The sum over a sample's outputs of `f(output, target)`, which gives the loss and its derivative.
pub(crate) fn sum<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    kernels::score(&f, p.values(), t.values(), 1.0, dp.values_mut())
}

/// The mean over a sample's outputs of `f(output, target)`, which gives the loss and its derivative.
pub(crate) fn mean<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    let n = P::LEN as f32;
    kernels::score(&f, p.values(), t.values(), 1.0 / n, dp.values_mut()) / n
}

/// `max(x, least)` that lets NaN through.
#[inline(always)]
pub(crate) fn at_least(x: f32, least: f32) -> f32 {
    if x < least { least } else { x }
}

/// The sign, 0 at 0.
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
