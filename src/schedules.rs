//! Schedules of the learning rate: functions of the number of steps done.
//!
//! [`OptimizerOptions::learning_rate`](crate::OptimizerOptions::learning_rate) takes a schedule, with any optimizer. A
//! schedule depends on the number of steps alone, which a training checkpoint holds, so a resumed run continues it
//! exactly.
//!
//! ```
//! use taut::{prelude::*, schedules::ExponentialDecay};
//! # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
//! let learning_rate = ExponentialDecay { initial: 0.1, steps: 2, rate: 0.5, staircase: true }.into();
//! let sgd = Sgd::default().with(OptimizerOptions { learning_rate, ..OptimizerOptions::default() });
//! let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(sgd, MeanSquaredError, ());
//! model.fit(&data, Fit { epochs: 1, batch_size: 2, ..Fit::default() })?; // four steps
//! assert_eq!(model.optimizer().learning_rate(), 0.05); // that of the last one
//! # Ok::<(), taut::Error>(())
//! ```

use crate::io::error::within;
use crate::io::error::{Error, Result};
use std::f64::consts::PI;
use std::fmt::{self, Debug};
use std::sync::Arc;

/// A learning rate that depends on the number of steps done.
///
/// ```
/// use taut::{LearningRate, Schedule};
///
/// /// `0.1 / √(step + 1)`
/// #[derive(Debug)]
/// struct InverseRoot;
/// impl Schedule for InverseRoot {
///     fn at(&self, step: u64) -> f32 {
///         0.1 / (step as f32 + 1.0).sqrt()
///     }
/// }
/// let learning_rate: LearningRate = InverseRoot.into();
/// assert_eq!(learning_rate.get().map(|schedule| schedule.at(99)), Some(0.01));
/// ```
pub trait Schedule: Debug + Send + Sync + 'static {
    /// The learning rate after `step` steps: the first step has the rate `at(0)`.
    fn at(&self, step: u64) -> f32;
    /// Checks the settings. `fit` calls this before the first step.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is NaN or out of range.
    ///
    /// ```
    /// use taut::{CosineDecay, Schedule};
    /// assert!(CosineDecay::new(0.1, 100).validate().is_ok() && CosineDecay::new(0.1, 0).validate().is_err());
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// An optional schedule, in place of the optimizer's constant rate: `ExponentialDecay { .. }.into()`.
///
/// ```
/// use taut::{CosineDecay, LearningRate};
/// let learning_rate: LearningRate = CosineDecay::new(0.1, 100).into();
/// assert_eq!(learning_rate.get().map(|schedule| schedule.at(50)), Some(0.05));
/// assert!(LearningRate::default().get().is_none()); // the optimizer's own setting
/// ```
#[derive(Clone, Default)]
pub struct LearningRate(Option<Arc<dyn Schedule>>);

impl<S: Schedule> From<S> for LearningRate {
    fn from(schedule: S) -> Self {
        LearningRate(Some(Arc::new(schedule)))
    }
}

impl LearningRate {
    /// The schedule, if there is one.
    pub fn get(&self) -> Option<&dyn Schedule> {
        self.0.as_deref()
    }
}

impl Debug for LearningRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `step / decay_steps`, rounded down for a staircase.
fn passed(step: u64, decay_steps: u64, staircase: bool) -> f64 {
    let passed = step as f64 / decay_steps as f64;
    if staircase { passed.floor() } else { passed }
}

/// A cosine from 1, at a fraction of 0, down to `alpha`, at a fraction of 1.
fn cosine(fraction: f64, alpha: f32) -> f64 {
    let alpha = alpha as f64;
    (1.0 - alpha) * 0.5 * (1.0 + (PI * fraction).cos()) + alpha
}

/// Checks that a number of steps is not 0.
fn at_least_one_step(what: &'static str, steps: u64) -> Result<()> {
    if steps > 0 { Ok(()) } else { Err(Error::argument(what, "at least 1", steps)) }
}

/// `initial · rateᵖ` with `p = step / steps`, rounded down for a staircase.
///
/// ```
/// use taut::{ExponentialDecay, Schedule};
/// let decay = ExponentialDecay { initial: 0.1, steps: 100, rate: 0.5, staircase: false };
/// assert_eq!(decay.at(200), 0.025);
/// ```
///
/// See <https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExponentialDecay {
    /// The first learning rate.
    pub initial: f32,
    /// The number of steps in which the learning rate is multiplied by `rate` once.
    pub steps: u64,
    /// The factor per `steps` steps.
    pub rate: f32,
    /// Whether the learning rate changes only after every `steps` steps.
    pub staircase: bool,
}

impl Schedule for ExponentialDecay {
    fn at(&self, step: u64) -> f32 {
        (self.initial as f64 * (self.rate as f64).powf(passed(step, self.steps, self.staircase))) as f32
    }
    fn validate(&self) -> Result<()> {
        within("ExponentialDecay's initial", self.initial, 0.0..)?;
        within("ExponentialDecay's rate", self.rate, 0.0..)?;
        at_least_one_step("ExponentialDecay's steps", self.steps)
    }
}

/// `initial / (1 + rate · p)` with `p = step / steps`, rounded down for a staircase.
///
/// ```
/// use taut::{InverseTimeDecay, Schedule};
/// let decay = InverseTimeDecay { initial: 0.1, steps: 100, rate: 0.5, staircase: false };
/// assert_eq!(decay.at(200), 0.05);
/// ```
///
/// See <https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseTimeDecay {
    /// The first learning rate.
    pub initial: f32,
    /// The number of steps in which `p` grows by 1.
    pub steps: u64,
    /// The rate of the decay.
    pub rate: f32,
    /// Whether the learning rate changes only after every `steps` steps.
    pub staircase: bool,
}

impl Schedule for InverseTimeDecay {
    fn at(&self, step: u64) -> f32 {
        (self.initial as f64 / (1.0 + self.rate as f64 * passed(step, self.steps, self.staircase))) as f32
    }
    fn validate(&self) -> Result<()> {
        within("InverseTimeDecay's initial", self.initial, 0.0..)?;
        within("InverseTimeDecay's rate", self.rate, 0.0..)?;
        at_least_one_step("InverseTimeDecay's steps", self.steps)
    }
}

/// A constant learning rate per interval: `first`, and after the step of each boundary the rate given with that
/// boundary.
///
/// ```
/// use taut::{PiecewiseConstantDecay, Schedule};
/// let decay = PiecewiseConstantDecay { first: 0.1, then: vec![(1000, 0.05), (2000, 0.01)] };
/// assert_eq!([1000, 1001, 5000].map(|step| decay.at(step)), [0.1, 0.05, 0.01]);
/// ```
///
/// See <https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/>.
#[derive(Clone, Debug, PartialEq)]
pub struct PiecewiseConstantDecay {
    /// The first learning rate.
    pub first: f32,
    /// Increasing boundaries in steps, each with the learning rate after it.
    pub then: Vec<(u64, f32)>,
}

impl Schedule for PiecewiseConstantDecay {
    fn at(&self, step: u64) -> f32 {
        self.then.iter().rev().find(|(boundary, _)| step > *boundary).map_or(self.first, |(_, rate)| *rate)
    }
    fn validate(&self) -> Result<()> {
        for rate in self.then.iter().map(|(_, rate)| *rate).chain([self.first]) {
            within("PiecewiseConstantDecay's learning rates", rate, 0.0..)?;
        }
        if self.then.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Ok(());
        }
        let boundaries: Vec<u64> = self.then.iter().map(|(boundary, _)| *boundary).collect();
        Err(Error::argument("PiecewiseConstantDecay's boundaries", "increasing numbers", format!("{boundaries:?}")))
    }
}

/// `(initial - end) · (1 - step / steps)ᵖ + end`, with the power `p`.
///
/// After `steps` steps the learning rate stays at `end`. With `cycle` it jumps up instead, and reaches `end` after two,
/// three, … times `steps`.
///
/// ```
/// use taut::{PolynomialDecay, Schedule};
/// let decay = PolynomialDecay::new(0.1, 100);
/// assert_eq!([decay.at(0), decay.at(100), decay.at(200)], [0.1, 1e-4, 1e-4]);
/// ```
///
/// See <https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PolynomialDecay {
    /// The first learning rate.
    pub initial: f32,
    /// The number of steps until `end` is reached.
    pub steps: u64,
    /// The last learning rate, 0.0001 by default.
    pub end: f32,
    /// The power `p`, 1 by default.
    pub power: f32,
    /// Whether the decay restarts; false by default.
    pub cycle: bool,
}

impl PolynomialDecay {
    /// A linear decay from `initial` to 0.0001 in `steps` steps.
    pub fn new(initial: f32, steps: u64) -> Self {
        PolynomialDecay { initial, steps, end: 1e-4, power: 1.0, cycle: false }
    }
}

impl Schedule for PolynomialDecay {
    fn at(&self, step: u64) -> f32 {
        let (initial, end) = (self.initial as f64, self.end as f64);
        let cycles = if self.cycle { step.div_ceil(self.steps).max(1) } else { 1 };
        let passed = (step as f64 / (self.steps as f64 * cycles as f64)).min(1.0);
        ((initial - end) * (1.0 - passed).powf(self.power as f64) + end) as f32
    }
    fn validate(&self) -> Result<()> {
        within("PolynomialDecay's initial", self.initial, 0.0..)?;
        within("PolynomialDecay's end", self.end, 0.0..)?;
        within("PolynomialDecay's power", self.power, 0.0..)?;
        at_least_one_step("PolynomialDecay's steps", self.steps)
    }
}

/// A cosine from the first learning rate down to `alpha` times that rate, with an optional linear warm-up.
///
/// ```text
/// warm-up:  initial + (target - initial) · step / warmup_steps
/// then:     top · ((1 - α)(1 + cos(π p)) / 2 + α)      p = (step - warmup_steps) / steps, at most 1
/// ```
///
/// `top` is the target of the warm-up, or, without one, the initial learning rate.
///
/// ```
/// use taut::{CosineDecay, Schedule};
/// assert_eq!(CosineDecay::new(0.1, 100).at(50), 0.05);
/// let warm = CosineDecay { warmup_target: Some(0.1), warmup_steps: 10, ..CosineDecay::new(0.0, 100) };
/// assert_eq!([warm.at(5), warm.at(10), warm.at(60)], [0.05, 0.1, 0.05]);
/// ```
///
/// See <https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/> and I. Loshchilov and F. Hutter, *SGDR:
/// Stochastic Gradient Descent with Warm Restarts*, 2017.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineDecay {
    /// The first learning rate.
    pub initial: f32,
    /// The number of steps of the decay, without the warm-up.
    pub steps: u64,
    /// The last learning rate as a fraction of the largest, 0 by default.
    pub alpha: f32,
    /// The learning rate after the warm-up; `None`, the default, for no warm-up.
    pub warmup_target: Option<f32>,
    /// The number of steps of the warm-up, 0 by default.
    pub warmup_steps: u64,
}

impl CosineDecay {
    /// A decay from `initial` to 0 in `steps` steps.
    pub fn new(initial: f32, steps: u64) -> Self {
        CosineDecay { initial, steps, alpha: 0.0, warmup_target: None, warmup_steps: 0 }
    }
}

impl Schedule for CosineDecay {
    fn at(&self, step: u64) -> f32 {
        let Some(target) = self.warmup_target else {
            let passed = (step as f64 / self.steps as f64).min(1.0);
            return (self.initial as f64 * cosine(passed, self.alpha)) as f32;
        };
        let Some(after) = step.checked_sub(self.warmup_steps) else {
            let (from, to) = (self.initial as f64, target as f64);
            return (from + (to - from) * step as f64 / self.warmup_steps as f64) as f32;
        };
        let passed = (after as f64 / self.steps as f64).min(1.0);
        (target as f64 * cosine(passed, self.alpha)) as f32
    }
    fn validate(&self) -> Result<()> {
        within("CosineDecay's initial", self.initial, 0.0..)?;
        within("CosineDecay's alpha", self.alpha, 0.0..)?;
        within("CosineDecay's warmup_target", self.warmup_target.unwrap_or(0.0), 0.0..)?;
        at_least_one_step("CosineDecay's steps", self.steps)
    }
}

/// Repeated cosine decays: each takes `t_mul` times as many steps as the one before, and starts `m_mul` times as high.
///
/// ```
/// use taut::{CosineDecayRestarts, Schedule};
/// let decay = CosineDecayRestarts { m_mul: 0.5, ..CosineDecayRestarts::new(0.1, 100) };
/// assert_eq!([0, 50, 100, 200].map(|step| decay.at(step)), [0.1, 0.05, 0.05, 0.025]);
/// ```
///
/// See <https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts/>, and the paper of
/// [`CosineDecay`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineDecayRestarts {
    /// The first learning rate.
    pub initial: f32,
    /// The number of steps of the first cosine.
    pub first_steps: u64,
    /// The factor of the number of steps from one cosine to the next, at least 1; 2 by default.
    pub t_mul: f32,
    /// The factor of the height from one cosine to the next; 1 by default.
    pub m_mul: f32,
    /// The end of each as a fraction of the first learning rate, 0 by default.
    pub alpha: f32,
}

impl CosineDecayRestarts {
    /// Decays from `initial` to 0: the first in `first_steps` steps, each further one in twice as many.
    pub fn new(initial: f32, first_steps: u64) -> Self {
        CosineDecayRestarts { initial, first_steps, t_mul: 2.0, m_mul: 1.0, alpha: 0.0 }
    }
}

impl Schedule for CosineDecayRestarts {
    fn at(&self, step: u64) -> f32 {
        let (passed, t) = (step as f64 / self.first_steps as f64, self.t_mul as f64);
        let (restarts, passed) = if t == 1.0 {
            (passed.floor(), passed.fract())
        } else {
            let restarts = ((1.0 - passed * (1.0 - t)).ln() / t.ln() + 1e-12).floor();
            let before = (1.0 - t.powf(restarts)) / (1.0 - t);
            (restarts, ((passed - before) / t.powf(restarts)).max(0.0))
        };
        let height = (self.m_mul as f64).powf(restarts);
        let alpha = self.alpha as f64;
        (self.initial as f64 * ((1.0 - alpha) * height * cosine(passed, 0.0) + alpha)) as f32
    }
    fn validate(&self) -> Result<()> {
        within("CosineDecayRestarts' initial", self.initial, 0.0..)?;
        within("CosineDecayRestarts' t_mul", self.t_mul, 1.0..)?;
        within("CosineDecayRestarts' m_mul", self.m_mul, 0.0..)?;
        within("CosineDecayRestarts' alpha", self.alpha, 0.0..)?;
        at_least_one_step("CosineDecayRestarts' first_steps", self.first_steps)
    }
}
