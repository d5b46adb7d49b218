use crate::memory::plain::Floats;
use crate::metrics::mean::Mean;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// Pearson's correlation of a sample's outputs with its label's values, as a mean over the samples.
///
/// - Output and label: `Vector<N>`. As in Keras it is NaN where all of a sample's outputs, or of its label's values, are equal.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = (Vector::new([1.0, 2.0, 4.0]), Vector::new([2.0, 4.0, 8.0]));
/// assert!((PearsonCorrelation.value(&[p], &[t]) - 1.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/regression_metrics/#pearsoncorrelation-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct PearsonCorrelation;

/// The concordance of a sample's outputs with its label's values, as a mean over the samples: a correlation that is 1 only where both are
/// equal, `2 · cov(p, t) / (var(p) + var(t) + (mean(p) - mean(t))² + 1e-7)`.
///
/// - Output and label: `Vector<N>`.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = (Vector::new([1.0, 2.0, 3.0]), Vector::new([2.0, 3.0, 4.0]));
/// assert!((ConcordanceCorrelation.value(&[p], &[t]) - 4.0 / 7.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/regression_metrics/#concordancecorrelation-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcordanceCorrelation;

/// The means, variances and covariance of two vectors.
fn moments<const N: usize>(p: &Vector<N>, t: &Vector<N>) -> [f64; 5] {
    let mean = |x: &Vector<N>| x.values().iter().map(|x| f64::from(*x)).sum::<f64>() / N as f64;
    let (of_p, of_t) = (mean(p), mean(t));
    let mut sums = [0.0; 3];
    for (p, t) in p.values().iter().zip(t.values()) {
        let (p, t) = (f64::from(*p) - of_p, f64::from(*t) - of_t);
        sums = [sums[0] + p * p, sums[1] + t * t, sums[2] + p * t];
    }
    let [p, t, both] = sums.map(|sum| sum / N as f64);
    [of_p, of_t, p, t, both]
}

macro_rules! correlation { ($($name:ident, $text:literal, $of:expr;)*) => { $(
    impl Named for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }
    impl<const N: usize> Metric<Vector<N>, Vector<N>> for $name {
        type State = Mean;
        fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Vector<N>, weight: f32) {
            let of: fn([f64; 5]) -> f64 = $of;
            state.add(of(moments(p, t)), weight);
        }
        fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
            f($text, state.value() as f32);
        }
    }
)* } }
correlation! {
    PearsonCorrelation, "pearson_correlation", |[_, _, p, t, both]| both / (p * t).sqrt();
    ConcordanceCorrelation, "concordance_correlation", |[of_p, of_t, p, t, both]| {
        2.0 * both / (p + t + (of_p - of_t).powi(2) + 1e-7)
    };
}
