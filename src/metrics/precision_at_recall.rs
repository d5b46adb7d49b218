use crate::metrics::thresholds::{PRECISION, RECALL, best_at_threshold};

best_at_threshold! {
    /// The best precision over all thresholds with at least the given recall; 0 if there is none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, whose nonzero values are positive, or,
    ///   for a `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::{metrics::PrecisionAtRecall, prelude::*};
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(PrecisionAtRecall::new(0.5).value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#precisionatrecall-class>.
    PrecisionAtRecall, "precision_at_recall", recall, |c| [RECALL(c), PRECISION(c)]
}
