use crate::metrics::mean::Mean;
use crate::metrics::metric::Metric;
use crate::metrics::moments::{Moments, moments};
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// Pearson's correlation of a sample's outputs with its label's values, `cov(p, t) / √(var(p) · var(t))`, as a mean
/// over the samples.
///
/// - Output and label: `Vector<N>`. As in Keras, the value is NaN if all outputs or all label values of a sample are
///   equal.
///
/// ```
/// use taut::{metrics::PearsonCorrelation, prelude::*};
/// let (p, t) = (Vector::new([1.0, 2.0, 4.0]), Vector::new([2.0, 4.0, 8.0]));
/// assert!((PearsonCorrelation.value(&[p], &[t]) - 1.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/regression_metrics/#pearsoncorrelation-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct PearsonCorrelation;

impl Named for PearsonCorrelation {
    const NAME: &'static str = "pearson_correlation";
    const MAXIMIZE: bool = true;
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for PearsonCorrelation {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Vector<N>, weight: f32) {
        let Moments { var_p, var_t, covariance, .. } = moments(p, t);
        state.add(covariance / (var_p * var_t).sqrt(), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}
