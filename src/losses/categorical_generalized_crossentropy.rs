use crate::contract::outputs::ClassProbabilities;
use crate::io::error::settings;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::EPSILON;
use crate::memory::plain::Floats;
use crate::shape::sample::{Class, Vector};
use std::ops::Bound::{Excluded, Included};

/// `(1 - p^q) / q`, where `p` is the probability of the labelled class: a loss between cross-entropy (`q` near 0) and
/// absolute error (`q` of 1), for noisy labels.
///
/// - Output: `Vector<N>` of probabilities; target: `Class<N>`. Also a metric.
///
/// The loss is that of Keras. The gradient uses `max(p, 1e-7)`, where that of Keras is infinite at 0.
///
/// ```
/// use taut::{losses::CategoricalGeneralizedCrossEntropy, prelude::*};
/// let loss = CategoricalGeneralizedCrossEntropy { q: 0.5 };
/// let (p, class) = (Vector::new([0.75, 0.25]), Class::new(1).unwrap());
/// assert_eq!(loss.loss(&p, &class, &mut Vector::ZERO), (1.0 - 0.5) / 0.5);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#categoricalgeneralizedcrossentropy-class> and Z. Zhang and M.
/// R. Sabuncu, *Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels*, 2018.
#[derive(Clone, Copy, Debug)]
pub struct CategoricalGeneralizedCrossEntropy {
    /// The exponent, above 0 and at most 1; 0.5 by default.
    pub q: f32,
}
loss_as_metric!(CategoricalGeneralizedCrossEntropy, "categorical_generalized_cross_entropy");

impl Default for CategoricalGeneralizedCrossEntropy {
    fn default() -> Self {
        CategoricalGeneralizedCrossEntropy { q: 0.5 }
    }
}

impl<const N: usize> Loss<Vector<N>> for CategoricalGeneralizedCrossEntropy {
    type Target = Class<N>;
    type Takes = ClassProbabilities;
    settings!(CategoricalGeneralizedCrossEntropy { q: (Excluded(0.0), Included(1.0)) });
    fn loss(&self, p: &Vector<N>, t: &Class<N>, dp: &mut Vector<N>) -> f32 {
        let p = p.as_array()[t.index()];
        dp.values_mut().fill(0.0);
        dp.as_array_mut()[t.index()] = -p.max(EPSILON).powf(self.q - 1.0);
        (1.0 - p.powf(self.q)) / self.q
    }
}
