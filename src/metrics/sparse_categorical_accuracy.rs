use crate::metrics::mean::{Mean, class_and_weight};
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::{Class, Vector};

/// The fraction of samples whose largest output is that of the labelled class.
///
/// - Output: `Vector<N>`; label: `Class<N>`.
///
/// ```
/// use taut::{metrics::SparseCategoricalAccuracy, prelude::*};
/// let p = [[0.9, 0.1], [0.8, 0.2]].map(Vector::new);
/// let t = [0, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert_eq!(SparseCategoricalAccuracy.value(&p, &t), 0.5);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseCategoricalAccuracy;

impl Named for SparseCategoricalAccuracy {
    const NAME: &'static str = "sparse_categorical_accuracy";
    const MAXIMIZE: bool = true;
}

impl<const N: usize> Metric<Vector<N>, Class<N>> for SparseCategoricalAccuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Class<N>, weight: f32) {
        let (class, weight) = class_and_weight(p, weight);
        state.add(f64::from(class == t.index()), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}
