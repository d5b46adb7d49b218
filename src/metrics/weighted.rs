use crate::io::error::Result;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::text::Text;

/// A metric with weighted samples: Keras's `weighted_metrics`.
///
/// The weights are those of the loss, from [`sample_weight`](crate::Fitting::sample_weight) or
/// [`class_weight`](crate::Fitting::class_weight), and those of
/// [`evaluate_weighted`](crate::Compiled::evaluate_weighted). Without weights, all samples count equally. Other metrics
/// ignore weights.
///
/// The name is that of the metric with the prefix `weighted_`. (Keras adds the prefix only if another metric has the
/// name.)
///
/// ```
/// use taut::{metrics::Weighted, prelude::*};
/// let data = Dataset::new(vec![Vector::new([0.25]), Vector::new([0.75])], vec![Vector::new([1.0]); 2])?;
/// let model = Model::<Vector<1>, taut::Linear>::new(1);
/// let mut model = model.compile(Sgd::default(), MeanSquaredError, (Accuracy, Weighted(Accuracy)));
/// let history = model.sample_weight(&[3.0, 1.0]).fit(&data, Fit::default())?;
/// assert_eq!(history.get(Training(Accuracy)), [0.5]);
/// assert_eq!(history.get(Training(Weighted(Accuracy))), [0.25]);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#compile-method>.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weighted<M>(pub M);

impl<M: Named> Weighted<M> {
    const TEXT: &'static Text<128> = &Text::new("weighted_").push(M::NAME.as_bytes());
}

impl<M: Named> Named for Weighted<M> {
    const NAME: &'static str = Self::TEXT.as_str();
    const MAXIMIZE: bool = M::MAXIMIZE;
}

impl<P, T, M: Metric<P, T> + Named> Metric<P, T> for Weighted<M> {
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
