use crate::metrics::{ConfusionMatrix, Measure, Metric, Truth};
use crate::model::OneOf;
use crate::sample::{Class, Sample, Vector};

/// The intersection of what is predicted and what is real over their union, `TP / (TP + FP + FN)`, as a mean over some of `N` classes.
///
/// - Output: `Vector<N>`; label: `Class<N>`, or a `Vector<N>` that is largest there (Keras's `OneHotIoU`).
///
/// As in Keras, a class that is neither predicted nor real is no part of the mean.
///
/// ```
/// use taut::prelude::*;
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert!((Iou { classes: [t[0]] }.value(&p, &t) - 0.5).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/segmentation_metrics/#iou-class>.
#[derive(Clone, Copy, Debug)]
pub struct Iou<const N: usize, const K: usize> {
    /// Those classes.
    pub classes: [Class<N>; K],
}

/// [`Iou`] of all classes.
///
/// - Output: `Vector<N>`; label: `Class<N>`, or a `Vector<N>` that is largest there (Keras's `OneHotMeanIoU`).
///
/// ```
/// use taut::prelude::*;
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert!((MeanIou.value(&p, &t) - 0.5).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/segmentation_metrics/#meaniou-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanIou;

/// [`Iou`] of on and off, for outputs of one number: the mean of both, and each output counts.
///
/// - Output: any sample; label: a sample of the same shape, of which what is not 0 is on.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
/// assert!((BinaryIou::default().value(&[p], &[t]) - (2.0 / 3.0 + 1.0 / 2.0) / 2.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class>.
#[derive(Clone, Copy, Debug)]
pub struct BinaryIou {
    /// An output that reaches it is on; 0.5 by default.
    pub threshold: f32,
}

impl Default for BinaryIou {
    fn default() -> Self {
        BinaryIou { threshold: 0.5 }
    }
}

fn mean<const N: usize>(matrix: &ConfusionMatrix<N>, classes: impl Iterator<Item = usize>) -> f32 {
    const EPSILON: f64 = 1e-7;
    let (mut sum, mut count) = (0.0, 0.0);
    for class in classes {
        let [right, predicted, real] = matrix.of(class);
        let union = predicted + real - right;
        if union > 0.0 {
            sum += right / (union + EPSILON);
            count += 1.0;
        }
    }
    (sum / (count + EPSILON)) as f32
}

macro_rules! named { ($([$($g:tt)*] $name:ty, $text:literal;)*) => { $(
    impl<$($g)*> Measure for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }
)* } }
named! {
    [const N: usize, const K: usize] Iou<N, K>, "io_u";
    [] MeanIou, "mean_io_u";
    [] BinaryIou, "binary_io_u";
}

#[diagnostic::do_not_recommend]
impl<const N: usize, const K: usize, T: OneOf<N>> Metric<Vector<N>, T> for Iou<N, K> {
    type State = ConfusionMatrix<N>;
    fn update(&self, state: &mut ConfusionMatrix<N>, p: &[Vector<N>], t: &[T]) {
        state.add(p, t);
    }
    fn report(&self, state: &ConfusionMatrix<N>, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, mean(state, self.classes.iter().map(|class| class.index())));
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: OneOf<N>> Metric<Vector<N>, T> for MeanIou {
    type State = ConfusionMatrix<N>;
    fn update(&self, state: &mut ConfusionMatrix<N>, p: &[Vector<N>], t: &[T]) {
        state.add(p, t);
    }
    fn report(&self, state: &ConfusionMatrix<N>, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, mean(state, 0..N));
    }
}

impl<P: Sample> Metric<P, P> for BinaryIou {
    type State = ConfusionMatrix<2>;
    fn update(&self, state: &mut ConfusionMatrix<2>, p: &[P], t: &[P]) {
        for (p, t) in p.iter().zip(t) {
            for (i, p) in p.values().iter().enumerate() {
                state.count(t.is(i).into(), (*p >= self.threshold).into());
            }
        }
    }
    fn report(&self, state: &ConfusionMatrix<2>, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, mean(state, 0..2));
    }
}
