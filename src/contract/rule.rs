//! The rule of an optimizer: one step for some numbers.

/// How many values of each number an optimizer can remember: three of its own, the average and the sum of
/// [`OptimizerOptions`](crate::OptimizerOptions).
pub const MAX_MOMENTS: usize = crate::kernels::MAX_MOMENTS;

/// What an optimizer remembers of some numbers: as long as these, or, from
/// [`Optimizer::moments`](crate::Optimizer::moments) on, empty.
pub type Moments<'a> = [&'a mut [f32]; MAX_MOMENTS];

/// The step that a [`Rule`] is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepInfo {
    /// The step's number, counted from 1.
    pub step: u64,
    /// The learning rate of this step.
    pub learning_rate: f32,
    /// What the gradients are multiplied by, so that the norm of them all is not above
    /// [`Clip::GlobalNorm`](crate::Clip::GlobalNorm); 1 elsewhere.
    pub scale: f32,
    /// Whether weights decay: not those of a tensor whose [`TensorOptions`](crate::TensorOptions) says so.
    pub weight_decay: bool,
}

impl StepInfo {
    /// `1 - βᵗ`, what the mean of t values that began with zero is divided by.
    pub(crate) fn correction(&self, beta: f32) -> f64 {
        1.0 - (beta as f64).powf(self.step as f64)
    }
}

/// One step of an optimizer for some numbers: given them, their gradient, which it may overwrite, what it remembers of
/// them, and the shape of the tensor that they are all or, of an elementwise optimizer, a part of.
pub trait Rule: Fn(&mut [f32], &mut [f32], Moments, &[usize]) + Sync {}

impl<F: Fn(&mut [f32], &mut [f32], Moments, &[usize]) + Sync> Rule for F {}
