use crate::metrics::mean::Mean;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Sample;

/// The root mean squared error over all samples and outputs: `√mean((p - t)²)`.
///
/// - Output and label: any sample, of the same shape.
///
/// ```
/// use taut::{metrics::RootMeanSquaredError, prelude::*};
/// let (p, t) = ([Vector::new([0.0]), Vector::new([7.0])], [Vector::new([1.0]), Vector::new([0.0])]);
/// assert_eq!(RootMeanSquaredError.value(&p, &t), 5.0); // √((1 + 49) / 2)
/// ```
///
/// See <https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct RootMeanSquaredError;

impl Named for RootMeanSquaredError {
    const NAME: &'static str = "root_mean_squared_error";
}

impl<P: Sample> Metric<P, P> for RootMeanSquaredError {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &P, t: &P, weight: f32) {
        p.values().iter().zip(t.values()).for_each(|(p, t)| state.add(((p - t) as f64).powi(2), weight));
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value().sqrt() as f32);
    }
}
