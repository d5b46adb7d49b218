//! Losses as metrics: means over the samples.

use crate::losses::loss::Loss;
use crate::memory::heap::boxed;
use crate::metrics::mean::Mean;
use crate::shape::sample::Sample;

/// The mean of a loss over the samples, with scratch memory for the unused gradient.
///
/// It is the state of a loss that is a metric:
///
/// ```
/// use taut::{losses::MeanLoss, prelude::*};
/// let (mut state, mut mean): (MeanLoss<Vector<1>>, _) = (MeanLoss::default(), 0.0);
/// for p in [1.0, 3.0] {
///     MeanSquaredError.add(&mut state, &Vector::new([p]), &Vector::new([1.0]), 1.0);
/// }
/// MeanSquaredError.report(&state, &mut |_name, value| mean = value);
/// assert_eq!(mean, 2.0);
/// ```
#[derive(Debug)]
pub struct MeanLoss<P> {
    pub(crate) mean: Mean,
    unused: Option<Box<P>>,
}

impl<P> Default for MeanLoss<P> {
    fn default() -> Self {
        MeanLoss { mean: Mean::default(), unused: None }
    }
}

impl<P: Sample> MeanLoss<P> {
    pub(crate) fn add<L: Loss<P>>(&mut self, loss: &L, p: &P, t: &L::Target, weight: f32) {
        if !loss.ignores(t) {
            let value = loss.loss(p, t, self.unused.get_or_insert_with(boxed));
            self.mean.add(value.into(), weight);
        }
    }
}

/// Implements the metric that is the mean of a loss over the samples.
macro_rules! loss_as_metric {
    ($name:ident, $text:literal) => {
        impl crate::metrics::named::Named for $name {
            const NAME: &'static str = $text;
        }
        #[diagnostic::do_not_recommend]
        impl<P: crate::shape::sample::Sample, T> crate::metrics::metric::Metric<P, T> for $name
        where
            $name: crate::losses::loss::Loss<P, Target = T>,
        {
            type State = crate::losses::mean_loss::MeanLoss<P>;
            fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32) {
                state.add(self, p, t, weight);
            }
            fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
                f($text, state.mean.value() as f32);
            }
            fn validate(&self) -> crate::io::error::Result<()> {
                crate::losses::loss::Loss::<P>::validate(self)
            }
        }
    };
}
pub(crate) use loss_as_metric;
