use crate::io::error::Result;
use crate::metrics::{Measure, Metric};
use crate::text::Text;

/// A metric in which samples count by their weights: Keras's `weighted_metrics`.
///
/// They are the weights that a run is given for its loss, by [`sample_weight`](crate::Fitting::sample_weight) or
/// [`class_weight`](crate::Fitting::class_weight), and those of [`evaluate_weighted`](crate::Compiled::evaluate_weighted); where there are
/// none, all samples count the same. Other metrics take no notice of weights.
///
/// It is named `weighted_` and the metric. (Keras leaves the name as it is, unless another metric has it.)
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
/// # let weights = vec![1.0; 8];
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, (Accuracy, Weighted(Accuracy)));
/// let history = model.sample_weight(&weights).fit(&data, Fit::default())?;
/// println!("{:?} {:?}", history.get(Training(Accuracy)), history.get(Training(Weighted(Accuracy))));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#compile-method>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weighted<M>(pub M);

impl<M: Measure> Weighted<M> {
    const TEXT: &'static Text<128> = &Text::new("weighted_").push(M::NAME.as_bytes());
}

impl<M: Measure> Measure for Weighted<M> {
    const NAME: &'static str = Self::TEXT.as_str();
    const MAXIMIZE: bool = M::MAXIMIZE;
}

impl<P, T, M: Metric<P, T> + Measure> Metric<P, T> for Weighted<M> {
    type State = M::State;
    fn add(&self, state: &mut M::State, p: &P, t: &T, weight: f32) {
        self.0.add(state, p, t, weight);
    }
    fn update(&self, state: &mut M::State, p: &[P], t: &[T], weights: &[f32]) {
        for (i, (p, t)) in p.iter().zip(t).enumerate() {
            self.0.add(state, p, t, weights.get(i).copied().unwrap_or(1.0));
        }
    }
    fn report(&self, state: &M::State, f: &mut dyn FnMut(&'static str, f32)) {
        self.0.report(state, &mut |_, value| f(Self::NAME, value));
    }
    fn validate(&self) -> Result<()> {
        self.0.validate()
    }
}
