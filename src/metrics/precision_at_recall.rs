use crate::metrics::thresholds::{PRECISION, RECALL, best_at_threshold};

best_at_threshold! {
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
    PrecisionAtRecall, "precision_at_recall", recall, |c| [RECALL(c), PRECISION(c)]
}
