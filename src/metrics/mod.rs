//! Metrics, streamed over batches. A tuple of metrics is a metric, as a tuple of layers is a layer.

mod accuracy;
mod confusion;
mod confusion_matrix;
mod correlation;
mod explained_variance;
mod f_score;
mod iou;
mod r2_score;
mod root_mean_squared_error;
mod thresholds;
mod top_k;
mod weighted;

pub use accuracy::*;
pub use confusion::*;
pub use confusion_matrix::*;
pub use correlation::*;
pub use explained_variance::*;
pub use f_score::*;
pub use iou::*;
pub use r2_score::*;
pub use root_mean_squared_error::*;
pub use thresholds::*;
pub use top_k::*;
pub use weighted::*;

use crate::io::error::Result;
use crate::sample::{Class, Sample, Vector};

/// One number by its name, whatever it is computed from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one metric",
    label = "not one metric",
    note = "a tuple of metrics cannot hold a tuple; a metric of your own implements `Measure` beside `Metric`"
)]
pub trait Measure {
    /// As Keras calls it.
    const NAME: &'static str;
    /// Whether more is better.
    const MAXIMIZE: bool = false;
}

/// Compares outputs `P` with labels `T`.
///
/// A metric of one's own:
///
/// ```
/// use taut::prelude::*;
///
/// struct LargestError;
/// impl Measure for LargestError {
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
/// ```
#[diagnostic::on_unimplemented(
    message = "the metric `{Self}` cannot compare outputs `{P}` with labels `{T}`",
    label = "this metric does not take `{P}` and `{T}`"
)]
pub trait Metric<P, T> {
    /// What it adds up over the samples.
    type State: Default;
    /// Adds a sample, which counts as much as `weight` others: 1, but in a [`Weighted`].
    fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32);
    /// Calls `f` once, with the metric's name and its value over all that was added: zero, where nothing was. (A tuple calls it once for
    /// each of its metrics.)
    fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32));

    /// Adds a batch. The weights are one for each sample, or none; [`Weighted`] looks at them.
    fn update(&self, state: &mut Self::State, p: &[P], t: &[T], _weights: &[f32]) {
        p.iter().zip(t).for_each(|(p, t)| self.add(state, p, t, 1.0));
    }

    /// Whether its settings are such that it can be computed; asked when `fit` or `evaluate` begins.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    fn validate(&self) -> Result<()> {
        Ok(())
    }

    /// Its value over some outputs and labels, without a model.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let (p, t) = ([0.9, 0.2, 0.7].map(|p| Vector::new([p])), [1.0, 0.0, 0.0].map(|t| Vector::new([t])));
    /// assert_eq!(Precision::default().value(&p, &t), 0.5);
    /// ```
    fn value(&self, p: &[P], t: &[T]) -> f32
    where
        Self: Measure,
    {
        let (mut state, mut found) = (Self::State::default(), 0.0);
        self.update(&mut state, p, t, &[]);
        self.report(&state, &mut |_, value| found = value);
        found
    }
}

/// A label that says of each of the outputs `P` whether it should be on.
pub trait Truth<P> {
    /// Whether the `i`-th should be.
    fn is(&self, i: usize) -> bool;
}

impl<P: Sample> Truth<P> for P {
    fn is(&self, i: usize) -> bool {
        self.values()[i] != 0.0
    }
}

impl<const N: usize> Truth<Vector<N>> for Class<N> {
    fn is(&self, i: usize) -> bool {
        self.index() == i
    }
}

/// A label of one of `C` classes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label of one of {C} classes",
    label = "expected a label of one of {C} classes",
    note = "labels are `Class<{C}>`, one-hot `Vector<{C}>`, or, for two classes, `Vector<1>`"
)]
pub trait OneOf<const C: usize> {
    /// The class, below `C`, if it is one of them.
    fn class(&self) -> Option<usize>;
}

impl<const C: usize> OneOf<C> for Class<C> {
    fn class(&self) -> Option<usize> {
        Some(self.index())
    }
}

impl<const C: usize> OneOf<C> for Vector<C> {
    fn class(&self) -> Option<usize> {
        Some(self.argmax())
    }
}

impl OneOf<2> for Vector<1> {
    fn class(&self) -> Option<usize> {
        let [label] = *self.as_array();
        [0.0, 1.0].iter().position(|class| *class == label.round())
    }
}

/// `a / b`, and 0 where `b` is.
fn share(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// A weighted mean, added up in `f64`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    /// The sum of the values, each times its weight.
    pub sum: f64,
    /// The sum of the weights.
    pub weight: f64,
}

impl Mean {
    /// Adds a value that counts as much as `weight` others.
    pub fn add(&mut self, value: f64, weight: f32) {
        self.sum += value * f64::from(weight);
        self.weight += f64::from(weight);
    }

    /// The mean: 0 of nothing.
    pub fn value(&self) -> f64 {
        share(self.sum, self.weight)
    }
}

/// Where among the metrics; the compiler infers it.
pub struct At<const I: usize>;

/// Metrics among which is `M`.
#[diagnostic::on_unimplemented(
    message = "`{M}` is monitored, but the metrics given to `compile` do not compute it",
    label = "nothing computes `{M}`",
    note = "the metrics given to `compile` are `{Self}`"
)]
pub trait Computes<M, I> {
    /// Where it is.
    const INDEX: usize;
}

#[diagnostic::do_not_recommend]
impl<M: Measure> Computes<M, At<0>> for M {
    const INDEX: usize = 0;
}

macro_rules! metrics { ($($M:ident $i:tt)*) => {
    impl<P, T, $($M: Metric<P, T> + Measure),*> Metric<P, T> for ($($M,)*) {
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
        impl<$($all),*> Computes<$M, At<$i>> for ($($all,)*) { const INDEX: usize = $i; }
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
