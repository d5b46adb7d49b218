use crate::metrics::thresholds::{PRECISION, RECALL, best_at_threshold};

best_at_threshold! {
    /// The best recall over all thresholds with at least the given precision; 0 if there is none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, whose nonzero values are positive, or,
    ///   for a `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::{metrics::RecallAtPrecision, prelude::*};
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(RecallAtPrecision::new(0.75).value(&[p], &[t]), 0.5);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#recallatprecision-class>.
    RecallAtPrecision, "recall_at_precision", precision, |c| [PRECISION(c), RECALL(c)]
}
