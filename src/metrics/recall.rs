use crate::metrics::ratio::ratio_metric;

ratio_metric! {
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
    Recall, "recall", false_negatives
}
