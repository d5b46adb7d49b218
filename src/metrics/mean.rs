//! Weighted means.

/// `a / b`, or 0 if `b` is 0.
pub(crate) fn share(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// The weight of a sample, or NaN if one of its outputs is NaN: so is then every metric that compares outputs with each
/// other or with a threshold, as those are that compute with them.
pub(super) fn weight_of(p: &[f32], weight: f32) -> f32 {
    if p.iter().any(|p| p.is_nan()) { f32::NAN } else { weight }
}

/// A weighted mean, accumulated in `f64`.
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
