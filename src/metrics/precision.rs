use crate::metrics::ratio::ratio_metric;

ratio_metric! {
    /// The fraction of positive predictions that are correct: `TP / (TP + FP)`, or 0 without any.
    ///
    /// - Output: any sample; label: a sample of the same shape, whose nonzero values are positive, or, for a
    ///   `Vector<N>`, a `Class<N>`.
    ///
    /// Keras also takes several thresholds and returns one number for each; here, each threshold is a metric of its
    /// own.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(Precision::default().value(&[p], &[t]), 0.5);
    /// assert_eq!(Precision { top_k: Some(3), ..Precision::default() }.value(&[p], &[t]), 2.0 / 3.0);
    /// let first = Precision { class_id: Some(0), threshold: Some(0.7), ..Precision::default() };
    /// assert_eq!(first.value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#precision-class>.
    Precision, "precision", false_positives
}
