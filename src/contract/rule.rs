//! The rule of an optimizer: one step for some numbers.

/// The most moments that an optimizer can have for each number: three of its own, and the average and the sum that
/// [`OptimizerOptions`](crate::OptimizerOptions) may add.
pub const MAX_MOMENTS: usize = crate::kernels::MAX_MOMENTS;

/// An optimizer's moments of some numbers. The first [`Optimizer::moments`](crate::Optimizer::moments) slices are as
/// long as the numbers, the others are empty.
pub type Moments<'a> = [&'a mut [f32]; MAX_MOMENTS];

/// The step that a [`Rule`] computes.
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
pub trait Rule: Fn(&mut [f32], &mut [f32], Moments, &[usize]) + Sync {}

impl<F: Fn(&mut [f32], &mut [f32], Moments, &[usize]) + Sync> Rule for F {}
