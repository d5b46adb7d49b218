use crate::io::error::settings;
use crate::metrics::{Measure, Metric, OneOf, Truth};
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

/// [`Iou`] of on and off, for outputs that are probabilities: the mean of both, and each output counts.
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
    /// An output that reaches it is on; from 0 to 1, 0.5 by default.
    pub threshold: f32,
    /// The one class that counts, 0 for off or 1 for on; the mean of both by default.
    pub class: Option<Class<2>>,
}

impl Default for BinaryIou {
    fn default() -> Self {
        BinaryIou { threshold: 0.5, class: None }
    }
}

/// What an [`Iou`] adds up: how often each class was predicted rightly, predicted, and real.
#[derive(Clone, Debug, Default)]
pub struct IouState(Vec<[f64; 3]>);

impl IouState {
    fn add(&mut self, classes: usize, real: usize, predicted: usize, weight: f32) {
        self.0.resize(classes, [0.0; 3]);
        let mut count = |class: usize, what: usize| {
            if let Some(counts) = self.0.get_mut(class) {
                counts[what] += f64::from(weight);
            }
        };
        if real == predicted {
            count(real, 0);
        }
        count(predicted, 1);
        count(real, 2);
    }

    fn mean(&self, classes: impl Iterator<Item = usize>) -> f32 {
        const EPSILON: f64 = 1e-7;
        let (mut sum, mut count) = (0.0, 0.0);
        for [right, predicted, real] in classes.filter_map(|class| self.0.get(class)) {
            let union = predicted + real - right;
            if union > 0.0 {
                sum += right / (union + EPSILON);
                count += 1.0;
            }
        }
        (sum / (count + EPSILON)) as f32
    }
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
    type State = IouState;
    fn add(&self, state: &mut IouState, p: &Vector<N>, t: &T, weight: f32) {
        if let Some(real) = t.class() {
            state.add(N, real, p.argmax(), weight);
        }
    }
    fn report(&self, state: &IouState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.mean(self.classes.iter().map(|class| class.index())));
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: OneOf<N>> Metric<Vector<N>, T> for MeanIou {
    type State = IouState;
    fn add(&self, state: &mut IouState, p: &Vector<N>, t: &T, weight: f32) {
        if let Some(real) = t.class() {
            state.add(N, real, p.argmax(), weight);
        }
    }
    fn report(&self, state: &IouState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.mean(0..N));
    }
}

impl<P: Sample> Metric<P, P> for BinaryIou {
    type State = IouState;
    fn add(&self, state: &mut IouState, p: &P, t: &P, weight: f32) {
        for (i, p) in p.values().iter().enumerate() {
            state.add(2, t.is(i).into(), (*p >= self.threshold).into(), weight);
        }
    }
    fn report(&self, state: &IouState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.mean(self.class.map_or(0..2, |class| class.index()..class.index() + 1)));
    }
    settings!(BinaryIou { threshold: 0.0..=1.0 });
}
