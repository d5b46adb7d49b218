//! Weighted means.

use crate::memory::plain::Floats;
use crate::shape::sample::Vector;

/// `a / b`, or 0 if `b` is 0.
pub(crate) fn share(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// The weight of a sample, or NaN if one of its outputs is NaN: so is then every metric that compares outputs with each
/// other or with a threshold, as those are that compute with them.
pub(super) fn weight_of(p: &[f32], weight: f32) -> f32 {
    // Without a branch a number, so that it takes whole vectors.
    if p.iter().fold(false, |nan, p| nan | p.is_nan()) { f32::NAN } else { weight }
}

/// The class of the largest output, and the weight of [`weight_of`]. (Of outputs with a NaN, the class is that of the
/// first.)
pub(super) fn class_and_weight<const N: usize>(p: &Vector<N>, weight: f32) -> (usize, f32) {
    let class = p.argmax();
    (class, weight_of(p.values().get(class..=class).unwrap_or_default(), weight))
}

/// A weighted mean, accumulated in `f64`.
///
/// ```
/// use taut::metrics::Mean;
/// let mut mean = Mean::default();
/// assert_eq!(mean.value(), 0.0);
/// mean.add(1.0, 3.0);
/// mean.add(5.0, 1.0);
/// assert_eq!((mean.value(), mean.weight), (2.0, 4.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// The sum of the weighted values.
    pub sum: f64,
    /// The sum of the weights.
    pub weight: f64,
}

impl Mean {
    /// Adds a value with a weight.
    pub fn add(&mut self, value: f64, weight: f32) {
        self.sum += value * f64::from(weight);
        self.weight += f64::from(weight);
    }

    /// The mean, or 0 without any value.
    pub fn value(&self) -> f64 {
        share(self.sum, self.weight)
    }
}
