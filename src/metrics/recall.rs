use crate::metrics::ratio::ratio_metric;

ratio_metric! {
    /// The fraction of positive outputs that are predicted positive: `TP / (TP + FN)`, or 0 without any. The options
    /// are those of [`Precision`](crate::Precision).
    ///
    /// - Output: any sample; label: a sample of the same shape, whose nonzero values are positive, or, for a
    ///   `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(Recall::default().value(&[p], &[t]), 0.5);
    /// assert_eq!(Recall { top_k: Some(3), ..Recall::default() }.value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#recall-class>.
    Recall, "recall", false_negatives
}
