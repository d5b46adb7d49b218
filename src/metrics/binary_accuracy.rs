use crate::io::error::settings;
use crate::metrics::mean::{Mean, weight_of};
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Sample;

/// The fraction of outputs on the same side of a threshold as the label: `(p > threshold) = t`.
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
    /// The threshold, from 0 to 1; 0.5 by default.
    pub threshold: f32,
}

impl Default for BinaryAccuracy {
    fn default() -> Self {
        BinaryAccuracy { threshold: 0.5 }
    }
}

impl Named for BinaryAccuracy {
    const NAME: &'static str = "binary_accuracy";
    const MAXIMIZE: bool = true;
}

impl<P: Sample> Metric<P, P> for BinaryAccuracy {
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &P, t: &P, weight: f32) {
        let side = |p: &f32| if *p > self.threshold { 1.0 } else { 0.0 };
        let correct = p.values().iter().zip(t.values()).filter(|(p, t)| side(p) == **t).count();
        state.add(correct as f64 / P::LEN as f64, weight_of(p.values(), weight));
    }
    settings!(BinaryAccuracy { threshold: 0.0..=1.0 });
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}
