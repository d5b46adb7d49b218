use crate::metrics::mean::share;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Sample;

/// The coefficient of determination `1 - Σ(t - p)² / (Σt² - (Σt)² / n)`, as a mean over the outputs.
///
/// - Output and label: any sample, of the same shape. An output whose labels are all equal scores 0, or NaN if it is
///   predicted exactly, as in Keras.
///
/// ```
/// use taut::{metrics::R2Score, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 1>>::new(1);
/// let model = model.compile(Adam::default(), MeanSquaredError, R2Score);
/// ```
///
/// See <https://keras.io/api/metrics/regression_metrics/#r2score-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct R2Score;

impl Named for R2Score {
    const NAME: &'static str = "r2_score";
    const MAXIMIZE: bool = true;
}

/// The state of an [`R2Score`].
#[derive(Clone, Debug, Default)]
pub struct R2State {
    /// The sum of the weights, `n`.
    samples: f64,
    /// `Σ(t - p)²`, `Σt` and `Σt²` of each output.
    sums: Vec<[f64; 3]>,
}

impl<P: Sample> Metric<P, P> for R2Score {
    type State = R2State;
    fn add(&self, state: &mut R2State, p: &P, t: &P, weight: f32) {
        let weight = f64::from(weight);
        state.samples += weight;
        state.sums.resize(P::LEN, [0.0; 3]);
        for ((p, t), [errors, sum, squares]) in p.values().iter().zip(t.values()).zip(&mut state.sums) {
            let (p, t) = (*p as f64, *t as f64);
            *errors += weight * (t - p) * (t - p);
            *sum += weight * t;
            *squares += weight * t * t;
        }
    }
    fn report(&self, state: &R2State, f: &mut dyn FnMut(&'static str, f32)) {
        let score = |[errors, sum, squares]: &[f64; 3]| {
            let score = 1.0 - errors / (squares - share(sum * sum, state.samples));
            if score.is_infinite() { 0.0 } else { score }
        };
        f(Self::NAME, (state.sums.iter().map(score).sum::<f64>() / state.sums.len().max(1) as f64) as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::Vector;

    #[test]
    fn by_hand_over_two_batches() {
        let (mut state, mut found) = (R2State::default(), f32::NAN);
        let p = [[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]].map(Vector::new);
        let t = [[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]].map(Vector::new);
        R2Score.update(&mut state, &p[..2], &t[..2], &[]);
        R2Score.update(&mut state, &p[2..], &t[2..], &[]);
        Metric::<Vector<2>, Vector<2>>::report(&R2Score, &state, &mut |_, value| found = value);
        assert!((found - (0.5 + 0.0) / 2.0).abs() < 1e-6, "1 - 1 / 2, and 0 for the constant: {found}");
    }
}
