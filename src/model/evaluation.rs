//! The loss and the metrics of a dataset.

use crate::metrics::contains::Contains;
use crate::model::names::line;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;

/// The loss and the metrics `M` of a dataset, from [`Compiled::evaluate`](crate::Compiled::evaluate). It prints as in
/// Keras.
///
/// A [`QuantizedModel`](crate::QuantizedModel) has no loss: its evaluation is an `Evaluation<M, false>`, with metrics
/// only.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 2], vec![Class::<3>::new(1).unwrap(); 2])?;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// let evaluation = model.evaluate(&data)?;
/// assert_eq!(evaluation.values, [evaluation.loss(), evaluation.get(Accuracy)]);
/// # Ok::<(), taut::Error>(())
/// ```
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(bound = ""))]
#[must_use]
pub struct Evaluation<M, const LOSS: bool = true> {
    /// `loss`, and the metrics' names.
    pub names: Vec<String>,
    /// The means over the samples, in the order of the names. The loss includes the regularizers.
    pub values: Vec<f32>,
    metrics: PhantomData<fn() -> M>,
}

impl<M> Evaluation<M> {
    /// The loss, regularizers included.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([3.0])])?;
    /// let model = Model::<Vector<1>, taut::Linear>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// assert_eq!(model.evaluate(&data)?.loss(), 4.0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn loss(&self) -> f32 {
        self.values[0]
    }
}

impl<M, const LOSS: bool> Evaluation<M, LOSS> {
    pub(crate) fn new(names: Vec<String>, values: Vec<f32>) -> Self {
        Evaluation { names, values, metrics: PhantomData }
    }

    /// A metric: `evaluation.get(Accuracy)`. The compiler infers `I`, the metric's place.
    #[must_use]
    pub fn get<K, I>(&self, _: K) -> f32
    where
        M: Contains<K, I>,
    {
        self.values[LOSS as usize + M::INDEX]
    }
}

// `derive` would want the same of `M`, which is only a mark.
impl<M, const LOSS: bool> Clone for Evaluation<M, LOSS> {
    fn clone(&self) -> Self {
        Evaluation::new(self.names.clone(), self.values.clone())
    }
}

impl<M, const LOSS: bool> PartialEq for Evaluation<M, LOSS> {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names && self.values == other.values
    }
}

impl<M, const LOSS: bool> Debug for Evaluation<M, LOSS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluation").field("names", &self.names).field("values", &self.values).finish()
    }
}

impl<M, const LOSS: bool> Display for Evaluation<M, LOSS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line(&self.names, &self.values))
    }
}
