//! The contract of optimizers, and their state.

use crate::contract::rule::{MAX_MOMENTS, MomentInfo, Rule, StepInfo};
use crate::contract::tensor::{Params, set_values, values};
use crate::io::error::Result;
use crate::memory::heap::boxed;
use crate::optimizers::options::{OptimizerOptions, With};

/// The settings and the update rule of an optimizer; [`OptimizerState`] is its state.
///
/// An optimizer of one's own:
///
/// ```
/// use taut::{Moments, Optimizer, Rule, StepInfo};
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
///     fn learning_rate(&self) -> f32 {
///         self.learning_rate
///     }
///     fn set_learning_rate(&mut self, learning_rate: f32) {
///         self.learning_rate = learning_rate;
///     }
///     fn rule(&self, info: StepInfo) -> impl Rule {
///         move |w: &mut [f32], g: &mut [f32], _: Moments, _: &[usize]| {
///             w.iter_mut().zip(g).for_each(|(w, g)| *w -= info.learning_rate * g.signum());
///         }
///     }
/// }
///
/// # use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([9.0])])?;
/// let signs = SignSgd { learning_rate: 0.5 };
/// let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(signs, MeanSquaredError, ());
/// model.fit(&data, Fit { epochs: 3, ..Fit::default() })?;
/// assert_eq!(model.net().bias[0], 3.0 * 0.5);
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "the order is `compile(optimizer, loss, metrics)`"
)]
pub trait Optimizer {
    /// The name that a training checkpoint holds, so that no optimizer resumes with another's state. It is the type's
    /// name, and must not change when the type is renamed.
    const NAME: &'static str;

    /// The number of moments, at most [`MAX_MOMENTS`](crate::MAX_MOMENTS): values of the network's type that start as
    /// zeros.
    fn moments(&self) -> usize;
    /// The learning rate.
    fn learning_rate(&self) -> f32;
    /// Sets the learning rate, for callbacks and schedules.
    fn set_learning_rate(&mut self, learning_rate: f32);
    /// The update rule of one step.
    fn rule(&self, info: StepInfo) -> impl Rule;

    /// What the moment of that index is, from 0 to below [`moments`](Self::moments). A training checkpoint holds its
    /// name, and an optimizer whose settings need other moments than before starts afresh. By default, only the index
    /// tells moments apart.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let adam = Adam::default();
    /// assert_eq!([0, 1].map(|index| adam.moment(index).name), ["mean", "mean of squares"]);
    /// ```
    fn moment(&self, index: usize) -> MomentInfo {
        MomentInfo::numbered(index)
    }

    /// Whether each number's update depends only on that number, its gradient and its moments. The rule may then be
    /// called with parts of a tensor; otherwise it is called with whole tensors. True by default.
    ///
    /// ```
    /// use taut::{Lamb, prelude::*};
    /// assert!(Adam::default().is_elementwise());
    /// assert!(!Lamb::default().is_elementwise()); // it needs the norm of a tensor
    /// ```
    fn is_elementwise(&self) -> bool {
        true
    }
    /// Checks the settings; called when `fit` begins.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a setting is NaN or out of its range.
    ///
    /// ```
    /// use taut::prelude::*;
    /// assert!(Adam::default().validate().is_ok());
    /// assert!(Adam { beta_1: 1.5, ..Adam::default() }.validate().is_err());
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }
    /// The options of a [`With`]; none for other optimizers.
    fn options(&self) -> Option<&OptimizerOptions> {
        None
    }
    /// Adds [`OptimizerOptions`]: weight decay, clipping, a schedule and the like.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let adam = Adam::default().with(OptimizerOptions { weight_decay: 0.01, ..OptimizerOptions::default() });
    /// assert_eq!(adam.options().map(|options| options.weight_decay), Some(0.01));
    /// assert!(Adam::default().options().is_none());
    /// ```
    #[must_use = "`with` returns the optimizer with these options"]
    fn with(self, options: OptimizerOptions) -> With<Self>
    where
        Self: Sized,
    {
        With { optimizer: self, options }
    }
}

/// The state of an optimizer: its moments, which are zeros at first.
///
/// ```
/// use taut::{OptimizerState, prelude::*};
/// let state = OptimizerState::<Dense<4, 3>>::new(&Adam::default());
/// assert_eq!((state.steps, state.values.len()), (0, 2));
/// assert_eq!((state.infos[0].name, state.values[0].kernel.amax()), ("mean", 0.0));
/// ```
#[derive(Debug)]
pub struct OptimizerState<N> {
    /// The number of steps so far.
    pub steps: u64,
    /// What each moment is.
    pub infos: Vec<MomentInfo>,
    /// The moments: velocities, means of squares and the like.
    pub values: Vec<Box<N>>,
}

/// What each of an optimizer's moments is, of at most [`MAX_MOMENTS`].
pub(crate) fn infos(optimizer: &impl Optimizer) -> Vec<MomentInfo> {
    (0..optimizer.moments().min(MAX_MOMENTS)).map(|index| optimizer.moment(index)).collect()
}

impl<N: Params> OptimizerState<N> {
    /// The state before the first step. It has at most [`MAX_MOMENTS`]: an optimizer with more cannot train.
    #[must_use]
    pub fn new(optimizer: &impl Optimizer) -> Self {
        let infos = infos(optimizer);
        OptimizerState { steps: 0, values: infos.iter().map(|_| boxed()).collect(), infos }
    }
}

impl<N: Params> Clone for OptimizerState<N> {
    fn clone(&self) -> Self {
        // From heap to heap: a network may be larger than the stack.
        let copied = |moment: &N| {
            let mut copy = boxed::<N>();
            set_values(&mut *copy, &values(moment));
            copy
        };
        let values = self.values.iter().map(|moment| copied(moment)).collect();
        OptimizerState { steps: self.steps, infos: self.infos.clone(), values }
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
