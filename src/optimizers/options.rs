//! What any optimizer may do beside its rule.

use crate::kernels;
use crate::schedules::LearningRate;

/// What any optimizer may do beside its rule; nothing by default.
///
/// In a step, in this order, as in Keras: gradients are added up, clipped; weights decay; the optimizer's rule; the average follows.
///
/// ```
/// use taut::prelude::*;
/// let optimizer = Adam::default().with(OptimizerOptions { weight_decay: 0.01, clip: Clip::Norm(1.0), ..OptimizerOptions::default() });
/// let warm = Sgd::default().with(OptimizerOptions {
///     learning_rate: CosineDecay { warmup_target: Some(0.1), warmup_steps: 100, ..CosineDecay::new(0.0, 1000) }.into(),
///     ema: Some(Ema::default()),
///     accumulate: 4,
///     ..OptimizerOptions::default()
/// });
/// # Model::<Vector<4>, Dense<4, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
/// # Model::<Vector<4>, Dense<4, 1>>::new(1).compile(warm, MeanSquaredError, ());
/// ```
///
/// See <https://keras.io/api/optimizers/>.
#[derive(Clone, Debug)]
pub struct OptimizerOptions {
    /// The schedule of the learning rate; by default the optimizer's own number. Where there is one, a callback that changes the learning
    /// rate is an error, as in Keras.
    pub learning_rate: LearningRate,
    /// `d` of `w -= η d w`, before each step of the rule; 0 by default. Tensors are left out by [`TensorOptions::no_weight_decay`](crate::TensorOptions).
    pub weight_decay: f32,
    /// How gradients are kept small; not at all by default.
    pub clip: Clip,
    /// An average of the weights that follows them; none by default.
    pub ema: Option<Ema>,
    /// In how many steps gradients are added up before a step of the rule with their mean; 1 by default, 0 counts as 1.
    ///
    /// Optimizers count their own steps, schedules count all.
    pub accumulate: usize,
}

impl Default for OptimizerOptions {
    fn default() -> Self {
        OptimizerOptions {
            learning_rate: LearningRate::default(),
            weight_decay: 0.0,
            clip: Clip::None,
            ema: None,
            accumulate: 1,
        }
    }
}

/// How gradients are kept small: one way at a time. (Keras has three numbers, and refuses two of them.)
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Clip {
    /// They are not.
    #[default]
    None,
    /// Each tensor's gradient has at most that norm: `g · c / max(‖g‖, c)`.
    Norm(f32),
    /// Each number is from `-c` to `c`.
    Value(f32),
    /// The gradients of all trained tensors together have at most that norm.
    GlobalNorm(f32),
}

/// An exponential moving average of the trained weights: `a = m a + (1 - m) w` after each step, and `a = w` after the first.
///
/// As in Keras, [`fit`](crate::Fitting::fit) ends with the average in place of the weights; to evaluate and save the average of each epoch,
/// take [`SwapEmaWeights`](crate::SwapEmaWeights).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ema {
    /// `m`, 0.99 by default.
    pub momentum: f32,
    /// After each so many steps the weights become the average; 0, the default, is never.
    pub overwrite_frequency: usize,
}

impl Default for Ema {
    fn default() -> Self {
        Ema { momentum: 0.99, overwrite_frequency: 0 }
    }
}

/// An optimizer with [`OptimizerOptions`]: what [`Optimizer::with`] makes.
#[derive(Clone, Debug)]
pub struct With<O> {
    /// The optimizer.
    pub optimizer: O,
    /// What it does beside.
    pub options: OptimizerOptions,
}

impl OptimizerOptions {
    /// What is remembered beside what the optimizer remembers.
    pub(crate) fn moments(&self) -> usize {
        self.ema.is_some() as usize + (self.accumulate > 1) as usize
    }

    /// Which of so many moments is the average.
    pub(crate) fn average_of(&self, moments: usize) -> Option<usize> {
        self.ema.map(|_| moments - self.moments())
    }

    /// In how many steps there is one of the rule.
    pub(crate) fn every(&self) -> u64 {
        self.accumulate.max(1) as u64
    }

    /// The norm that all gradients together may have, in a step in which they are clipped.
    pub(crate) fn global_norm(&self, step: u64) -> Option<f32> {
        match self.clip {
            Clip::GlobalNorm(norm) if step.is_multiple_of(self.every()) => Some(norm),
            _ => None,
        }
    }

    /// The sum of the squares of a tensor's gradient, with what was added up before; `sum` may be empty.
    pub(crate) fn sum_of_squares(&self, g: &[f32], sum: &[f32]) -> f64 {
        if sum.is_empty() {
            return kernels::sum_of_squares(g) as f64;
        }
        let every = self.every() as f32;
        g.iter().zip(sum).map(|(g, sum)| ((g + sum) / every).powi(2) as f64).sum()
    }
}
