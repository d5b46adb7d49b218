use crate::metrics::{Measure, Metric, Truth, share};
use crate::sample::Sample;

/// How many outputs were taken for on or off, rightly or wrongly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// On, and predicted so.
    pub true_positives: usize,
    /// Off, but predicted on.
    pub false_positives: usize,
    /// Off, and predicted so.
    pub true_negatives: usize,
    /// On, but predicted off.
    pub false_negatives: usize,
}

impl Counts {
    fn add<P: Sample, T: Truth<P>>(&mut self, threshold: f32, p: &[P], t: &[T]) {
        for (p, t) in p.iter().zip(t) {
            for (i, p) in p.values().iter().enumerate() {
                *match (*p > threshold, t.is(i)) {
                    (true, true) => &mut self.true_positives,
                    (true, false) => &mut self.false_positives,
                    (false, true) => &mut self.false_negatives,
                    (false, false) => &mut self.true_negatives,
                } += 1;
            }
        }
    }
}

macro_rules! confusion { ($($(#[$doc:meta])* $name:ident, $text:literal, $maximize:literal, $of:expr;)*) => { $(
    $(#[$doc])*
    ///
    /// - Output: any sample; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a `Class<N>`.
    #[derive(Clone, Copy, Debug)]
    pub struct $name {
        /// An output above it is on; 0.5 by default.
        pub threshold: f32,
    }

    impl Default for $name {
        fn default() -> Self {
            $name { threshold: 0.5 }
        }
    }

    impl Measure for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = $maximize;
    }

    #[diagnostic::do_not_recommend]
    impl<P: Sample, T: Truth<P>> Metric<P, T> for $name {
        type State = Counts;
        fn update(&self, state: &mut Counts, p: &[P], t: &[T]) {
            state.add(self.threshold, p, t);
        }
        fn report(&self, state: &Counts, f: &mut dyn FnMut(&'static str, f32)) {
            let of: fn(&Counts) -> f64 = $of;
            f($text, of(state) as f32);
        }
    }
)* } }
confusion! {
    /// The share of what is predicted on that is on: `TP / (TP + FP)`, 0 where nothing is.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(Precision::default().value(&[p], &[t]), 0.5);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#precision-class>.
    Precision, "precision", true, |c| share(c.true_positives as f64, (c.true_positives + c.false_positives) as f64);
    /// The share of what is on that is predicted so: `TP / (TP + FN)`, 0 where nothing is.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(Recall::default().value(&[p], &[t]), 0.5);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#recall-class>.
    Recall, "recall", true, |c| share(c.true_positives as f64, (c.true_positives + c.false_negatives) as f64);
    /// How many outputs are on, and predicted so.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(TruePositives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#truepositives-class>.
    TruePositives, "true_positives", true, |c| c.true_positives as f64;
    /// How many outputs are off, but predicted on.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(FalsePositives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#falsepositives-class>.
    FalsePositives, "false_positives", false, |c| c.false_positives as f64;
    /// How many outputs are off, and predicted so.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(TrueNegatives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#truenegatives-class>.
    TrueNegatives, "true_negatives", true, |c| c.true_negatives as f64;
    /// How many outputs are on, but predicted off.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(FalseNegatives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#falsenegatives-class>.
    FalseNegatives, "false_negatives", false, |c| c.false_negatives as f64;
}
