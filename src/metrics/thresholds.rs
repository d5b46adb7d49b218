//! Counts at evenly spaced thresholds, and the metrics that search the thresholds for the best one.

use crate::io::error::{Error, Result};
use crate::metrics::mean::share;

/// Histograms of positive and of negative outputs between evenly spaced thresholds, and their totals.
///
/// ```
/// use taut::{metrics::{Metric, PrecisionAtRecall, Thresholds}, prelude::*};
/// let (metric, mut state, mut precision) = (PrecisionAtRecall::new(1.0), Thresholds::default(), f32::NAN);
/// for (p, t) in [(0.9, 1.0), (0.5, 0.0), (0.3, 1.0), (0.1, 0.0)] {
///     metric.add(&mut state, &Vector::new([p]), &Vector::new([t]), 1.0);
/// }
/// Metric::<Vector<1>, Vector<1>>::report(&metric, &state, &mut |_name, value| precision = value);
/// assert!((precision - 2.0 / 3.0).abs() < 1e-6); // to find both, three are taken
/// ```
#[derive(Clone, Debug, Default)]
pub struct Thresholds {
    /// The weights of positive and negative outputs above each threshold and not above the next.
    above: Vec<[f64; 2]>,
    all: [f64; 2],
}

impl Thresholds {
    /// Adds an output. `n` is the number of thresholds; `lowest` says whether an output of 0 counts as above the
    /// lowest.
    pub(super) fn add(&mut self, n: usize, lowest: bool, p: f32, on: bool, weight: f32) {
        self.above.resize(n, [0.0; 2]);
        let (truth, weight) = (usize::from(!on), f64::from(weight));
        if weight.is_nan() {
            self.all = [f64::NAN; 2];
            self.above.fill(self.all);
        }
        self.all[truth] += weight;
        // Keras's arithmetic: an output equal to a threshold is not above it.
        let above = (p.clamp(0.0, 1.0) * n.saturating_sub(1) as f32).ceil() as usize;
        let last = if lowest { above.max(1) } else { above };
        if let Some(counts) = last.checked_sub(1).and_then(|last| self.above.get_mut(last)) {
            counts[truth] += weight;
        }
    }

    /// Whether an output was NaN.
    pub(super) fn is_nan(&self) -> bool {
        self.all[0].is_nan()
    }

    /// `[TP, FP, TN, FN]` for each threshold.
    pub(super) fn counts(&self) -> Vec<[f64; 4]> {
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

/// Checks that there are at least two thresholds, and not more than fit in memory for so many curves. `what` is the
/// name of the option.
pub(super) fn check_thresholds(what: &'static str, thresholds: usize, curves: usize) -> Result<()> {
    let most = (100_000_000 / curves.max(1)).clamp(2, 100_000);
    if (2..=most).contains(&thresholds) {
        return Ok(());
    }
    Err(Error::argument(what, format!("from 2 to {most}"), thresholds))
}

pub(super) const PRECISION: fn([f64; 4]) -> f64 = |[tp, fp, _, _]| share(tp, tp + fp);
pub(super) const RECALL: fn([f64; 4]) -> f64 = |[tp, _, _, fn_]| share(tp, tp + fn_);
pub(super) const SPECIFICITY: fn([f64; 4]) -> f64 = |[_, fp, tn, _]| share(tn, tn + fp);

/// Writes a metric that is the best of one ratio over the thresholds at which another ratio reaches a bound.
macro_rules! best_at_threshold { ($(#[$doc:meta])* $name:ident, $text:literal, $field:ident, $of:expr) => {
    $(#[$doc])*
    #[derive(Clone, Copy, Debug)]
    pub struct $name {
        /// The bound to reach, from 0 to 1.
        pub $field: f32,
        /// The number of thresholds tried, including 0 and 1: from 2 to 100000, 200 by default.
        pub thresholds: usize,
        /// The class to count; all classes by default.
        pub class_id: Option<usize>,
    }

    impl $name {
        /// The metric with 200 thresholds, over all classes.
        pub fn new($field: f32) -> Self {
            $name { $field, thresholds: 200, class_id: None }
        }
    }

    impl crate::metrics::named::Named for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }

    #[diagnostic::do_not_recommend]
    impl<P: crate::shape::sample::Sample, T: crate::metrics::label::IsPositive<P>> crate::metrics::metric::Metric<P, T>
        for $name {
        type State = crate::metrics::thresholds::Thresholds;
        fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32) {
            let weight = crate::metrics::mean::weight_of(p.values(), weight);
            for i in crate::metrics::class_id::outputs::<P>(self.class_id) {
                state.add(self.thresholds, false, p.values()[i], t.is(i), weight);
            }
        }
        fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
            let of: fn([f64; 4]) -> [f64; 2] = $of;
            let reached = state.counts().into_iter().map(of).filter(|[bounded, _]| *bounded as f32 >= self.$field);
            let best = reached.map(|[_, best]| best).fold(0.0, f64::max) as f32;
            f($text, if state.is_nan() { f32::NAN } else { best });
        }
        fn validate(&self) -> crate::io::error::Result<()> {
            crate::io::error::within(concat!(stringify!($name), "'s ", stringify!($field)), self.$field, 0.0..=1.0)?;
            crate::metrics::thresholds::check_thresholds(concat!(stringify!($name), "'s thresholds"), self.thresholds, 1)?;
            crate::metrics::class_id::check_class::<P>(concat!(stringify!($name), "'s class_id"), self.class_id)
        }
    }
} }
pub(crate) use best_at_threshold;
