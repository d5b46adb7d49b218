//! The rule of an optimizer: one step for some numbers.

/// The most moments that an optimizer can have for each number: three of its own, and the average and the sum that
/// [`OptimizerOptions`](crate::OptimizerOptions) may add.
///
/// ```
/// use taut::{MAX_MOMENTS, optimizers::Ema, prelude::*};
/// let adam = Adam { amsgrad: true, ..Adam::default() };
/// assert_eq!(adam.moments(), 3); // the mean, the mean of squares, and its maximum
/// let options = OptimizerOptions { ema: Some(Ema::default()), accumulate: 2, ..OptimizerOptions::default() };
/// assert_eq!(adam.with(options).moments(), MAX_MOMENTS);
/// ```
pub const MAX_MOMENTS: usize = crate::kernels::MAX_MOMENTS;

/// An optimizer's moments of some numbers. The first [`Optimizer::moments`](crate::Optimizer::moments) slices are as
/// long as the numbers, the others are empty.
///
/// ```
/// use taut::Moments;
/// /// A step of gradient descent with momentum.
/// fn step(w: &mut [f32], g: &mut [f32], [velocity, ..]: Moments, _shape: &[usize]) {
///     for ((w, g), velocity) in w.iter_mut().zip(g).zip(velocity) {
///         *velocity = 0.5 * *velocity - 0.25 * *g;
///         *w += *velocity;
///     }
/// }
/// let (mut w, mut velocity) = ([1.0], [0.0]);
/// step(&mut w, &mut [1.0], [&mut velocity, &mut [], &mut [], &mut [], &mut []], &[1]);
/// step(&mut w, &mut [1.0], [&mut velocity, &mut [], &mut [], &mut [], &mut []], &[1]);
/// assert_eq!((w, velocity), ([0.375], [-0.375]));
/// ```
pub type Moments<'a> = [&'a mut [f32]; MAX_MOMENTS];

/// What a moment is: an optimizer's state is only used by an optimizer with the same moments.
///
/// ```
/// use taut::MomentInfo;
/// let (mean, mean_of_squares) = (MomentInfo::signed("mean"), MomentInfo::not_negative("mean of squares"));
/// assert!(mean.may_be_negative && !mean_of_squares.may_be_negative);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MomentInfo {
    /// The name that a training checkpoint holds: it must not change.
    pub name: &'static str,
    /// Whether its numbers may be negative: a mean of gradients has such numbers, a mean of squares has none.
    pub may_be_negative: bool,
}

impl MomentInfo {
    pub(crate) const MEAN: Self = Self::signed("mean");
    pub(crate) const VELOCITY: Self = Self::signed("velocity");
    pub(crate) const MEAN_OF_SQUARES: Self = Self::not_negative("mean of squares");
    pub(crate) const SUM_OF_SQUARES: Self = Self::not_negative("sum of squares");

    /// A moment of any numbers.
    #[must_use]
    pub const fn signed(name: &'static str) -> Self {
        MomentInfo { name, may_be_negative: true }
    }

    /// A moment of numbers from 0.
    #[must_use]
    pub const fn not_negative(name: &'static str) -> Self {
        MomentInfo { name, may_be_negative: false }
    }

    /// The moment of that index, of which nothing else is known.
    pub(crate) fn numbered(index: usize) -> Self {
        const NAMES: [&str; MAX_MOMENTS] = ["moment 1", "moment 2", "moment 3", "moment 4", "moment 5"];
        Self::signed(NAMES[index.min(MAX_MOMENTS - 1)])
    }
}

/// The step that a [`Rule`] computes.
///
/// ```
/// use taut::{StepInfo, prelude::*};
/// let info = StepInfo { step: 1, learning_rate: 0.5, scale: 1.0, weight_decay: true };
/// let (mut w, mut g) = ([1.0, 2.0], [1.0, -1.0]);
/// Sgd::default().rule(info)(&mut w, &mut g, Default::default(), &[2]);
/// assert_eq!(w, [0.5, 2.5]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepInfo {
    /// The step's number, counted from 1.
    pub step: u64,
    /// The learning rate of this step.
    pub learning_rate: f32,
    /// The factor of the gradients by which their global norm does not exceed
    /// [`Clip::GlobalNorm`](crate::Clip::GlobalNorm); 1 without it.
    pub scale: f32,
    /// Whether weights decay; false for tensors with [`TensorOptions::no_weight_decay`](crate::TensorOptions).
    pub weight_decay: bool,
}

impl StepInfo {
    /// `1 - βᵗ`, the divisor that corrects a moving mean of t values for its start at zero.
    pub(crate) fn correction(&self, beta: f32) -> f64 {
        1.0 - (beta as f64).powf(self.step as f64)
    }
}

/// One step of an optimizer for some numbers. It receives the numbers, their gradient, which it may overwrite, their
/// moments, and the shape of the tensor. The numbers are the whole tensor or, for an elementwise optimizer, a part of
/// it.
///
/// ```
/// use taut::{Moments, Rule};
/// /// A rule whose steps have the same length, whatever the gradient.
/// fn signs(learning_rate: f32) -> impl Rule {
///     move |w: &mut [f32], g: &mut [f32], _: Moments, _: &[usize]| {
///         w.iter_mut().zip(g).for_each(|(w, g)| *w -= learning_rate * g.signum());
///     }
/// }
/// let mut w = [1.0, 1.0];
/// signs(0.25)(&mut w, &mut [100.0, -0.001], Default::default(), &[2]);
/// assert_eq!(w, [0.75, 1.25]);
/// ```
pub trait Rule: Fn(&mut [f32], &mut [f32], Moments, &[usize]) + Sync {}

impl<F: Fn(&mut [f32], &mut [f32], Moments, &[usize]) + Sync> Rule for F {}
