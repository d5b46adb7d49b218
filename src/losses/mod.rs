//! Losses: one file each. `Target` is the label that a loss takes for an output, so that a dataset which does not fit is a plain
//! mismatch of types.
//!
//! As in Keras, the loss of a batch is the mean over its samples, and a sample's is the mean over its outputs (the sum, for categorical
//! cross-entropies).

mod binary_crossentropy;
mod categorical_crossentropy;
mod mean_absolute_error;
mod mean_absolute_percentage_error;
mod mean_squared_error;
mod mean_squared_logarithmic_error;
mod poisson;

pub use binary_crossentropy::*;
pub use categorical_crossentropy::*;
pub use mean_absolute_error::*;
pub use mean_absolute_percentage_error::*;
pub use mean_squared_error::*;
pub use mean_squared_logarithmic_error::*;
pub use poisson::*;

use crate::sample::Sample;
use crate::train::Head;

/// Keras's epsilon, to which probabilities and divisors are clipped.
pub(crate) const EPSILON: f32 = 1e-7;

/// Scores a network's output `P` against its target.
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` cannot score the network's output, which is `{P}`",
    label = "this loss does not take `{P}`",
    note = "categorical cross-entropies take a `Vector<N>`: end the network in `Dense<_, N>`, with `Flatten` before it if need be"
)]
pub trait Loss<P: Sample> {
    /// The label of one sample.
    type Target: Clone;
    /// The head that it is computed together with, in a stable form.
    const FUSED: Option<Head> = None;

    /// The loss of one sample; writes its gradient to `dp`.
    fn loss(&self, p: &P, t: &Self::Target, dp: &mut P) -> f32;

    /// The same where the head of [`FUSED`](Self::FUSED) was left out: turns the logits `z` into the head's output and writes their
    /// gradient to `dz`.
    fn loss_of_logits(&self, z: &mut P, t: &Self::Target, dz: &mut P) -> f32 {
        let p = *z;
        self.loss(&p, t, dz)
    }
}

/// The mean over a sample's outputs of `f(output, target)`, which gives the loss and its derivative.
fn mean<P: Sample>(p: &P, t: &P, dp: &mut P, f: impl Fn(f32, f32) -> (f32, f32)) -> f32 {
    let n = P::LEN as f32;
    let mut sum = 0.0;
    for ((p, t), dp) in p.values().iter().zip(t.values()).zip(dp.values_mut()) {
        let (loss, derivative) = f(*p, *t);
        sum += loss;
        *dp = derivative / n;
    }
    sum / n
}

/// A metric that is the mean of a loss over the samples.
macro_rules! loss_as_metric {
    ($name:ident, $text:literal) => {
        impl crate::metrics::Measure for $name {
            const NAME: &'static str = $text;
        }
        impl<P: crate::Sample> crate::metrics::Metric<P, P> for $name {
            type State = crate::metrics::Mean;
            fn update(&self, state: &mut crate::metrics::Mean, p: &[P], t: &[P]) {
                for (p, t) in p.iter().zip(t) {
                    let mut unused = *p;
                    state.add(crate::losses::Loss::loss(self, p, t, &mut unused) as f64);
                }
            }
            fn report(&self, state: &crate::metrics::Mean, f: &mut dyn FnMut(&'static str, f32)) {
                f($text, state.value() as f32);
            }
        }
    };
}
use loss_as_metric;
