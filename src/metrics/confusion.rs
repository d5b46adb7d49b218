use crate::io::error::{Error, Result, settings, within};
use crate::metrics::{Measure, Metric, Truth, share};
use crate::sample::Sample;
use std::ops::Range;

/// How many outputs were taken for on or off, rightly or wrongly; in a [`Weighted`](crate::Weighted), the sums of their weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// On, and predicted so.
    pub true_positives: f64,
    /// Off, but predicted on.
    pub false_positives: f64,
    /// Off, and predicted so.
    pub true_negatives: f64,
    /// On, but predicted off.
    pub false_negatives: f64,
}

impl Counts {
    fn add(&mut self, predicted: bool, real: bool, weight: f32) {
        *match (predicted, real) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_positives,
            (false, true) => &mut self.false_negatives,
            (false, false) => &mut self.true_negatives,
        } += f64::from(weight);
    }
}

/// The outputs to look at: those of a class, or all.
pub(super) fn outputs<P: Sample>(class_id: Option<usize>) -> Range<usize> {
    class_id.map_or(0..P::LEN, |class| class.min(P::LEN)..P::LEN.min(class.saturating_add(1)))
}

/// That an output has that class; `what` says whose it is.
pub(super) fn check_class<P: Sample>(what: &'static str, class_id: Option<usize>) -> Result<()> {
    match class_id {
        Some(class) if class >= P::LEN => {
            Err(Error::argument(what, format!("a class below {}, as the output has", P::LEN), class))
        }
        _ => Ok(()),
    }
}

/// Whether the `i`-th output is one of the `k` largest; of equal ones, those before the others are.
fn is_among(p: &[f32], i: usize, k: usize) -> bool {
    let before = |(j, other): (usize, &f32)| *other > p[i] || *other == p[i] && j < i;
    p.iter().enumerate().filter(|other| before(*other)).count() < k
}

macro_rules! counts { ($($(#[$doc:meta])* $name:ident, $text:literal, $maximize:literal, $field:ident;)*) => { $(
    $(#[$doc])*
    ///
    /// - Output: any sample; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a `Class<N>`.
    #[derive(Clone, Copy, Debug)]
    pub struct $name {
        /// An output above it is on; from 0 to 1, 0.5 by default.
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
        fn add(&self, state: &mut Counts, p: &P, t: &T, weight: f32) {
            p.values().iter().enumerate().for_each(|(i, p)| state.add(*p > self.threshold, t.is(i), weight));
        }
        fn report(&self, state: &Counts, f: &mut dyn FnMut(&'static str, f32)) {
            f($text, state.$field as f32);
        }
        settings!($name { threshold: 0.0..=1.0 });
    }
)* } }
counts! {
    /// How many outputs are on, and predicted so.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(TruePositives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#truepositives-class>.
    TruePositives, "true_positives", true, true_positives;
    /// How many outputs are off, but predicted on.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(FalsePositives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#falsepositives-class>.
    FalsePositives, "false_positives", false, false_positives;
    /// How many outputs are off, and predicted so.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(TrueNegatives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#truenegatives-class>.
    TrueNegatives, "true_negatives", true, true_negatives;
    /// How many outputs are on, but predicted off.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(FalseNegatives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#falsenegatives-class>.
    FalseNegatives, "false_negatives", false, false_negatives;
}

macro_rules! shares { ($($(#[$doc:meta])* $name:ident, $text:literal, $missed:ident;)*) => { $(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug, Default)]
    pub struct $name {
        /// An output above it is on, from 0 to 1; by default 0.5, and none where there is a `top_k`.
        pub threshold: Option<f32>,
        /// How many outputs of a sample are on at most, the largest; any number by default.
        pub top_k: Option<usize>,
        /// The one class that counts; all by default.
        pub class_id: Option<usize>,
    }

    impl Measure for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }

    #[diagnostic::do_not_recommend]
    impl<P: Sample, T: Truth<P>> Metric<P, T> for $name {
        type State = Counts;
        fn add(&self, state: &mut Counts, p: &P, t: &T, weight: f32) {
            let threshold = self.threshold.unwrap_or(if self.top_k.is_some() { f32::NEG_INFINITY } else { 0.5 });
            for i in outputs::<P>(self.class_id) {
                let on = p.values()[i] > threshold && self.top_k.is_none_or(|k| is_among(p.values(), i, k));
                state.add(on, t.is(i), weight);
            }
        }
        fn report(&self, state: &Counts, f: &mut dyn FnMut(&'static str, f32)) {
            f($text, share(state.true_positives, state.true_positives + state.$missed) as f32);
        }
        fn validate(&self) -> Result<()> {
            if let Some(threshold) = self.threshold {
                within(concat!(stringify!($name), "'s threshold"), threshold, 0.0..=1.0)?;
            }
            if let Some(k) = self.top_k
                && !(1..=P::LEN).contains(&k)
            {
                let expected = format!("from 1 to {}, as many as there are outputs", P::LEN);
                return Err(Error::argument(concat!(stringify!($name), "'s top_k"), expected, k));
            }
            check_class::<P>(concat!(stringify!($name), "'s class_id"), self.class_id)
        }
    }
)* } }
shares! {
    /// The share of what is predicted on that is on: `TP / (TP + FP)`, 0 where nothing is.
    ///
    /// - Output: any sample; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(Precision::default().value(&[p], &[t]), 0.5);
    /// assert_eq!(Precision { top_k: Some(3), ..Precision::default() }.value(&[p], &[t]), 2.0 / 3.0);
    /// assert_eq!(Precision { class_id: Some(0), threshold: Some(0.7), ..Precision::default() }.value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// Keras takes several thresholds as well, and gives as many numbers; here each is a metric of its own.
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#precision-class>.
    Precision, "precision", false_positives;
    /// The share of what is on that is predicted so: `TP / (TP + FN)`, 0 where nothing is. Its options are those of [`Precision`].
    ///
    /// - Output: any sample; label: a sample of the same shape, of which what is not 0 is on, or, for a `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(Recall::default().value(&[p], &[t]), 0.5);
    /// assert_eq!(Recall { top_k: Some(3), ..Recall::default() }.value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#recall-class>.
    Recall, "recall", false_negatives;
}
