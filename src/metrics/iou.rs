use crate::metrics::label::ClassLabel;
use crate::metrics::mean::class_and_weight;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::{Class, Vector};

/// The intersection over union of predictions and labels, `TP / (TP + FP + FN)`, as a mean over `K` of `N` classes.
///
/// - Output: `Vector<N>`; label: `Class<N>`, or a one-hot `Vector<N>` (Keras's `OneHotIoU`).
///
/// As in Keras, classes without predictions and labels are excluded from the mean.
///
/// ```
/// use taut::{metrics::Iou, prelude::*};
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert!((Iou { classes: [t[0]] }.value(&p, &t) - 0.5).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/segmentation_metrics/#iou-class>.
#[derive(Clone, Copy, Debug)]
pub struct Iou<const N: usize, const K: usize> {
    /// The classes to average over.
    pub classes: [Class<N>; K],
}

/// The state of an [`Iou`]: for each class the numbers of correct predictions, of predictions, and of labels.
///
/// ```
/// use taut::{IouState, MeanIou, Metric, prelude::*};
/// let (iou, mut state, mut score) = (MeanIou, IouState::default(), f32::NAN);
/// for (p, class) in [([0.9, 0.1], 0), ([0.8, 0.2], 1), ([0.3, 0.7], 1)] {
///     iou.add(&mut state, &Vector::new(p), &Class::<2>::new(class).unwrap(), 1.0);
/// }
/// Metric::<Vector<2>, Class<2>>::report(&iou, &state, &mut |_name, value| score = value);
/// assert!((score - 0.5).abs() < 1e-5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct IouState(Vec<[f64; 3]>);

impl<const N: usize, const K: usize> Named for Iou<N, K> {
    const NAME: &'static str = "io_u";
    const MAXIMIZE: bool = true;
}

impl IouState {
    pub(super) fn add(&mut self, classes: usize, actual: usize, predicted: usize, weight: f32) {
        self.0.resize(classes, [0.0; 3]);
        if weight.is_nan() {
            self.0.fill([f64::NAN; 3]);
        }
        let mut count = |class: usize, what: usize| {
            if let Some(counts) = self.0.get_mut(class) {
                counts[what] += f64::from(weight);
            }
        };
        if actual == predicted {
            count(actual, 0);
        }
        count(predicted, 1);
        count(actual, 2);
    }

    pub(super) fn mean(&self, classes: impl Iterator<Item = usize>) -> f32 {
        const EPSILON: f64 = 1e-7;
        let (mut sum, mut count) = (0.0, 0.0);
        for [correct, predicted, actual] in classes.filter_map(|class| self.0.get(class)) {
            let union = predicted + actual - correct;
            if union > 0.0 || union.is_nan() {
                sum += correct / (union + EPSILON);
                count += 1.0;
            }
        }
        (sum / (count + EPSILON)) as f32
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, const K: usize, T: ClassLabel<N>> Metric<Vector<N>, T> for Iou<N, K> {
    type State = IouState;
    fn add(&self, state: &mut IouState, p: &Vector<N>, t: &T, weight: f32) {
        if let Some(actual) = t.class() {
            let (class, weight) = class_and_weight(p, weight);
            state.add(N, actual, class, weight);
        }
    }
    fn report(&self, state: &IouState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.mean(self.classes.iter().map(|class| class.index())));
    }
}
