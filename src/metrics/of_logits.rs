//! Metrics of logits: `FromLogits(Accuracy)`.

use crate::io::error::Result;
use crate::losses::from_logits::FromLogits;
use crate::metrics::accuracy::Accuracy;
use crate::metrics::binary_accuracy::BinaryAccuracy;
use crate::metrics::binary_iou::BinaryIou;
use crate::metrics::categorical_accuracy::CategoricalAccuracy;
use crate::metrics::f_beta_score::FBetaScore;
use crate::metrics::f1_score::F1Score;
use crate::metrics::false_negatives::FalseNegatives;
use crate::metrics::false_positives::FalsePositives;
use crate::metrics::mean::Mean;
use crate::metrics::metric::Metric;
use crate::metrics::precision::Precision;
use crate::metrics::recall::Recall;
use crate::metrics::sparse_categorical_accuracy::SparseCategoricalAccuracy;
use crate::metrics::true_negatives::TrueNegatives;
use crate::metrics::true_positives::TruePositives;
use crate::shape::sample::{Class, Image, Sequence, Vector};

/// The logit of a probability: a sigmoid is above the one where its input is above the other.
fn logit(p: f32) -> f32 {
    (p / (1.0 - p)).ln()
}

/// Implements the metric of logits by that of probabilities, with the threshold that `$of` sets; for some samples.
macro_rules! of_logits {
    ($($metric:ident: $this:ident => $of:expr;)*) => { $(
        of_logits!(@of $metric: $this => $of; [const N: usize] Vector<N>);
        of_logits!(@of $metric: $this => $of; [const S: usize, const C: usize] Sequence<S, C>);
        of_logits!(@of $metric: $this => $of; [const H: usize, const W: usize, const C: usize] Image<H, W, C>);
    )* };
    (@of $metric:ident: $this:ident => $of:expr; [$($generic:tt)*] $p:ty) => {
        #[diagnostic::do_not_recommend]
        impl<$($generic)*, T> Metric<$p, T> for FromLogits<$metric>
        where
            $metric: Metric<$p, T>,
        {
            type State = <$metric as Metric<$p, T>>::State;
            fn add(&self, state: &mut Self::State, z: &$p, t: &T, weight: f32) {
                let $this = self.0;
                let of_logits: $metric = $of;
                of_logits.add(state, z, t, weight);
            }
            fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
                self.0.report(state, f);
            }
            fn validate(&self) -> Result<()> {
                Metric::<$p, T>::validate(&self.0)
            }
        }
    };
}
of_logits! {
    BinaryAccuracy: this => BinaryAccuracy { threshold: logit(this.threshold) };
    BinaryIou: this => BinaryIou { threshold: logit(this.threshold), ..this };
    TruePositives: this => TruePositives { threshold: logit(this.threshold) };
    TrueNegatives: this => TrueNegatives { threshold: logit(this.threshold) };
    FalsePositives: this => FalsePositives { threshold: logit(this.threshold) };
    FalseNegatives: this => FalseNegatives { threshold: logit(this.threshold) };
    // With a `top_k`, there is no threshold by default.
    Precision: this => Precision { threshold: this.threshold.or(this.top_k.is_none().then_some(0.5)).map(logit), ..this };
    Recall: this => Recall { threshold: this.threshold.or(this.top_k.is_none().then_some(0.5)).map(logit), ..this };
    F1Score: this => F1Score { threshold: this.threshold.map(logit), ..this };
    FBetaScore: this => FBetaScore { threshold: this.threshold.map(logit), ..this };
}

impl<const N: usize> Metric<Vector<N>, Class<N>> for FromLogits<Accuracy> {
    type State = Mean;
    fn add(&self, state: &mut Mean, z: &Vector<N>, t: &Class<N>, weight: f32) {
        SparseCategoricalAccuracy.add(state, z, t, weight);
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        Metric::<Vector<N>, Class<N>>::report(&self.0, state, f);
    }
}

impl<const N: usize> Metric<Vector<N>, Vector<N>> for FromLogits<Accuracy> {
    type State = Mean;
    fn add(&self, state: &mut Mean, z: &Vector<N>, t: &Vector<N>, weight: f32) {
        match N {
            1 => FromLogits(BinaryAccuracy::default()).add(state, z, t, weight),
            _ => CategoricalAccuracy.add(state, z, t, weight),
        }
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        Metric::<Vector<N>, Vector<N>>::report(&self.0, state, f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels;
    use crate::metrics::named::Named;

    #[test]
    fn metrics_of_logits_are_those_of_their_sigmoids() {
        let z: Vec<Vector<3>> = (0..40).map(|i| [13, 29, 7].map(|k| ((i * k) % 17) as f32 - 8.0).into()).collect();
        let t: Vec<Vector<3>> = (0..40).map(|i| [5, 11, 3].map(|k| ((i * k) % 3 == 0) as u8 as f32).into()).collect();
        let p: Vec<Vector<3>> = z.iter().map(|z| Vector(z.0.map(kernels::sigmoid))).collect();
        macro_rules! check { ($($metric:expr;)*) => { $(
            let found = FromLogits($metric).value(&z, &t);
            assert_eq!(found, $metric.value(&p, &t), "{:?}", $metric);
            assert!(found > 0.0, "{:?}", $metric);
        )* } }
        let (precision, recall) = (Precision::default(), Recall::default());
        check! {
            BinaryAccuracy { threshold: 0.7 };
            BinaryIou { threshold: 0.2, ..BinaryIou::default() };
            TruePositives { threshold: 0.9 };
            TrueNegatives { threshold: 0.05 };
            FalsePositives { threshold: 0.3 };
            FalseNegatives { threshold: 1.0 };
            precision;
            Precision { top_k: Some(2), ..precision };
            Precision { top_k: Some(1), threshold: Some(0.6), ..precision };
            recall;
            Recall { class_id: Some(1), threshold: Some(0.4), ..recall };
            F1Score { threshold: Some(0.5), ..F1Score::default() };
            FBetaScore { beta: 2.0, ..FBetaScore::default() };
            Accuracy;
        }
        // Of one output, the logit decides, and not the number itself.
        let (z, t) = ([-1.0, 0.3, 0.6, 2.0].map(|z| Vector::new([z])), [0.0, 1.0, 1.0, 1.0].map(|t| Vector::new([t])));
        assert_eq!((FromLogits(Accuracy).value(&z, &t), Accuracy.value(&z, &t)), (1.0, 0.75));
        assert_eq!(<FromLogits<Accuracy> as Named>::NAME, "accuracy");
        let wrong = FromLogits(BinaryAccuracy { threshold: 1.5 });
        let error = Metric::<Vector<1>, Vector<1>>::validate(&wrong).unwrap_err().to_string();
        assert_eq!(error, "BinaryAccuracy's threshold: expected a number from 0 to 1, received 1.5");
    }
}
