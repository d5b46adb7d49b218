use crate::io::error::{POSITIVE, Result, within};
use crate::memory::plain::Floats;
use crate::metrics::label::IsPositive;
use crate::metrics::mean::weight_of;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;

/// The combination of the scores of several classes into one.
///
/// ```
/// use taut::{metrics::{Average, F1Score}, prelude::*};
/// // Three samples of class 0, all found, and one of class 1, which is not.
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]].map(Vector::new);
/// let t = [0, 0, 0, 1].map(|class| Class::<2>::new(class).unwrap());
/// let score = |average| F1Score { average, ..F1Score::default() }.value(&p, &t);
/// // The scores of both classes are 6/7 and 0.
/// assert!((score(Average::Macro) - 3.0 / 7.0).abs() < 1e-5);
/// assert!((score(Average::Weighted) - 0.75 * 6.0 / 7.0).abs() < 1e-5);
/// assert!((score(Average::Micro) - 0.75).abs() < 1e-5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Average {
    /// The mean of the scores.
    #[default]
    Macro,
    /// The score of the counts of all classes together.
    Micro,
    /// The mean of the scores, weighted by the number of labels of each class.
    Weighted,
}

/// `(1 + beta²) · precision · recall / (beta² · precision + recall)`: precision and recall in one number, with recall
/// `beta` times as important.
///
/// - Output: `Vector<N>`; label: `Vector<N>`, whose nonzero values are positive, or `Class<N>`.
///
/// Keras's default returns one score per class; here the default is their mean.
///
/// ```
/// use taut::{metrics::FBetaScore, prelude::*};
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// assert!((FBetaScore { beta: 2.0, ..FBetaScore::default() }.value(&p, &t) - 0.69444).abs() < 1e-5);
/// ```
///
/// See <https://keras.io/api/metrics/classification_metrics/#fbetascore-class>.
#[derive(Clone, Copy, Debug)]
pub struct FBetaScore {
    /// The importance of recall relative to precision; 1 by default.
    pub beta: f32,
    /// The average over the classes; their mean by default.
    pub average: Average,
    /// Outputs above the threshold are predicted positive; by default there is none, and the largest output is
    /// predicted positive.
    pub threshold: Option<f32>,
}

impl Default for FBetaScore {
    fn default() -> Self {
        FBetaScore { beta: 1.0, average: Average::Macro, threshold: None }
    }
}

/// The state of an [`FBetaScore`]: true positives, false positives and false negatives of each class.
///
/// ```
/// use taut::{F1Score, FScoreState, Metric, prelude::*};
/// let (f1, mut state, mut score) = (F1Score::default(), FScoreState::default(), f32::NAN);
/// for (p, class) in [([0.9, 0.1], 0), ([0.8, 0.2], 1), ([0.3, 0.7], 1)] {
///     f1.add(&mut state, &Vector::new(p), &Class::<2>::new(class).unwrap(), 1.0);
/// }
/// Metric::<Vector<2>, Class<2>>::report(&f1, &state, &mut |_name, value| score = value);
/// assert!((score - 2.0 / 3.0).abs() < 1e-5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct FScoreState(Vec<[f64; 3]>);

/// Keras's epsilon, which is added to each divisor.
const EPSILON: f64 = 1e-7;

impl FBetaScore {
    fn score(&self, [tp, fp, fn_]: [f64; 3]) -> f64 {
        let (precision, recall) = (tp / (tp + fp + EPSILON), tp / (tp + fn_ + EPSILON));
        let beta = f64::from(self.beta).powi(2);
        precision * recall / (beta * precision + recall + EPSILON) * (1.0 + beta)
    }

    pub(super) fn value_of(&self, FScoreState(classes): &FScoreState) -> f64 {
        let total = |f: fn(&[f64; 3]) -> f64| classes.iter().map(f).sum::<f64>();
        match self.average {
            Average::Micro => self.score([total(|c| c[0]), total(|c| c[1]), total(|c| c[2])]),
            Average::Macro => classes.iter().map(|c| self.score(*c)).sum::<f64>() / classes.len().max(1) as f64,
            Average::Weighted => {
                let labels = total(|c| c[0] + c[2]) + EPSILON;
                classes.iter().map(|c| self.score(*c) * (c[0] + c[2]) / labels).sum()
            }
        }
    }
}

impl Named for FBetaScore {
    const NAME: &'static str = "fbeta_score";
    const MAXIMIZE: bool = true;
}

impl<const N: usize, T: IsPositive<Vector<N>>> Metric<Vector<N>, T> for FBetaScore {
    type State = FScoreState;
    fn add(&self, FScoreState(classes): &mut FScoreState, p: &Vector<N>, t: &T, weight: f32) {
        classes.resize(N, [0.0; 3]);
        if weight_of(p.values(), weight).is_nan() {
            classes.fill([f64::NAN; 3]);
        }
        let largest = p.values().iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for (i, (p, [tp, fp, fn_])) in p.values().iter().zip(&mut *classes).enumerate() {
            let positive = match self.threshold {
                Some(threshold) => *p > threshold,
                // As in Keras, no output is positive if all are 0.
                None => *p >= largest && p.abs() > 1e-9,
            };
            match (positive, t.is(i)) {
                (true, true) => *tp += f64::from(weight),
                (true, false) => *fp += f64::from(weight),
                (false, true) => *fn_ += f64::from(weight),
                (false, false) => {}
            }
        }
    }
    fn validate(&self) -> Result<()> {
        within("FBetaScore's beta", self.beta, POSITIVE)?;
        self.threshold.map_or(Ok(()), |threshold| within("FBetaScore's threshold", threshold, 0.0..=1.0))
    }
    fn report(&self, state: &FScoreState, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, self.value_of(state) as f32);
    }
}
