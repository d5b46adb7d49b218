//! Means, variances and covariances, from which correlations are computed.

use crate::memory::plain::Floats;
use crate::shape::sample::Vector;

/// The means, variances and covariance of two vectors.
pub(super) struct Moments {
    pub mean_p: f64,
    pub mean_t: f64,
    pub var_p: f64,
    pub var_t: f64,
    pub covariance: f64,
}

pub(super) fn moments<const N: usize>(p: &Vector<N>, t: &Vector<N>) -> Moments {
    let mean = |x: &Vector<N>| x.values().iter().map(|x| f64::from(*x)).sum::<f64>() / N as f64;
    let (mean_p, mean_t) = (mean(p), mean(t));
    let mut sums = [0.0; 3];
    for (p, t) in p.values().iter().zip(t.values()) {
        let (p, t) = (f64::from(*p) - mean_p, f64::from(*t) - mean_t);
        sums = [sums[0] + p * p, sums[1] + t * t, sums[2] + p * t];
    }
    let [var_p, var_t, covariance] = sums.map(|sum| sum / N as f64);
    Moments { mean_p, mean_t, var_p, var_t, covariance }
}
