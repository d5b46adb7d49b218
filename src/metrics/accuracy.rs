use crate::metrics::binary_accuracy::BinaryAccuracy;
use crate::metrics::categorical_accuracy::CategoricalAccuracy;
use crate::metrics::mean::Mean;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::metrics::sparse_categorical_accuracy::SparseCategoricalAccuracy;
use crate::shape::sample::{Class, Vector};

/// The fraction of samples that are predicted correctly.
///
/// The types choose the metric, as Keras's string `"accuracy"` does: [`SparseCategoricalAccuracy`] for labels
/// `Class<N>`, [`BinaryAccuracy`] for labels `Vector<1>`, and [`CategoricalAccuracy`] for other labels `Vector<N>`.
///
/// For a network that ends without a sigmoid, write [`FromLogits`](crate::FromLogits)`(Accuracy)`: as in Keras, outputs
/// `Vector<1>` are probabilities otherwise.
///
/// ```
/// use taut::prelude::*;
/// let p = [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]].map(Vector::new);
/// let t = [1, 2].map(|class| Class::<3>::new(class).unwrap());
/// assert_eq!(Accuracy.value(&p, &t), 0.5);
/// assert_eq!(Accuracy.value(&p, &t.map(Class::one_hot)), 0.5);
/// assert_eq!(Accuracy.value(&[Vector::new([0.7])], &[Vector::new([1.0])]), 1.0); // yes or no
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accuracy;

impl Named for Accuracy {
    const NAME: &'static str = "accuracy";
    const MAXIMIZE: bool = true;
}

impl<const N: usize> Metric<Vector<N>, Class<N>> for Accuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Class<N>, weight: f32) {
        SparseCategoricalAccuracy.add(state, p, t, weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for Accuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Vector<N>, weight: f32) {
        match N {
            1 => BinaryAccuracy::default().add(state, p, t, weight),
            _ => CategoricalAccuracy.add(state, p, t, weight),
        }
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let p = [[0.2, 0.8], [0.5, 0.5], [0.9, 0.1], [0.4, 0.6]].map(Vector::new);
        let classes = [1, 1, 0, 0].map(|c| Class::<2>::new(c).unwrap());
        assert_eq!(Accuracy.value(&p, &classes), 0.5);
        assert_eq!(Accuracy.value(&p, &classes.map(Class::one_hot)), 0.5);
        assert_eq!(BinaryAccuracy::default().value(&p, &classes.map(Class::one_hot)), 0.625);
        let (p, t) = ([[0.5], [0.51], [0.2]].map(Vector::new), [[1.0], [1.0], [0.0]].map(Vector::new));
        assert!((Accuracy.value(&p, &t) - 2.0 / 3.0).abs() < 1e-6, "0.5 is not above 0.5");
    }
}
