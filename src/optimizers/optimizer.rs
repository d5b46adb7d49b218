//! The contract of optimizers, and what they remember.

use crate::contract::rule::{Rule, StepInfo};
use crate::contract::train::Params;
use crate::io::error::Result;
use crate::memory::heap::boxed;
use crate::optimizers::options::{OptimizerOptions, With};

/// An optimizer is its settings; [`OptimizerState`] is what it remembers.
///
/// An optimizer of one's own:
///
/// ```
/// use taut::{Moments, StepInfo, Optimizer, Rule};
///
/// struct SignSgd {
///     learning_rate: f32,
/// }
/// impl Optimizer for SignSgd {
///     const NAME: &'static str = "SignSgd";
///
///     fn moments(&self) -> usize {
///         0
///     }
///     fn learning_rate(&mut self) -> &mut f32 {
///         &mut self.learning_rate
///     }
///     fn rule(&self, info: StepInfo) -> impl Rule {
///         move |w: &mut [f32], g: &mut [f32], _: Moments, _: &[usize]| {
///             w.iter_mut().zip(g).for_each(|(w, g)| *w -= info.learning_rate * g.signum());
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
    /// What a training checkpoint calls the optimizer, so that the state of one is not taken for that of another: the type's name, which stays
    /// as it is when the type is renamed.
    const NAME: &'static str;

    /// How many values of the network's type it remembers, at most [`MAX_MOMENTS`]; zeros at first.
    fn moments(&self) -> usize;
    /// The learning rate, which callbacks may change.
    fn learning_rate(&mut self) -> &mut f32;
    /// What is done in a step.
    fn rule(&self, info: StepInfo) -> impl Rule;

    /// Whether each number's step depends on that number's gradient and memory alone: then a step can be made of parts of a tensor.
    /// Where it does not, the rule is called with whole tensors.
    fn is_elementwise(&self) -> bool {
        true
    }
    /// Whether its settings are such that it can train; asked when `fit` begins.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    fn validate(&self) -> Result<()> {
        Ok(())
    }
    /// What [`With`] adds to an optimizer: none here.
    fn options(&self) -> Option<&OptimizerOptions> {
        None
    }
    /// The optimizer with what all of them may do beside their rule: see [`OptimizerOptions`].
    fn with(self, options: OptimizerOptions) -> With<Self>
    where
        Self: Sized,
    {
        With { optimizer: self, options }
    }
}

/// What an optimizer remembers; zeros at first.
#[derive(Clone, Debug)]
pub struct OptimizerState<N> {
    /// How many steps were made.
    pub steps: u64,
    /// Velocities, means of squares and the like.
    pub values: Vec<Box<N>>,
}

impl<N: Params> OptimizerState<N> {
    /// Those of a new run.
    pub fn new(optimizer: &impl Optimizer) -> Self {
        OptimizerState { steps: 0, values: (0..optimizer.moments()).map(|_| boxed()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizers::*;

    /// Version 1 of the checkpoint's format wrote the types' names, and such states are resumed.
    #[test]
    fn names_are_those_that_checkpoints_have() {
        macro_rules! check { ($($name:ident)*) => { $(
            assert_eq!($name::NAME, stringify!($name));
            assert_eq!(With::<$name>::NAME, concat!("With<", stringify!($name), ">"));
        )* } }
        check!(Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion Muon Nadam RmsProp ScheduleFreeAdamW Sgd);
    }
}
