use crate::metrics::mean::share;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::metrics::spread::Spread;
use crate::shape::sample::Sample;

/// The coefficient of determination `1 - Σ(t - p)² / Σ(t - mean(t))²`, as a mean over the outputs.
///
/// - Output and label: any sample, of the same shape. An output whose labels are all equal scores 0, or NaN if it is
///   predicted exactly, as in Keras.
///
/// ```
/// use taut::{metrics::R2Score, prelude::*};
/// let (p, t) = ([1.0, 2.0, 4.0].map(|p| Vector::new([p])), [1.0, 2.0, 3.0].map(|t| Vector::new([t])));
/// assert_eq!(R2Score.value(&p, &t), 0.5); // 1 - 1 / 2
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
///
/// ```
/// use taut::{Metric, R2Score, R2State, prelude::*};
/// let (mut state, mut score) = (R2State::default(), f32::NAN);
/// for (p, t) in [(1.0, 1.0), (2.0, 2.0), (4.0, 3.0)] {
///     R2Score.add(&mut state, &Vector::new([p]), &Vector::new([t]), 1.0);
/// }
/// Metric::<Vector<1>, Vector<1>>::report(&R2Score, &state, &mut |_name, value| score = value);
/// assert_eq!(score, 0.5); // 1 - 1 / 2
/// ```
#[derive(Clone, Debug, Default)]
pub struct R2State {
    /// The sum of the weights, `n`.
    samples: f64,
    /// `Σ(t - p)²` and the spread of the labels, for each output.
    outputs: Vec<(f64, Spread)>,
}

impl<P: Sample> Metric<P, P> for R2Score {
    type State = R2State;
    fn add(&self, state: &mut R2State, p: &P, t: &P, weight: f32) {
        let weight = f64::from(weight);
        state.samples += weight;
        let part = (weight, share(weight, state.samples));
        state.outputs.resize(P::LEN, Default::default());
        for ((p, t), (errors, labels)) in p.values().iter().zip(t.values()).zip(&mut state.outputs) {
            let (p, t) = (*p as f64, *t as f64);
            *errors += weight * (t - p) * (t - p);
            labels.add(t, part);
        }
    }
    fn report(&self, state: &R2State, f: &mut dyn FnMut(&'static str, f32)) {
        let score = |(errors, labels): &(f64, Spread)| {
            let score = 1.0 - errors / labels.squares;
            if score.is_infinite() { 0.0 } else { score }
        };
        f(Self::NAME, (state.outputs.iter().map(score).sum::<f64>() / state.outputs.len().max(1) as f64) as f32);
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

    /// A difference of two sums of squares would be noise, of any size and sign.
    #[test]
    fn labels_that_are_equal_or_far_from_zero() {
        let vectors = |x: Vec<f32>| x.into_iter().map(|x| Vector::new([x])).collect::<Vec<_>>();
        let value = |p: Vec<f32>, t: Vec<f32>| R2Score.value(&vectors(p), &vectors(t));
        for (n, label) in [(3, 0.1), (10, 7.0), (50, 0.3), (1000, 1e6 + 0.1), (5000, 0.1)] {
            let p = (0..n).map(|i| label + if i % 2 == 0 { 0.5 } else { -0.25 }).collect();
            assert_eq!(value(p, vec![label; n]), 0.0, "{n} labels of {label}");
        }
        let t = vec![-5.1608, -5.1609, -5.1608, -5.1608, -5.1608, -5.1608];
        let found = value(vec![-3.9865, -5.4648, -5.0238, -4.3899, -5.6672, -4.7336], t);
        assert!((found / -301_979_050.4 - 1.0).abs() < 1e-6, "scikit-learn says -301979050.4: {found}");
        // Timestamps: a fifth of them off by a step of three; the variance of 0, 1, 2 is 2 / 3.
        let t: Vec<f32> = (0..900).map(|i| 1.7e9 + 128.0 * (i % 3) as f32).collect();
        let p = t.iter().enumerate().map(|(i, t)| t + if i % 5 == 0 { 128.0 } else { 0.0 }).collect();
        let found = value(p, t);
        assert!((found - (1.0 - 0.2 / (2.0 / 3.0))).abs() < 1e-6, "{found}");
    }
}
