use crate::io::error::settings;
use crate::metrics::{Mean, Measure, Metric};
use crate::sample::{Class, Sample, Vector};

/// The share of samples that are predicted right.
///
/// What that means, the types decide, as Keras's string `"accuracy"` does: [`SparseCategoricalAccuracy`] for labels `Class<N>`; for labels
/// `Vector<N>`, [`BinaryAccuracy`] where `N` is 1, and else [`CategoricalAccuracy`].
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Accuracy;

/// The share of samples whose largest output is that of the labelled class.
///
/// - Output: `Vector<N>`; label: `Class<N>`.
///
/// ```
/// use taut::prelude::*;
/// let p = [[0.9, 0.1], [0.8, 0.2]].map(Vector::new);
/// let t = [0, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert_eq!(SparseCategoricalAccuracy.value(&p, &t), 0.5);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseCategoricalAccuracy;

/// The share of samples whose largest output is where the label's largest value is.
///
/// - Output and label: `Vector<N>`.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = ([[0.9, 0.1], [0.8, 0.2]].map(Vector::new), [[1.0, 0.0], [0.0, 1.0]].map(Vector::new));
/// assert_eq!(CategoricalAccuracy.value(&p, &t), 0.5);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct CategoricalAccuracy;

/// The share of outputs that are on the label's side of a threshold: `(p > threshold) = t`.
///
/// - Output and label: any sample, of the same shape.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = (Vector::new([0.9, 0.5, 0.2, 0.7]), Vector::new([1.0, 1.0, 0.0, 1.0]));
/// assert_eq!(BinaryAccuracy::default().value(&[p], &[t]), 0.75);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class>.
#[derive(Clone, Copy, Debug)]
pub struct BinaryAccuracy {
    /// From 0 to 1, 0.5 by default.
    pub threshold: f32,
}

impl Default for BinaryAccuracy {
    fn default() -> Self {
        BinaryAccuracy { threshold: 0.5 }
    }
}

macro_rules! accuracy {
    ($name:ident, $text:literal) => {
        impl Measure for $name {
            const NAME: &'static str = $text;
            const MAXIMIZE: bool = true;
        }
    };
}
accuracy!(Accuracy, "accuracy");
accuracy!(SparseCategoricalAccuracy, "sparse_categorical_accuracy");
accuracy!(CategoricalAccuracy, "categorical_accuracy");
accuracy!(BinaryAccuracy, "binary_accuracy");

fn of(right: bool) -> f64 {
    if right { 1.0 } else { 0.0 }
}

impl<const N: usize> Metric<Vector<N>, Class<N>> for SparseCategoricalAccuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Class<N>, weight: f32) {
        state.add(of(p.argmax() == t.index()), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for CategoricalAccuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &Vector<N>, weight: f32) {
        state.add(of(p.argmax() == t.argmax()), weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}

impl<P: Sample> Metric<P, P> for BinaryAccuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &P, t: &P, weight: f32) {
        let side = |p: &f32| if *p > self.threshold { 1.0 } else { 0.0 };
        let right = p.values().iter().zip(t.values()).filter(|(p, t)| side(p) == **t).count();
        state.add(right as f64 / P::LEN as f64, weight);
    }
    settings!(BinaryAccuracy { threshold: 0.0..=1.0 });
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
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
