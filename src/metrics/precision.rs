use crate::metrics::ratio::ratio_metric;

ratio_metric! {
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
    Precision, "precision", false_positives
}
