use crate::io::error::{Result, within};
use crate::metrics::f_beta_score::{Average, FBetaScore, FScoreState};
use crate::metrics::label::IsPositive;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// The harmonic mean of precision and recall: an [`FBetaScore`](crate::FBetaScore) with a `beta` of 1, and the same
/// shapes.
///
/// ```
/// use taut::prelude::*;
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert!((F1Score::default().value(&p, &t) - 2.0 / 3.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/classification_metrics/#f1score-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct F1Score {
    /// The average over the classes; their mean by default.
    pub average: Average,
    /// Outputs above the threshold are predicted positive; by default there is none, and the largest output is
    /// predicted positive.
    pub threshold: Option<f32>,
}

impl F1Score {
    fn as_f_beta(&self) -> FBetaScore {
        FBetaScore { beta: 1.0, average: self.average, threshold: self.threshold }
    }
}

impl Named for F1Score {
    const NAME: &'static str = "f1_score";
    const MAXIMIZE: bool = true;
}

impl<const N: usize, T: IsPositive<Vector<N>>> Metric<Vector<N>, T> for F1Score {
    type State = FScoreState;
    fn add(&self, state: &mut FScoreState, p: &Vector<N>, t: &T, weight: f32) {
        self.as_f_beta().add(state, p, t, weight);
    }
    fn validate(&self) -> Result<()> {
        self.threshold.map_or(Ok(()), |threshold| within("F1Score's threshold", threshold, 0.0..=1.0))
    }
    fn report(&self, state: &FScoreState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, self.as_f_beta().value_of(state) as f32);
    }
}
