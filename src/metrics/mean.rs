//! Weighted means.

/// `a / b`, and 0 where `b` is.
pub(crate) fn share(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// A weighted mean, added up in `f64`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// The sum of the values, each times its weight.
    pub sum: f64,
    /// The sum of the weights.
    pub weight: f64,
}

impl Mean {
    /// Adds a value that counts as much as `weight` others.
    pub fn add(&mut self, value: f64, weight: f32) {
        self.sum += value * f64::from(weight);
        self.weight += f64::from(weight);
    }

    /// The mean: 0 of nothing.
    pub fn value(&self) -> f64 {
        share(self.sum, self.weight)
    }
}
