//! Optimizers: one file each. What an optimizer remembers are values of the network's own type.

mod adam;
mod sgd;

pub use adam::*;
pub use sgd::*;

use crate::params::boxed;
use crate::train::Params;

/// An optimizer is its settings; [`Moments`] are what it remembers.
///
/// An optimizer of one's own:
///
/// ```
/// use taut::{Moments, Optimizer, Params};
///
/// struct SignSgd {
///     learning_rate: f32,
/// }
/// impl Optimizer for SignSgd {
///     fn moments(&self) -> usize {
///         0
///     }
///     fn learning_rate(&mut self) -> &mut f32 {
///         &mut self.learning_rate
///     }
///     fn step<N: Params>(&self, plan: &N::Plan, net: &mut N, grad: &mut N, moments: &mut Moments<N>) {
///         moments.steps += 1;
///         N::visit_trainable(plan, [net, grad], &mut |_, _, [w, g]| {
///             w.iter_mut().zip(g).for_each(|(w, g)| *w -= self.learning_rate * g.signum());
///         });
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "the order is `compile(optimizer, loss, metrics)`"
)]
pub trait Optimizer {
    /// How many values of the network's type it remembers.
    fn moments(&self) -> usize;
    /// The learning rate, which callbacks may change.
    fn learning_rate(&mut self) -> &mut f32;
    /// One step along the gradient: [`Params::visit_trainable`] calls it for each tensor.
    fn step<N: Params>(&self, plan: &N::Plan, net: &mut N, grad: &mut N, moments: &mut Moments<N>);
}

/// What an optimizer remembers; zeros at first.
#[derive(Clone, Debug)]
pub struct Moments<N> {
    /// How many steps were made.
    pub steps: u64,
    /// Velocities, means of squares and the like.
    pub values: Vec<Box<N>>,
}

impl<N: Params> Moments<N> {
    /// Those of a new run.
    pub fn new(optimizer: &impl Optimizer) -> Self {
        Moments { steps: 0, values: (0..optimizer.moments()).map(|_| boxed()).collect() }
    }
}
