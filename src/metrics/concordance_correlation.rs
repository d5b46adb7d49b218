use crate::metrics::mean::Mean;
use crate::metrics::metric::Metric;
use crate::metrics::moments::{Moments, moments};
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// The concordance of a sample's outputs with its label's values, as a mean over the samples: a correlation that is 1
/// only if both are equal, `2 · cov(p, t) / (var(p) + var(t) + (mean(p) - mean(t))² + 1e-7)`.
///
/// - Output and label: `Vector<N>`.
///
/// ```
/// use taut::{metrics::ConcordanceCorrelation, prelude::*};
/// let (p, t) = (Vector::new([1.0, 2.0, 3.0]), Vector::new([2.0, 3.0, 4.0]));
/// assert!((ConcordanceCorrelation.value(&[p], &[t]) - 4.0 / 7.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/regression_metrics/#concordancecorrelation-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcordanceCorrelation;

impl Named for ConcordanceCorrelation {
    const NAME: &'static str = "concordance_correlation";
    const MAXIMIZE: bool = true;
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for ConcordanceCorrelation {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Vector<N>, weight: f32) {
        let Moments { mean_p, mean_t, var_p, var_t, covariance } = moments(p, t);
        state.add(2.0 * covariance / (var_p + var_t + (mean_p - mean_t).powi(2) + 1e-7), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}
