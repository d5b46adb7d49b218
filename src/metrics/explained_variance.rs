use crate::metrics::mean::share;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::metrics::spread::Spread;
use crate::shape::sample::Sample;

/// The fraction of the labels' variance that the outputs explain, `1 - Var(t - p) / Var(t)`, as a mean over the
/// outputs.
///
/// - Output and label: any sample, of the same shape. In contrast to [`R2Score`](crate::R2Score), a constant error does
///   not lower the score. An output whose labels are all equal scores 0, or 1 if the error is constant as well.
///
/// ```
/// use taut::{metrics::{ExplainedVariance, R2Score}, prelude::*};
/// let (p, t) = ([1.5, 2.5, 3.5].map(|p| Vector::new([p])), [1.0, 2.0, 3.0].map(|t| Vector::new([t])));
/// assert_eq!(ExplainedVariance.value(&p, &t), 1.0); // all errors are one half
/// assert!((R2Score.value(&p, &t) - (1.0 - 0.75 / 2.0)).abs() < 1e-6);
/// ```
///
/// Keras does not have this metric; the definition is that of
/// <https://scikit-learn.org/stable/modules/model_evaluation.html#explained-variance-score>.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExplainedVariance;

impl Named for ExplainedVariance {
    const NAME: &'static str = "explained_variance";
    const MAXIMIZE: bool = true;
}

/// The state of an [`ExplainedVariance`].
///
/// ```
/// use taut::{ExplainedVariance, ExplainedVarianceState, Metric, prelude::*};
/// let (mut state, mut score) = (ExplainedVarianceState::default(), f32::NAN);
/// for (p, t) in [(1.5, 1.0), (2.5, 2.0), (3.5, 3.0)] {
///     ExplainedVariance.add(&mut state, &Vector::new([p]), &Vector::new([t]), 1.0);
/// }
/// Metric::<Vector<1>, Vector<1>>::report(&ExplainedVariance, &state, &mut |_name, value| score = value);
/// assert_eq!(score, 1.0); // a constant error explains all
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExplainedVarianceState {
    /// The sum of the weights.
    samples: f64,
    /// The spread of the errors and of the labels, for each output.
    outputs: Vec<[Spread; 2]>,
}

impl<P: Sample> Metric<P, P> for ExplainedVariance {
    type State = ExplainedVarianceState;
    fn add(&self, state: &mut ExplainedVarianceState, p: &P, t: &P, weight: f32) {
        let weight = f64::from(weight);
        state.samples += weight;
        let part = (weight, share(weight, state.samples));
        state.outputs.resize(P::LEN, Default::default());
        for ((p, t), [error, label]) in p.values().iter().zip(t.values()).zip(&mut state.outputs) {
            error.add(*t as f64 - *p as f64, part);
            label.add(*t as f64, part);
        }
    }
    fn report(&self, state: &ExplainedVarianceState, f: &mut dyn FnMut(&'static str, f32)) {
        let score = |[error, label]: &[Spread; 2]| match (error.squares, label.squares) {
            (0.0, 0.0) => 1.0,
            (error, 0.0) if !error.is_nan() => 0.0,
            (error, label) => 1.0 - error / label,
        };
        let sum: f64 = state.outputs.iter().map(score).sum();
        f(Self::NAME, (sum / state.outputs.len().max(1) as f64) as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::weighted::Weighted;
    use crate::shape::sample::Vector;

    #[test]
    fn by_hand_over_two_batches() {
        let value = |p: &[[f32; 2]], t: &[[f32; 2]]| {
            let (p, t): (Vec<_>, Vec<_>) =
                (p.iter().copied().map(Vector::new).collect(), t.iter().copied().map(Vector::new).collect());
            let (mut state, mut found) = (ExplainedVarianceState::default(), f32::NAN);
            ExplainedVariance.update(&mut state, &p[..1], &t[..1], &[]);
            ExplainedVariance.update(&mut state, &p[1..], &t[1..], &[]);
            Metric::<Vector<2>, Vector<2>>::report(&ExplainedVariance, &state, &mut |_, value| found = value);
            found
        };
        // Errors 0, 0 and -1 of labels 1, 2 and 3: 1 - (2 / 3) / 2. And constant errors, which cost nothing.
        let got = value(&[[1.0, 11.0], [2.0, 12.0], [4.0, 15.0]], &[[1.0, 1.0], [2.0, 2.0], [3.0, 5.0]]);
        assert!((got - (2.0 / 3.0 + 1.0) / 2.0).abs() < 1e-6, "{got}");
        // A sample that counts twice is a sample that is there twice.
        let (p, t) = ([1.0, 4.0, 2.5].map(|p| Vector::new([p])), [1.0, 3.0, 5.0].map(|t| Vector::new([t])));
        let (mut state, mut found) = (ExplainedVarianceState::default(), f32::NAN);
        Weighted(ExplainedVariance).update(&mut state, &p, &t, &[1.0, 2.0, 0.0]);
        Metric::<Vector<1>, Vector<1>>::report(&ExplainedVariance, &state, &mut |_, value| found = value);
        assert!((found - ExplainedVariance.value(&[p[0], p[1], p[1]], &[t[0], t[1], t[1]])).abs() < 1e-6);
        // Labels that are all equal.
        assert_eq!(value(&[[5.0, 5.0], [6.0, 5.0]], &[[7.0, 7.0], [7.0, 7.0]]), 0.5);
    }
}
