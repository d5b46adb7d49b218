use crate::memory::plain::Floats;
use crate::metrics::label::ClassLabel;
use crate::metrics::mean::{Mean, weight_of};
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Vector;
use crate::shape::size::{AtMost, Sizes};

/// The fraction of samples whose labelled class has one of the `K` largest outputs, 5 by default.
///
/// - Output: `Vector<N>`, where `N` is at least `K`; label: `Class<N>`, or a one-hot `Vector<N>`.
///
/// Outputs equal to the `K`-th largest count as well.
///
/// ```
/// use taut::{metrics::TopKCategoricalAccuracy, prelude::*};
/// let (p, t) = (Vector::new([0.1, 0.2, 0.7]), Class::<3>::new(1).unwrap());
/// assert_eq!(TopKCategoricalAccuracy::<1>.value(&[p], &[t]), 0.0);
/// assert_eq!(TopKCategoricalAccuracy::<2>.value(&[p], &[t]), 1.0);
/// ```
///
/// A `K` above the number of classes does not compile:
///
/// ```compile_fail
/// use taut::{metrics::TopKCategoricalAccuracy, prelude::*};
/// let (p, t) = (Vector::new([0.1, 0.2, 0.7]), Class::<3>::new(1).unwrap());
/// TopKCategoricalAccuracy::<4>.value(&[p], &[t]);
/// ```
///
/// See <https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct TopKCategoricalAccuracy<const K: usize = 5>;

impl<const K: usize> Named for TopKCategoricalAccuracy<K> {
    const NAME: &'static str = "top_k_categorical_accuracy";
    const MAXIMIZE: bool = true;
}

impl<const K: usize, const N: usize, T: ClassLabel<N>> Metric<Vector<N>, T> for TopKCategoricalAccuracy<K>
where
    Sizes: AtMost<K, N>,
{
    type State = Mean;
    fn add(&self, state: &mut Mean, p: &Vector<N>, t: &T, weight: f32) {
        let labelled = t.class().and_then(|class| p.values().get(class)).copied().unwrap_or(f32::NAN);
        let larger = p.values().iter().filter(|p| **p > labelled).count();
        state.add(if larger < K && !labelled.is_nan() { 1.0 } else { 0.0 }, weight_of(p.values(), weight));
    }
    fn report(&self, state: &Mean, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, state.value() as f32);
    }
}
