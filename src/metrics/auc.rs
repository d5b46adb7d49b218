use crate::io::error::Result;
use crate::kernels;
use crate::metrics::label::IsPositive;
use crate::metrics::mean::share;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::metrics::thresholds::{Thresholds, check_thresholds};
use crate::shape::sample::Sample;

/// Whose area an [`Auc`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
