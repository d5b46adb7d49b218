use crate::metrics::counts::count_metric;

count_metric! {
    /// The number of negative outputs that are predicted positive.
    ///
    /// - Output: any sample; label: a sample of the same shape, whose nonzero values are positive, or, for a
    ///   `Vector<N>`, a `Class<N>`.
    ///
    /// ```
    /// use taut::{metrics::FalsePositives, prelude::*};
    /// let (p, t) = (Vector::new([0.9, 0.8, 0.5, 0.1]), Vector::new([1.0, 0.0, 1.0, 0.0]));
    /// assert_eq!(FalsePositives::default().value(&[p], &[t]), 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/metrics/classification_metrics/#falsepositives-class>.
    FalsePositives, "false_positives", false, false_positives
}
