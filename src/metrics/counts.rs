//! Counts of true and false predictions, and the four metrics that are one of these counts each.

/// The numbers of true and false positives and negatives; in a [`Weighted`](crate::Weighted), the sums of their
/// weights.
///
/// ```
/// use taut::{Counts, prelude::*};
/// let mut counts = Counts::default();
/// for (p, t) in [(0.9, 1.0), (0.8, 0.0), (0.1, 0.0), (0.2, 1.0), (0.7, 1.0)] {
///     Precision::default().add(&mut counts, &Vector::new([p]), &Vector::new([t]), 1.0);
/// }
/// assert_eq!((counts.true_positives, counts.false_positives), (2.0, 1.0));
/// assert_eq!((counts.true_negatives, counts.false_negatives), (1.0, 1.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Positive outputs that are predicted positive.
    pub true_positives: f64,
    /// Negative outputs that are predicted positive.
    pub false_positives: f64,
    /// Negative outputs that are predicted negative.
    pub true_negatives: f64,
    /// Positive outputs that are predicted negative.
    pub false_negatives: f64,
}

impl Counts {
    pub(super) fn add(&mut self, predicted: bool, actual: bool, weight: f32) {
        if weight.is_nan() {
            let nan = f64::NAN;
            *self = Counts { true_positives: nan, false_positives: nan, true_negatives: nan, false_negatives: nan };
        }
        *match (predicted, actual) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_positives,
            (false, true) => &mut self.false_negatives,
            (false, false) => &mut self.true_negatives,
        } += f64::from(weight);
    }
}

/// Writes a metric that is one of the [`Counts`].
macro_rules! count_metric { ($(#[$doc:meta])* $name:ident, $text:literal, $maximize:literal, $field:ident) => {
    $(#[$doc])*
    #[derive(Clone, Copy, Debug)]
    pub struct $name {
        /// Outputs above the threshold are predicted positive; from 0 to 1, 0.5 by default.
        pub threshold: f32,
    }

    impl Default for $name {
        fn default() -> Self {
            $name { threshold: 0.5 }
        }
    }

    impl crate::metrics::named::Named for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = $maximize;
    }

    #[diagnostic::do_not_recommend]
    impl<P: crate::shape::sample::Sample, T: crate::metrics::label::IsPositive<P>> crate::metrics::metric::Metric<P, T>
        for $name {
        type State = crate::metrics::counts::Counts;
        fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32) {
            let weight = crate::metrics::mean::weight_of(p.values(), weight);
            p.values().iter().enumerate().for_each(|(i, p)| state.add(*p > self.threshold, t.is(i), weight));
        }
        fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
            f($text, state.$field as f32);
        }
        crate::io::error::settings!($name { threshold: 0.0..=1.0 });
    }
} }
pub(crate) use count_metric;
