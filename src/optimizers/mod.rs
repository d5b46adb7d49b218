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
/// use taut::{Optimizer, Rule};
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
///     fn rule(&self, _: u64) -> impl Rule {
///         let rate = self.learning_rate;
///         move |w: &mut [f32], g: &mut [f32], _: [&mut [f32]; 3]| {
///             w.iter_mut().zip(g).for_each(|(w, g)| *w -= rate * g.signum());
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "the order is `compile(optimizer, loss, metrics)`"
)]
pub trait Optimizer {
    /// Whether each number's step depends on that number's gradient and memory alone: then a step can be made of parts of a tensor.
    /// Where it is false, the rule is called with whole tensors.
    const ELEMENTWISE: bool = true;
    /// How many values of the network's type it remembers: at most three.
    fn moments(&self) -> usize;
    /// The learning rate, which callbacks may change.
    fn learning_rate(&mut self) -> &mut f32;
    /// What is done in that step, counted from 1.
    fn rule(&self, step: u64) -> impl Rule;
}

/// One step of an optimizer for some numbers: given them, their gradient, which it may overwrite, and what it remembers of them, which
/// is empty where there is less than three.
pub trait Rule: Fn(&mut [f32], &mut [f32], [&mut [f32]; 3]) + Sync {}

impl<F: Fn(&mut [f32], &mut [f32], [&mut [f32]; 3]) + Sync> Rule for F {}

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
