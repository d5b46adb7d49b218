use crate::io::error::Result;
use crate::kernels;
use crate::metrics::label::IsPositive;
use crate::metrics::mean::{share, weight_of};
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::metrics::thresholds::{Thresholds, check_thresholds};
use crate::shape::sample::Sample;

/// The curve whose area an [`Auc`] computes.
///
/// ```
/// use taut::{metrics::{Auc, Curve}, prelude::*};
/// // Of four outputs, the positive ones are the first and the third.
/// let (p, t) = (Vector::new([0.9, 0.5, 0.3, 0.0]), Vector::new([1.0, 0.0, 1.0, 0.0]));
/// let area = |curve| Auc { curve, ..Auc::default() }.value(&[p], &[t]);
/// assert!((area(Curve::Roc) - 0.75).abs() < 1e-5); // three of four pairs are in order
/// assert!(area(Curve::Pr) > 0.75 && area(Curve::PrGain) > 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Curve {
    /// Receiver operating characteristic: recall over the false positive rate.
    #[default]
    Roc,
    /// Precision over recall.
    Pr,
    /// Precision gain over recall gain, `1 - FP / TP · P / N` over `1 - FN / TP · P / N`: P. Flach and M. Kull,
    /// *Precision-Recall-Gain Curves*, 2015.
    PrGain,
}

/// The approximation of the area between two thresholds of an [`Auc`].
///
/// ```
/// use taut::{metrics::{Auc, Summation}, prelude::*};
/// let (p, t) = (Vector::new([0.9, 0.5, 0.5, 0.0]), Vector::new([1.0, 0.0, 1.0, 0.0]));
/// let area = |summation| Auc { summation, ..Auc::default() }.value(&[p], &[t]);
/// // A threshold at 0.5 passes a positive and a negative output at once.
/// let (least, most) = (area(Summation::Minoring), area(Summation::Majoring));
/// assert!((most - least - 0.25).abs() < 1e-5);
/// assert!((area(Summation::Interpolation) - (least + most) / 2.0).abs() < 1e-5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Summation {
    /// Linear interpolation for ROC; for precision and recall, that of J. Davis and M. Goadrich, *The Relationship
    /// Between Precision-Recall and ROC Curves*, 2006.
    #[default]
    Interpolation,
    /// The lower of both ends: a lower bound.
    Minoring,
    /// The higher of both ends: an upper bound.
    Majoring,
}

/// The area under a curve over all thresholds: how well the outputs separate positive from negative labels.
///
/// - Output: any sample of probabilities; label: a sample of the same shape, whose nonzero values are positive, or, for
///   a `Vector<N>`, a `Class<N>`.
///
/// As in Keras, the curve is evaluated at evenly spaced thresholds.
///
/// ```
/// use taut::{metrics::{Curve, Summation}, prelude::*};
/// let (p, t) = (Vector::new([0.0, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
/// assert!((Auc::default().value(&[p], &[t]) - 0.75).abs() < 1e-6);
/// let pr = Auc { curve: Curve::Pr, summation: Summation::Minoring, ..Auc::default() };
/// assert!(pr.value(&[p], &[t]) < Auc { curve: Curve::Pr, ..Auc::default() }.value(&[p], &[t]));
/// ```
///
/// See <https://keras.io/api/metrics/classification_metrics/#auc-class>.
#[derive(Clone, Copy, Debug)]
pub struct Auc {
    /// The curve; ROC by default.
    pub curve: Curve,
    /// The number of thresholds, including 0 and 1: from 2 to 100000, 200 by default.
    pub thresholds: usize,
    /// The approximation of the area; interpolation by default.
    pub summation: Summation,
    /// Whether to average the areas of the individual outputs, for samples with several labels; by default all outputs
    /// form one curve.
    pub multi_label: bool,
    /// Whether the outputs are logits, to which the metric applies a [`Sigmoid`](crate::Sigmoid); false by default.
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

/// The state of an [`Auc`]: one histogram for all outputs, or one per output.
///
/// ```
/// use taut::{metrics::{Auc, AucState, Metric}, prelude::*};
/// let (auc, mut state, mut area) = (Auc::default(), AucState::default(), f32::NAN);
/// for (p, t) in [(0.9, 1.0), (0.5, 0.0), (0.3, 1.0), (0.0, 0.0)] {
///     auc.add(&mut state, &Vector::new([p]), &Vector::new([t]), 1.0);
/// }
/// Metric::<Vector<1>, Vector<1>>::report(&auc, &state, &mut |_name, value| area = value);
/// assert!((area - 0.75).abs() < 1e-5);
/// ```
#[derive(Clone, Debug, Default)]
pub struct AucState(Vec<Thresholds>);

impl Auc {
    /// The area between two thresholds, from their `[TP, FP, TN, FN]`.
    pub(crate) fn step(&self, [a, b]: [[f64; 4]; 2]) -> f64 {
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
        let weight = weight_of(p.values(), weight);
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
        check_thresholds("Auc's thresholds", self.thresholds, if self.multi_label { P::LEN } else { 1 })
    }
}
