//! The contract of losses.

use crate::contract::train::Head;
use crate::io::error::Result;
use crate::shape::sample::Sample;

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
