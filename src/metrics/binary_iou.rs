use crate::io::error::settings;
use crate::metrics::iou::IouState;
use crate::metrics::label::IsPositive;
use crate::metrics::mean::weight_of;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::{Class, Sample};

/// The mean [`Iou`](crate::Iou) of positive and negative, for outputs that are probabilities; each output counts by
/// itself.
///
/// - Output: any sample; label: a sample of the same shape, whose nonzero values are positive.
///
/// ```
/// use taut::{metrics::BinaryIou, prelude::*};
/// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
/// assert!((BinaryIou::default().value(&[p], &[t]) - (2.0 / 3.0 + 1.0 / 2.0) / 2.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class>.
#[derive(Clone, Copy, Debug)]
pub struct BinaryIou {
    /// Outputs at or above the threshold are predicted positive; from 0 to 1, 0.5 by default.
    pub threshold: f32,
    /// The class to count, 0 for negative or 1 for positive; the mean of both by default.
    pub class: Option<Class<2>>,
}

impl Default for BinaryIou {
    fn default() -> Self {
        BinaryIou { threshold: 0.5, class: None }
    }
}

impl Named for BinaryIou {
    const NAME: &'static str = "binary_io_u";
    const MAXIMIZE: bool = true;
}

impl<P: Sample> Metric<P, P> for BinaryIou {
    type State = IouState;
    fn add(&self, state: &mut IouState, p: &P, t: &P, weight: f32) {
        let weight = weight_of(p.values(), weight);
        for (i, p) in p.values().iter().enumerate() {
            state.add(2, t.is(i).into(), (*p >= self.threshold).into(), weight);
        }
    }
    fn report(&self, state: &IouState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.mean(self.class.map_or(0..2, |class| class.index()..class.index() + 1)));
    }
    settings!(BinaryIou { threshold: 0.0..=1.0 });
}
