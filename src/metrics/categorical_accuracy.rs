use crate::metrics::mean::{Mean, class_and_weight};
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// The fraction of samples whose largest output has the index of the label's largest value.
///
/// - Output and label: `Vector<N>`.
///
/// ```
/// use taut::{metrics::CategoricalAccuracy, prelude::*};
/// let (p, t) = ([[0.9, 0.1], [0.8, 0.2]].map(Vector::new), [[1.0, 0.0], [0.0, 1.0]].map(Vector::new));
/// assert_eq!(CategoricalAccuracy.value(&p, &t), 0.5);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalAccuracy;

impl Named for CategoricalAccuracy {
    const NAME: &'static str = "categorical_accuracy";
    const MAXIMIZE: bool = true;
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for CategoricalAccuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Vector<N>, weight: f32) {
        let (class, weight) = class_and_weight(p, weight);
        state.add(f64::from(class == t.argmax()), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}
