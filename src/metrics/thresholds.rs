use crate::io::error::{Error, Result, within};
use crate::kernels;
use crate::metrics::confusion::{check_class, outputs};
use crate::metrics::label::IsPositive;
use crate::metrics::mean::share;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Sample;

/// How many outputs that should be on, and off, lie above one of evenly spaced thresholds and not above the next; of all outputs, too.
#[derive(Clone, Debug, Default)]
pub struct Thresholds {
    /// Those that should be on and off, from each threshold on.
    above: Vec<[f64; 2]>,
    all: [f64; 2],
}

impl Thresholds {
    /// `n`: how many thresholds; `lowest`: whether an output of 0 lies above the lowest of them.
    fn add(&mut self, n: usize, lowest: bool, p: f32, on: bool, weight: f32) {
        self.above.resize(n, [0.0; 2]);
        let (truth, weight) = (usize::from(!on), f64::from(weight));
        self.all[truth] += weight;
        // Keras's arithmetic: an output that is a threshold does not lie above it.
        let above = (p.clamp(0.0, 1.0) * n.saturating_sub(1) as f32).ceil() as usize;
        let last = if lowest { above.max(1) } else { above };
        if let Some(counts) = last.checked_sub(1).and_then(|last| self.above.get_mut(last)) {
            counts[truth] += weight;
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

/// That there are enough thresholds; `what` says whose they are.
fn check_thresholds(what: &'static str, thresholds: usize) -> Result<()> {
    if thresholds < 2 { Err(Error::argument(what, "at least 2", thresholds)) } else { Ok(()) }
}

/// Whose area an [`Auc`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Curve {
    /// Receiver operating characteristic: recall over the share of false positives.
    #[default]
    Roc,
    /// Precision over recall.
    Pr,
    /// Gain of precision over gain of recall, `1 - FP / TP · P / N` over `1 - FN / TP · P / N`: P. Flach and M. Kull, *Precision-Recall-Gain
    /// Curves*, 2015.
    PrGain,
}

/// How an [`Auc`] adds up the area between two thresholds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Summation {
    /// In a straight line for ROC, and for precision and recall as J. Davis and M. Goadrich, *The Relationship Between Precision-Recall and
    /// ROC Curves*, 2006, have it.
    #[default]
    Interpolation,
    /// By the lower end: less than the area.
    Minoring,
    /// By the higher end: more than the area.
    Majoring,
}

/// The area under a curve of an output's possible thresholds: how well it tells on from off, whatever the threshold.
///
/// - Output: any sample of probabilities; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a
///   `Class<N>`.
///
/// As in Keras, it is computed at evenly spaced thresholds.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = (Vector::new([0.0, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
/// assert!((Auc::default().value(&[p], &[t]) - 0.75).abs() < 1e-6);
/// let pr = Auc { curve: Curve::Pr, summation: Summation::Minoring, ..Auc::default() };
/// assert!(pr.value(&[p], &[t]) < Auc { curve: Curve::Pr, ..Auc::default() }.value(&[p], &[t]));
/// ```
///
/// See <https://keras.io/api/metrics/classification_metrics/#auc-class>.
#[derive(Clone, Copy, Debug)]
pub struct Auc {
    /// Whose area; ROC by default.
    pub curve: Curve,
    /// How many thresholds, 0 and 1 among them: at least 2, 200 by default.
    pub thresholds: usize,
    /// How the area between two thresholds is added up.
    pub summation: Summation,
    /// Whether it is the mean of the areas of each output by itself, where a sample has several labels; by default all outputs are taken
    /// together.
    pub multi_label: bool,
    /// Whether the outputs are logits, of which it takes the [`Sigmoid`](crate::Sigmoid); not by default.
    pub from_logits: bool,
}

impl Default for Auc {
    fn default() -> Self {
        Auc {
            curve: Curve::Roc,
            thresholds: 200,
            summation: Summation::Interpolation,
            multi_label: false,
            from_logits: false,
        }
    }
}

impl Named for Auc {
    const NAME: &'static str = "auc";
    const MAXIMIZE: bool = true;
}

/// What an [`Auc`] adds up: for all outputs together, or for each by itself.
#[derive(Clone, Debug, Default)]
pub struct AucState(Vec<Thresholds>);

impl Auc {
    /// The area between a threshold and the next one, of true and false positives, and true and false negatives.
    fn step(&self, [a, b]: [[f64; 4]; 2]) -> f64 {
        if let (Curve::Pr, Summation::Interpolation) = (self.curve, self.summation) {
            let (p, q) = (a[0] + a[1], b[0] + b[1]);
            let slope = share(a[0] - b[0], (p - q).max(0.0));
            let intercept = b[0] - slope * q;
            let ratio = if p > 0.0 && q > 0.0 { p / q } else { 1.0 };
            return share(slope * (a[0] - b[0] + intercept * ratio.ln()), b[0] + b[3]);
        }
        let [from, to] = [a, b].map(|[tp, fp, tn, fn_]| match self.curve {
            Curve::Roc => [share(fp, fp + tn), share(tp, tp + fn_)],
            Curve::Pr => [share(tp, tp + fn_), share(tp, tp + fp)],
            Curve::PrGain if tp == 0.0 => [0.0, 1.0],
            Curve::PrGain => {
                let gain = |wrong: f64| 1.0 - share(tp + fn_, tn + fp) * share(wrong, tp);
                [gain(fn_).max(0.0), gain(fp)]
            }
        });
        let height = match self.summation {
            Summation::Interpolation => (from[1] + to[1]) / 2.0,
            Summation::Minoring => from[1].min(to[1]),
            Summation::Majoring => from[1].max(to[1]),
        };
        (from[0] - to[0]) * height
    }
}

#[diagnostic::do_not_recommend]
impl<P: Sample, T: IsPositive<P>> Metric<P, T> for Auc {
    type State = AucState;
    fn add(&self, AucState(all): &mut AucState, p: &P, t: &T, weight: f32) {
        all.resize_with(if self.multi_label { P::LEN } else { 1 }, Thresholds::default);
        for (i, p) in p.values().iter().enumerate() {
            let p = if self.from_logits { kernels::sigmoid(*p) } else { *p };
            if let Some(one) = all.get_mut(if self.multi_label { i } else { 0 }) {
                one.add(self.thresholds, true, p, t.is(i), weight);
            }
        }
    }
    fn report(&self, AucState(all): &AucState, f: &mut dyn FnMut(&'static str, f32)) {
        let steps =
            |one: &Thresholds| -> f64 { one.counts().windows(2).map(|step| self.step([step[0], step[1]])).sum() };
        f(Self::NAME, share(all.iter().map(steps).sum(), all.len() as f64) as f32);
    }
    fn validate(&self) -> Result<()> {
        check_thresholds("Auc's thresholds", self.thresholds)
    }
}

macro_rules! best { ($($(#[$doc:meta])* $name:ident, $text:literal, $field:ident, $of:expr;)*) => { $(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug)]
    pub struct $name {
        /// What is to be reached, from 0 to 1.
        pub $field: f32,
        /// How many thresholds are tried, 0 and 1 among them: at least 2, 200 by default.
        pub thresholds: usize,
        /// The one class that counts; all by default.
        pub class_id: Option<usize>,
    }

    impl $name {
        /// The metric, which tries 200 thresholds, and counts all classes.
        pub fn new($field: f32) -> Self {
            $name { $field, thresholds: 200, class_id: None }
        }
    }

    impl Named for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }

    #[diagnostic::do_not_recommend]
    impl<P: Sample, T: IsPositive<P>> Metric<P, T> for $name {
        type State = Thresholds;
        fn add(&self, state: &mut Thresholds, p: &P, t: &T, weight: f32) {
            for i in outputs::<P>(self.class_id) {
                state.add(self.thresholds, false, p.values()[i], t.is(i), weight);
            }
        }
        fn report(&self, state: &Thresholds, f: &mut dyn FnMut(&'static str, f32)) {
            let of: fn([f64; 4]) -> [f64; 2] = $of;
            let reached = state.counts().into_iter().map(of).filter(|[least, _]| *least as f32 >= self.$field);
            f($text, reached.map(|[_, best]| best).fold(0.0, f64::max) as f32);
        }
        fn validate(&self) -> Result<()> {
            within(concat!(stringify!($name), "'s ", stringify!($field)), self.$field, 0.0..=1.0)?;
            check_thresholds(concat!(stringify!($name), "'s thresholds"), self.thresholds)?;
            check_class::<P>(concat!(stringify!($name), "'s class_id"), self.class_id)
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
