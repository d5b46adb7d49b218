//! The options that every optimizer takes beside its own settings.

use crate::io::error::{Error, POSITIVE, Result, within};
use crate::kernels;
use crate::schedules::LearningRate;

/// The options that every optimizer takes beside its own settings. The default changes nothing.
///
/// A step does, in the order of Keras: add up gradients, clip them, decay weights, apply the optimizer's rule, update
/// the average.
///
/// ```
/// use taut::{optimizers::{Clip, Ema}, prelude::*, schedules::CosineDecay};
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([9.0]); 8])?;
/// # let model = Model::<Vector<1>, Dense<1, 1>>::new(1);
/// let schedule = CosineDecay { warmup_target: Some(0.1), warmup_steps: 4, ..CosineDecay::new(0.0, 1000) };
/// let optimizer = Sgd::default().with(OptimizerOptions {
///     learning_rate: schedule.into(),
///     weight_decay: 0.01,
///     clip: Clip::Norm(1.0),
///     ema: Some(Ema::default()),
///     accumulate: 2,
/// });
/// let mut model = model.compile(optimizer, MeanSquaredError, ());
/// model.fit(&data, Fit { batch_size: 2, ..Fit::default() })?; // four steps of the schedule, two of gradient descent
/// assert_eq!(model.optimizer().learning_rate(), 0.075);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/>.
#[derive(Clone, Debug)]
pub struct OptimizerOptions {
    /// The schedule of the learning rate; by default there is none, and the optimizer's own setting counts. A callback
    /// that changes a scheduled learning rate is an error, as in Keras.
    pub learning_rate: LearningRate,
    /// `d` of `w -= η d w`, before each step of the rule; 0 by default.
    /// [`TensorOptions::no_weight_decay`](crate::TensorOptions::no_weight_decay) leaves a tensor out.
    pub weight_decay: f32,
    /// How gradients are clipped; not at all by default.
    pub clip: Clip,
    /// The exponential moving average of the weights; none by default.
    pub ema: Option<Ema>,
    /// The number of steps whose gradients are averaged before one step of the rule, at least 1; 1 by default.
    ///
    /// The optimizer counts the steps of its rule; a schedule counts all steps.
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

/// How gradients are clipped. (Keras has a number for each way, and refuses two of them together.)
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Clip, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([50.0])])?;
/// let weight = |clip| -> taut::Result<f32> {
///     let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
///     let sgd = Sgd::new(0.1).with(OptimizerOptions { clip, ..OptimizerOptions::default() });
///     let mut model = model.compile(sgd, MeanSquaredError, ());
///     model.fit(&data, Fit::default())?; // one step, whose gradient is -100
///     Ok(model.net().kernel[0])
/// };
/// assert_eq!([weight(Clip::None)?, weight(Clip::Value(20.0))?], [10.0, 2.0]);
/// assert_eq!([weight(Clip::Norm(10.0))?, weight(Clip::GlobalNorm(5.0))?], [1.0, 0.5]);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Clip {
    /// Not at all.
    #[default]
    None,
    /// Limits the norm of each tensor's gradient: `g · c / max(‖g‖, c)`.
    Norm(f32),
    /// Limits each number to the range from `-c` to `c`.
    Value(f32),
    /// Limits the norm of the gradients of all trained tensors together.
    GlobalNorm(f32),
}

impl Clip {
    /// Clips a tensor's gradient; `scale` is the factor of [`GlobalNorm`](Self::GlobalNorm).
    pub(crate) fn apply(self, g: &mut [f32], scale: f32) {
        match self {
            Clip::None => (),
            Clip::Norm(c) => {
                let norm = kernels::norm(g);
                if norm > c || norm.is_nan() {
                    let scale = c / norm;
                    kernels::map_in_place(&|g| g * scale, g);
                }
            }
            // NaN is neither above nor below, and stays.
            Clip::Value(c) => {
                let clip = |g: f32| match g {
                    g if g > c => c,
                    g if g < -c => -c,
                    g => g,
                };
                kernels::map_in_place(&clip, g);
            }
            Clip::GlobalNorm(_) => kernels::map_in_place(&|g| g * scale, g),
        }
    }
}

/// An exponential moving average of the trained weights: `a = m a + (1 - m) w` after each step, and `a = w` after the
/// first.
///
/// As in Keras, [`fit`](crate::Fitting::fit) ends with the average in place of the weights. To evaluate and save the
/// average of each epoch, add the callback [`SwapEmaWeights`](crate::SwapEmaWeights).
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Ema, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let ema = Some(Ema { momentum: 0.75, ..Ema::default() });
/// let sgd = Sgd::new(0.25).with(OptimizerOptions { ema, ..OptimizerOptions::default() });
/// let mut model = model.compile(sgd, MeanSquaredError, ());
/// model.fit(&data, Fit { epochs: 2, ..Fit::default() })?; // the weight is 0.5, then 0.75
/// assert_eq!(model.net().kernel[0], 0.75 * 0.5 + 0.25 * 0.75);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ema {
    /// `m`, 0.99 by default.
    pub momentum: f32,
    /// The number of steps, at least 1, after which the average overwrites the weights; never by default.
    pub overwrite_frequency: Option<usize>,
}

impl Default for Ema {
    fn default() -> Self {
        Ema { momentum: 0.99, overwrite_frequency: None }
    }
}

impl Ema {
    /// Updates a tensor's average after the rule's step of that number.
    pub(crate) fn follow(&self, w: &mut [f32], average: &mut [f32], step: u64) {
        let momentum = if step == 1 { 0.0 } else { self.momentum };
        kernels::zip(&|a, w| momentum * a + (1.0 - momentum) * w, average, w);
        if self.overwrite_frequency.is_some_and(|frequency| step.is_multiple_of(frequency as u64)) {
            w.copy_from_slice(average);
        }
    }
}

/// An optimizer with [`OptimizerOptions`]; [`Optimizer::with`](crate::Optimizer::with) returns it.
///
/// ```
/// use taut::{initializers::Ones, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Ones.into());
/// let decaying: taut::With<Sgd> =
///     Sgd::new(0.5).with(OptimizerOptions { weight_decay: 0.5, ..OptimizerOptions::default() });
/// let mut model = model.compile(decaying, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is 0
/// assert_eq!((model.net().kernel[0], model.optimizer().options.weight_decay), (0.75, 0.5));
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct With<O> {
    /// The optimizer.
    pub optimizer: O,
    /// Its options.
    pub options: OptimizerOptions,
}

impl OptimizerOptions {
    /// Fails if a setting is out of its range.
    pub(crate) fn validate(&self) -> Result<()> {
        within("OptimizerOptions' weight_decay", self.weight_decay, 0.0..)?;
        if self.accumulate == 0 {
            return Err(Error::argument("OptimizerOptions' accumulate", "at least 1", 0));
        }
        match self.clip {
            Clip::None => Ok(()),
            Clip::Norm(c) => within("Clip::Norm", c, POSITIVE),
            Clip::Value(c) => within("Clip::Value", c, POSITIVE),
            Clip::GlobalNorm(c) => within("Clip::GlobalNorm", c, POSITIVE),
        }?;
        if let Some(ema) = self.ema {
            within("Ema's momentum", ema.momentum, 0.0..=1.0)?;
            if ema.overwrite_frequency == Some(0) {
                return Err(Error::argument("Ema's overwrite_frequency", "at least 1", 0));
            }
        }
        self.learning_rate.get().map_or(Ok(()), |schedule| schedule.validate())
    }

    /// The number of moments that the options need: the average, and the sum of gradients.
    pub(crate) fn moments(&self) -> usize {
        self.ema.is_some() as usize + (self.accumulate > 1) as usize
    }

    /// The index of the average among all `moments`.
    pub(crate) fn average_of(&self, moments: usize) -> Option<usize> {
        self.ema.map(|_| moments - self.moments())
    }

    /// The number of steps to one step of the rule.
    pub(crate) fn every(&self) -> u64 {
        self.accumulate.max(1) as u64
    }

    /// The norm to which all gradients together are limited in that step.
    pub(crate) fn global_norm(&self, step: u64) -> Option<f32> {
        match self.clip {
            Clip::GlobalNorm(norm) if step.is_multiple_of(self.every()) => Some(norm),
            _ => None,
        }
    }

    /// The sum of the squares of a tensor's mean gradient; `sum` holds the gradients of the steps before, or is empty.
    pub(crate) fn sum_of_squares(&self, g: &[f32], sum: &[f32]) -> f64 {
        if sum.is_empty() {
            return (kernels::norm(g) as f64).powi(2);
        }
        let every = self.every() as f32;
        g.iter().zip(sum).map(|(g, sum)| (((g + sum) / every) as f64).powi(2)).sum()
    }
}
