use crate::metrics::{Measure, Metric, Truth, share};
use crate::sample::Sample;

/// How many outputs that should be on, and off, lie above one of evenly spaced thresholds and not above the next; of all outputs, too.
#[derive(Clone, Debug, Default)]
pub struct Thresholds {
    /// Those that should be on and off, from each threshold on.
    above: Vec<[f64; 2]>,
    all: [f64; 2],
}

impl Thresholds {
    /// `lowest`: whether an output of 0 lies above the lowest threshold.
    fn add<P: Sample, T: Truth<P>>(&mut self, n: usize, lowest: bool, p: &[P], t: &[T]) {
        self.above.resize(n, [0.0; 2]);
        for (p, t) in p.iter().zip(t) {
            for (i, p) in p.values().iter().enumerate() {
                let truth = usize::from(!t.is(i));
                self.all[truth] += 1.0;
                // Keras's arithmetic: an output that is a threshold does not lie above it.
                let above = (p.clamp(0.0, 1.0) * n.saturating_sub(1) as f32).ceil() as usize;
                let last = if lowest { above.max(1) } else { above };
                if let Some(counts) = last.checked_sub(1).and_then(|last| self.above.get_mut(last)) {
                    counts[truth] += 1.0;
                }
            }
        }
    }

    /// True and false positives, and true and false negatives, for each threshold.
    fn counts(&self) -> Vec<[f64; 4]> {
        let (mut tp, mut fp) = (0.0, 0.0);
        let mut counts: Vec<_> = self
            .above
            .iter()
            .rev()
            .map(|[on, off]| {
                (tp, fp) = (tp + on, fp + off);
                [tp, fp, self.all[1] - fp, self.all[0] - tp]
            })
            .collect();
        counts.reverse();
        counts
    }
}

/// Whose area an [`Auc`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curve {
    /// Receiver operating characteristic: recall over the share of false positives.
    #[default]
    Roc,
    /// Precision over recall.
    Pr,
}

/// The area under a curve of an output's possible thresholds: how well it tells on from off, whatever the threshold.
///
/// - Output: any sample of probabilities; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a
///   `Class<N>`.
///
/// As in Keras, it is computed at evenly spaced thresholds. Between them ROC goes in straight lines, and precision and recall as J. Davis and
/// M. Goadrich, *The Relationship Between Precision-Recall and ROC Curves*, 2006, have it.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = (Vector::new([0.0, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
/// assert!((Auc::default().value(&[p], &[t]) - 0.75).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/metrics/classification_metrics/#auc-class>.
#[derive(Clone, Copy, Debug)]
pub struct Auc {
    /// Whose area; ROC by default.
    pub curve: Curve,
    /// How many thresholds, 0 and 1 among them; 200 by default.
    pub thresholds: usize,
}

impl Default for Auc {
    fn default() -> Self {
        Auc { curve: Curve::Roc, thresholds: 200 }
    }
}

impl Measure for Auc {
    const NAME: &'static str = "auc";
    const MAXIMIZE: bool = true;
}

#[diagnostic::do_not_recommend]
impl<P: Sample, T: Truth<P>> Metric<P, T> for Auc {
    type State = Thresholds;
    fn update(&self, state: &mut Thresholds, p: &[P], t: &[T]) {
        state.add(self.thresholds, true, p, t);
    }
    fn report(&self, state: &Thresholds, f: &mut dyn FnMut(&'static str, f32)) {
        let roc = |[a, b]: [[f64; 4]; 2]| {
            let [x, y] = [a, b].map(|[tp, fp, tn, fn_]| [share(fp, fp + tn), share(tp, tp + fn_)]);
            (x[0] - y[0]) * (x[1] + y[1]) / 2.0
        };
        let pr = |[a, b]: [[f64; 4]; 2]| {
            let (p, q) = (a[0] + a[1], b[0] + b[1]);
            let slope = share(a[0] - b[0], (p - q).max(0.0));
            let intercept = b[0] - slope * q;
            let ratio = if p > 0.0 && q > 0.0 { p / q } else { 1.0 };
            share(slope * (a[0] - b[0] + intercept * ratio.ln()), b[0] + b[3])
        };
        let counts = state.counts();
        let steps = counts.windows(2).map(|step| [step[0], step[1]]);
        let area: f64 = match self.curve {
            Curve::Roc => steps.map(roc).sum(),
            Curve::Pr => steps.map(pr).sum(),
        };
        f(Self::NAME, area as f32);
    }
}

macro_rules! best { ($($(#[$doc:meta])* $name:ident, $text:literal, $field:ident, $of:expr;)*) => { $(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug)]
    pub struct $name {
        /// What is to be reached, from 0 to 1.
        pub $field: f32,
        /// How many thresholds are tried, 0 and 1 among them; 200 in Keras.
        pub thresholds: usize,
    }

    impl $name {
        /// The metric, which tries 200 thresholds.
        pub fn new($field: f32) -> Self {
            $name { $field, thresholds: 200 }
        }
    }

    impl Measure for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }

    #[diagnostic::do_not_recommend]
    impl<P: Sample, T: Truth<P>> Metric<P, T> for $name {
        type State = Thresholds;
        fn update(&self, state: &mut Thresholds, p: &[P], t: &[T]) {
            state.add(self.thresholds, false, p, t);
        }
        fn report(&self, state: &Thresholds, f: &mut dyn FnMut(&'static str, f32)) {
            let of: fn([f64; 4]) -> [f64; 2] = $of;
            let reached = state.counts().into_iter().map(of).filter(|[least, _]| *least as f32 >= self.$field);
            f($text, reached.map(|[_, best]| best).fold(0.0, f64::max) as f32);
        }
    }
)* } }

const PRECISION: fn([f64; 4]) -> f64 = |[tp, fp, _, _]| share(tp, tp + fp);
const RECALL: fn([f64; 4]) -> f64 = |[tp, _, _, fn_]| share(tp, tp + fn_);
const SPECIFICITY: fn([f64; 4]) -> f64 = |[_, fp, tn, _]| share(tn, tn + fp);

best! {
    /// The best precision at a threshold at which the recall is at least that; 0 where there is none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a
    ///   `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(PrecisionAtRecall::new(0.5).value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#precisionatrecall-class>.
    PrecisionAtRecall, "precision_at_recall", recall, |c| [RECALL(c), PRECISION(c)];
    /// The best recall at a threshold at which the precision is at least that; 0 where there is none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a
    ///   `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(RecallAtPrecision::new(0.75).value(&[p], &[t]), 0.5);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#recallatprecision-class>.
    RecallAtPrecision, "recall_at_precision", precision, |c| [PRECISION(c), RECALL(c)];
    /// The best sensitivity, `TP / (TP + FN)`, at a threshold at which the specificity, `TN / (TN + FP)`, is at least that; 0 where there is
    /// none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a
    ///   `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(SensitivityAtSpecificity::new(0.5).value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#sensitivityatspecificity-class>.
    SensitivityAtSpecificity, "sensitivity_at_specificity", specificity, |c| [SPECIFICITY(c), RECALL(c)];
    /// The best specificity, `TN / (TN + FP)`, at a threshold at which the sensitivity, `TP / (TP + FN)`, is at least that; 0 where there is
    /// none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a
    ///   `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(SpecificityAtSensitivity::new(0.5).value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#specificityatsensitivity-class>.
    SpecificityAtSensitivity, "specificity_at_sensitivity", sensitivity, |c| [RECALL(c), SPECIFICITY(c)];
}
