//! A variance in one pass: B. P. Welford, *Note on a Method for Calculating Corrected Sums of Squares and Products*,
//! 1962.

/// A mean and the sum of squared deviations from it, which stay exact if the mean is large.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread {
    mean: f64,
    pub squares: f64,
}

impl Spread {
    /// Adds `x`. `part` is the weight of `x`, and that weight divided by the sum of weights.
    pub fn add(&mut self, x: f64, (weight, part): (f64, f64)) {
        let difference = x - self.mean;
        self.mean += difference * part;
        self.squares += weight * difference * (x - self.mean);
    }
}
