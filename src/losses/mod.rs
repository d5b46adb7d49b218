//! Losses: one file each. `Target` is the label that a loss takes for an output, so that a dataset which does not fit is a plain
//! mismatch of types.
//!
//! As in Keras, the loss of a batch is the mean over its samples, and a sample's is the mean over its outputs (the sum, for categorical
//! cross-entropies). Most losses are metrics as well: the mean over the samples.

mod binary_crossentropy;
mod binary_focal_crossentropy;
mod categorical_crossentropy;
mod categorical_focal_crossentropy;
mod categorical_generalized_crossentropy;
mod cosine_similarity;
mod hinge;
mod huber;
mod kl_divergence;
mod log_cosh;
mod mean_absolute_error;
mod mean_absolute_percentage_error;
mod mean_squared_error;
mod mean_squared_logarithmic_error;
mod overlap;
mod poisson;

pub use binary_crossentropy::*;
pub use binary_focal_crossentropy::*;
pub use categorical_crossentropy::*;
pub use categorical_focal_crossentropy::*;
pub use categorical_generalized_crossentropy::*;
pub use cosine_similarity::*;
pub use hinge::*;
pub use huber::*;
pub use kl_divergence::*;
pub use log_cosh::*;
pub use mean_absolute_error::*;
pub use mean_absolute_percentage_error::*;
pub use mean_squared_error::*;
pub use mean_squared_logarithmic_error::*;
pub use overlap::*;
pub use poisson::*;

use crate::io::error::Result;
use crate::kernels;
use crate::metrics::Mean;
use crate::params::boxed;
use crate::sample::Sample;
use crate::train::Head;

/// Keras's epsilon, to which probabilities and divisors are clipped.
pub(crate) const EPSILON: f32 = 1e-7;

/// Scores a network's output `P` against its target.
///
/// A loss of one's own:
///
/// ```
/// use taut::prelude::*;
///
/// /// The mean of `(p - t)⁴`.
/// struct Quartic;
/// impl<const N: usize> Loss<Vector<N>> for Quartic {
///     type Target = Vector<N>;
///     fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
///         let d = p.0 - t.0;
///         dp.0 = d.map(|d| 4.0 * d.powi(3) / N as f32);
///         d.map(|d| d.powi(4)).mean()
///     }
/// }
/// let model = Model::<Vector<4>, Dense<4, 1>>::new(1).compile(Adam::default(), Quartic, ());
/// ```
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` cannot score the network's output, which is `{P}`",
    label = "this loss does not take `{P}`",
    note = "categorical cross-entropies take a `Vector<N>`: end the network in `Dense<_, N>`, with `Flatten` before it if need be"
)]
pub trait Loss<P: Sample>: Sized {
    /// The label of one sample.
    type Target: Clone;
    /// The stable form together with the head before it, where there is one.
    const FUSED: Option<Fused<Self, P>> = None;

    /// The loss of one sample; writes its gradient to `dp`.
    fn loss(&self, p: &P, t: &Self::Target, dp: &mut P) -> f32;

    /// Whether a sample is left out: then it adds nothing to the loss of a batch, which is the mean over the others.
    fn ignores(&self, _target: &Self::Target) -> bool {
        false
    }

    /// Whether its settings are such that it can be computed; asked when `fit` or `evaluate` begins.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// A loss and the head of a network in one.
pub struct Fused<L: Loss<P>, P: Sample> {
    /// The head, which then passes its input on.
    pub head: Head,
    /// The loss of one sample: turns the logits `z` into the head's output, and writes their gradient to `dz`.
    pub loss: fn(&L, z: &mut P, t: &L::Target, dz: &mut P) -> f32,
}

/// The sum over a sample's outputs of `f(output, target)`, which gives the loss and its derivative.
fn sum<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    kernels::score(&f, p.values(), t.values(), 1.0, dp.values_mut())
}

/// The mean over a sample's outputs of `f(output, target)`, which gives the loss and its derivative.
fn mean<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    let n = P::LEN as f32;
    kernels::score(&f, p.values(), t.values(), 1.0 / n, dp.values_mut()) / n
}

/// `max(x, least)` that lets NaN through.
#[inline(always)]
fn at_least(x: f32, least: f32) -> f32 {
    if x < least { least } else { x }
}

/// The sign, 0 at 0.
#[inline(always)]
fn sign(x: f32) -> f32 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// The mean of a loss over the samples, and room for the gradient that nobody reads.
#[derive(Debug)]
pub struct MeanLoss<P> {
    mean: Mean,
    unused: Option<Box<P>>,
}

impl<P> Default for MeanLoss<P> {
    fn default() -> Self {
        MeanLoss { mean: Mean::default(), unused: None }
    }
}

impl<P: Sample> MeanLoss<P> {
    fn add<L: Loss<P>>(&mut self, loss: &L, p: &P, t: &L::Target, weight: f32) {
        if !loss.ignores(t) {
            let value = loss.loss(p, t, self.unused.get_or_insert_with(boxed));
            self.mean.add(value.into(), weight);
        }
    }
}

/// A metric that is the mean of a loss over the samples.
macro_rules! loss_as_metric {
    ($name:ident, $text:literal) => {
        impl crate::metrics::Measure for $name {
            const NAME: &'static str = $text;
        }
        #[diagnostic::do_not_recommend]
        impl<P: crate::Sample, T> crate::metrics::Metric<P, T> for $name
        where
            $name: crate::losses::Loss<P, Target = T>,
        {
            type State = crate::losses::MeanLoss<P>;
            fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32) {
                state.add(self, p, t, weight);
            }
            fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
                f($text, state.mean.value() as f32);
            }
            fn validate(&self) -> crate::Result<()> {
                crate::losses::Loss::<P>::validate(self)
            }
        }
    };
}
use loss_as_metric;
