use crate::metrics::iou::IouState;
use crate::metrics::label::ClassLabel;
use crate::metrics::mean::class_and_weight;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// The mean [`Iou`](crate::Iou) of all classes.
///
/// - Output: `Vector<N>`; label: `Class<N>`, or a one-hot `Vector<N>` (Keras's `OneHotMeanIoU`).
///
/// ```
/// use taut::{metrics::MeanIou, prelude::*};
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert!((MeanIou.value(&p, &t) - 0.5).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/segmentation_metrics/#meaniou-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanIou;

impl Named for MeanIou {
    const NAME: &'static str = "mean_io_u";
    const MAXIMIZE: bool = true;
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: ClassLabel<N>> Metric<Vector<N>, T> for MeanIou {
    type State = IouState;
    fn add(&self, state: &mut IouState, p: &Vector<N>, t: &T, weight: f32) {
        if let Some(actual) = t.class() {
            let (class, weight) = class_and_weight(p, weight);
            state.add(N, actual, class, weight);
        }
    }
    fn report(&self, state: &IouState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.mean(0..N));
    }
}
