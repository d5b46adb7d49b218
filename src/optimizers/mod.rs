//! Optimizers: one file each. What an optimizer remembers are values of the network's own type.

mod adadelta;
mod adafactor;
mod adagrad;
mod adam;
mod adam_w;
mod adamax;
mod ftrl;
mod lamb;
mod lion;
mod muon;
mod nadam;
mod rms_prop;
mod schedule_free_adam_w;
mod sgd;
mod with;

pub use adadelta::*;
pub use adafactor::*;
pub use adagrad::*;
pub use adam::*;
pub use adam_w::*;
pub use adamax::*;
pub use ftrl::*;
pub use lamb::*;
pub use lion::*;
pub use muon::*;
pub use nadam::*;
pub use rms_prop::*;
pub use schedule_free_adam_w::*;
pub use sgd::*;
pub use with::*;

use crate::io::error::Result;
pub(crate) use crate::io::error::{POSITIVE, settings, within};
use crate::kernels;
use crate::params::boxed;
use crate::train::Params;

/// How many values of each number an optimizer can remember: three of its own, the average and the sum of [`Options`].
pub const MEMORY: usize = kernels::REMEMBERED;

/// What an optimizer remembers of some numbers: as long as these, or, from [`Optimizer::moments`] on, empty.
pub type Memory<'a> = [&'a mut [f32]; MEMORY];

/// An optimizer is its settings; [`Moments`] are what it remembers.
///
/// An optimizer of one's own:
///
/// ```
/// use taut::{Memory, Now, Optimizer, Rule};
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
///     fn rule(&self, now: Now) -> impl Rule {
///         move |w: &mut [f32], g: &mut [f32], _: Memory, _: &[usize]| {
///             w.iter_mut().zip(g).for_each(|(w, g)| *w -= now.learning_rate * g.signum());
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
    /// What a training checkpoint calls it: the state of one optimizer is not taken for that of another. The name of
    /// the type, which stays as it is when the type is renamed.
    const NAME: &'static str;

    /// How many values of the network's type it remembers, at most [`MEMORY`]; zeros at first.
    fn moments(&self) -> usize;
    /// The learning rate, which callbacks may change.
    fn learning_rate(&mut self) -> &mut f32;
    /// What is done in a step.
    fn rule(&self, now: Now) -> impl Rule;

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
    fn options(&self) -> Option<&Options> {
        None
    }
    /// The optimizer with what all of them may do beside their rule: see [`Options`].
    fn with(self, options: Options) -> With<Self>
    where
        Self: Sized,
    {
        With { optimizer: self, options }
    }
}

/// The step that a [`Rule`] is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Now {
    /// The step's number, counted from 1.
    pub step: u64,
    /// The learning rate of this step.
    pub learning_rate: f32,
    /// What the gradients are multiplied by, so that the norm of them all is not above [`Clip::GlobalNorm`]; 1 elsewhere.
    pub scale: f32,
    /// Whether weights decay: not those of a tensor whose [`Slot`](crate::Slot) says so.
    pub weight_decay: bool,
}

impl Now {
    /// `1 - βᵗ`, what the mean of t values that began with zero is divided by.
    fn correction(&self, beta: f32) -> f64 {
        1.0 - (beta as f64).powf(self.step as f64)
    }
}

/// One step of an optimizer for some numbers: given them, their gradient, which it may overwrite, what it remembers of them, and the shape
/// of the tensor that they are all or, of an elementwise optimizer, a part of.
pub trait Rule: Fn(&mut [f32], &mut [f32], Memory, &[usize]) + Sync {}

impl<F: Fn(&mut [f32], &mut [f32], Memory, &[usize]) + Sync> Rule for F {}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Version 1 of the checkpoint's format had the types' names, and what it saved is resumed.
    #[test]
    fn names_are_those_that_checkpoints_have() {
        macro_rules! check { ($($name:ident)*) => { $(
            assert_eq!($name::NAME, stringify!($name));
            assert_eq!(With::<$name>::NAME, concat!("With<", stringify!($name), ">"));
        )* } }
        check!(Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion Muon Nadam RmsProp ScheduleFreeAdamW Sgd);
    }
}
