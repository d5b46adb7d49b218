//! The trait of metrics. A tuple of metrics is a metric.

use crate::io::error::Result;
use crate::metrics::contains::{Contains, Index};
use crate::metrics::named::Named;

/// A metric: compares outputs `P` with labels `T`.
///
/// Where an output is NaN, each metric of this crate is NaN, also one that counts classes.
///
/// Implement it for a metric of your own:
///
/// ```
/// use taut::{metrics::{Metric, Named}, prelude::*};
///
/// struct LargestError;
/// impl Named for LargestError {
///     const NAME: &'static str = "largest_error";
/// }
/// impl<const N: usize> Metric<Vector<N>, Vector<N>> for LargestError {
///     type State = f32;
///     fn add(&self, largest: &mut f32, p: &Vector<N>, t: &Vector<N>, _weight: f32) {
///         *largest = largest.max((p.0 - t.0).amax());
///     }
///     fn report(&self, largest: &f32, f: &mut dyn FnMut(&'static str, f32)) {
///         f(Self::NAME, *largest);
///     }
/// }
/// let model = Model::<Vector<4>, Dense<4, 1>>::new(1).compile(Adam::default(), MeanSquaredError, LargestError);
/// let data = Dataset::new(vec![Vector::new([0.0; 4]); 2], vec![Vector::new([2.0]), Vector::new([-3.0])])?;
/// assert_eq!(model.evaluate(&data)?.get(LargestError), 3.0); // the outputs are 0
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "the metric `{Self}` cannot compare outputs `{P}` with labels `{T}`",
    label = "this metric does not take `{P}` and `{T}`"
)]
pub trait Metric<P, T> {
    /// The state that is accumulated over the samples.
    type State: Default;
    /// Adds a sample with a weight, which is 1 except in a [`Weighted`](crate::Weighted).
    ///
    /// ```
    /// use taut::{metrics::Mean, prelude::*};
    /// let mut mean = Mean::default();
    /// BinaryAccuracy::default().add(&mut mean, &Vector::new([0.9]), &Vector::new([1.0]), 3.0);
    /// BinaryAccuracy::default().add(&mut mean, &Vector::new([0.9]), &Vector::new([0.0]), 1.0);
    /// assert_eq!(mean.value(), 0.75);
    /// ```
    fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32);
    /// Calls `f` once, with the metric's name and its value over all added samples, or zero without any. (A tuple calls
    /// `f` once per metric.)
    ///
    /// ```
    /// use taut::{metrics::Metric, prelude::*};
    /// let (metrics, mut values) = ((Accuracy, MeanAbsoluteError), vec![]);
    /// let mut state = <(Accuracy, MeanAbsoluteError) as Metric<Vector<1>, Vector<1>>>::State::default();
    /// metrics.add(&mut state, &Vector::new([0.75]), &Vector::new([1.0]), 1.0);
    /// Metric::<Vector<1>, Vector<1>>::report(&metrics, &state, &mut |name, value| values.push((name, value)));
    /// assert_eq!(values, [("accuracy", 1.0), ("mean_absolute_error", 0.25)]);
    /// ```
    fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32));

    /// Adds a batch. `_weights` holds one weight per sample or is empty; only [`Weighted`](crate::Weighted) reads it.
    ///
    /// ```
    /// use taut::{metrics::{Mean, Weighted}, prelude::*};
    /// let (p, t) = ([Vector::new([0.9]), Vector::new([0.9])], [Vector::new([1.0]), Vector::new([0.0])]);
    /// let (mut plain, mut weighted) = (Mean::default(), Mean::default());
    /// BinaryAccuracy::default().update(&mut plain, &p, &t, &[3.0, 1.0]);
    /// Weighted(BinaryAccuracy::default()).update(&mut weighted, &p, &t, &[3.0, 1.0]);
    /// assert_eq!((plain.value(), weighted.value()), (0.5, 0.75));
    /// ```
    fn update(&self, state: &mut Self::State, p: &[P], t: &[T], _weights: &[f32]) {
        p.iter().zip(t).for_each(|(p, t)| self.add(state, p, t, 1.0));
    }

    /// Checks the settings. `fit` and `evaluate` call this before the first step.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a setting is NaN or out of range.
    ///
    /// ```
    /// use taut::{metrics::Metric, prelude::*};
    /// let precision = Precision { threshold: Some(1.5), ..Precision::default() };
    /// let error = Metric::<Vector<1>, Vector<1>>::validate(&precision).unwrap_err();
    /// assert!(error.to_string().ends_with("received 1.5"));
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }

    /// The metric's value for outputs and labels, without a model.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = ([0.9, 0.2, 0.7].map(|p| Vector::new([p])), [1.0, 0.0, 0.0].map(|t| Vector::new([t])));
    /// assert_eq!(Precision::default().value(&p, &t), 0.5);
    /// ```
    fn value(&self, p: &[P], t: &[T]) -> f32
    where
        Self: Named,
    {
        let (mut state, mut result) = (Self::State::default(), 0.0);
        self.update(&mut state, p, t, &[]);
        self.report(&state, &mut |_, value| result = value);
        result
    }
}

macro_rules! metrics { ($($M:ident $i:tt)*) => {
    impl<P, T, $($M: Metric<P, T> + Named),*> Metric<P, T> for ($($M,)*) {
        type State = ($($M::State,)*);
        #[allow(unused)]
        fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32) {
            $(self.$i.add(&mut state.$i, p, t, weight);)*
        }
        #[allow(unused)]
        fn update(&self, state: &mut Self::State, p: &[P], t: &[T], weights: &[f32]) {
            $(self.$i.update(&mut state.$i, p, t, weights);)*
        }
        fn validate(&self) -> Result<()> {
            $(self.$i.validate()?;)*
            Ok(())
        }
        #[allow(unused)]
        fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
            $(self.$i.report(&state.$i, f);)*
        }
    }
    metrics!(@computes [$($M)*] $($M $i)*);
};
    (@computes $all:tt $($M:ident $i:tt)*) => { $(metrics!(@one $all $M $i);)* };
    (@one [$($all:ident)*] $M:ident $i:tt) => {
        #[diagnostic::do_not_recommend]
        impl<$($all),*> Contains<$M, Index<$i>> for ($($all,)*) { const INDEX: usize = $i; }
    };
}
metrics!();
metrics!(A 0);
metrics!(A 0 B 1);
metrics!(A 0 B 1 C 2);
metrics!(A 0 B 1 C 2 D 3);
metrics!(A 0 B 1 C 2 D 3 E 4);
metrics!(A 0 B 1 C 2 D 3 E 4 F 5);
metrics!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
metrics!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
