use crate::metrics::thresholds::{RECALL, SPECIFICITY, best_at_threshold};

best_at_threshold! {
    /// The best sensitivity, `TP / (TP + FN)`, over all thresholds with at least the given specificity,
    /// `TN / (TN + FP)`; 0 if there is none.
    ///
    /// - Output: any sample of probabilities; label: a sample of the same shape, whose nonzero values are positive, or,
    ///   for a `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::{metrics::SensitivityAtSpecificity, prelude::*};
    /// let (p, t) = (Vector::new([0.1, 0.5, 0.3, 0.9]), Vector::new([0.0, 0.0, 1.0, 1.0]));
    /// assert_eq!(SensitivityAtSpecificity::new(0.5).value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#sensitivityatspecificity-class>.
    SensitivityAtSpecificity, "sensitivity_at_specificity", specificity, |c| [SPECIFICITY(c), RECALL(c)]
}
