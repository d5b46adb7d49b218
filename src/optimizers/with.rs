use crate::io::error::{Error, Result};
use crate::kernels;
use crate::optimizers::{MEMORY, Memory, Now, Optimizer, POSITIVE, Rule, within};
use crate::schedules::LearningRate;
use crate::text::Text;
use std::mem::take;

/// What any optimizer may do beside its rule; nothing by default.
///
/// In a step, in this order, as in Keras: gradients are added up, clipped; weights decay; the optimizer's rule; the average follows.
///
/// ```
/// use taut::prelude::*;
/// let optimizer = Adam::default().with(Options { weight_decay: 0.01, clip: Clip::Norm(1.0), ..Options::default() });
/// let warm = Sgd::default().with(Options {
///     learning_rate: CosineDecay { warmup_target: Some(0.1), warmup_steps: 100, ..CosineDecay::new(0.0, 1000) }.into(),
///     ema: Some(Ema::default()),
///     accumulate: 4,
///     ..Options::default()
/// });
/// # Model::<Vector<4>, Dense<4, 1>>::new(1).compile(optimizer, MeanSquaredError, ());
/// # Model::<Vector<4>, Dense<4, 1>>::new(1).compile(warm, MeanSquaredError, ());
/// ```
///
/// See <https://keras.io/api/optimizers/>.
#[derive(Clone, Debug)]
pub struct Options {
    /// The schedule of the learning rate; by default the optimizer's own number. Where there is one, a callback that changes the learning
    /// rate is an error, as in Keras.
    pub learning_rate: LearningRate,
    /// `d` of `w -= η d w`, before each step of the rule; 0 by default. Tensors are left out by [`Slot::no_weight_decay`](crate::Slot).
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

impl Default for Options {
    fn default() -> Self {
        Options {
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

/// An optimizer with [`Options`]: what [`Optimizer::with`] makes.
#[derive(Clone, Debug)]
pub struct With<O> {
    /// The optimizer.
    pub optimizer: O,
    /// What it does beside.
    pub options: Options,
}

impl Options {
    /// What is remembered beside what the optimizer remembers.
    fn moments(&self) -> usize {
        self.ema.is_some() as usize + (self.accumulate > 1) as usize
    }

    /// Which of so many moments is the average.
    pub(crate) fn average_of(&self, moments: usize) -> Option<usize> {
        self.ema.map(|_| moments - self.moments())
    }

    /// In how many steps there is one of the rule.
    fn every(&self) -> u64 {
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

impl<O: Optimizer> With<O> {
    const TEXT: &'static Text<256> = &Text::new("With<").push(O::NAME.as_bytes()).push(b">");
}

impl<O: Optimizer> Optimizer for With<O> {
    const NAME: &'static str = Self::TEXT.as_str();

    fn moments(&self) -> usize {
        self.optimizer.moments() + self.options.moments()
    }

    fn learning_rate(&mut self) -> &mut f32 {
        self.optimizer.learning_rate()
    }

    fn options(&self) -> Option<&Options> {
        Some(&self.options)
    }

    fn is_elementwise(&self) -> bool {
        self.optimizer.is_elementwise() && !matches!(self.options.clip, Clip::Norm(_) | Clip::GlobalNorm(_))
    }

    fn validate(&self) -> Result<()> {
        self.optimizer.validate()?;
        if self.optimizer.options().is_some() {
            return Err(Error::argument("an optimizer's options", "one set of them", "options in options"));
        }
        within("Options' weight_decay", self.options.weight_decay, 0.0..)?;
        match self.options.clip {
            Clip::None => Ok(()),
            Clip::Norm(c) => within("Clip::Norm", c, POSITIVE),
            Clip::Value(c) => within("Clip::Value", c, POSITIVE),
            Clip::GlobalNorm(c) => within("Clip::GlobalNorm", c, POSITIVE),
        }?;
        self.options.ema.map_or(Ok(()), |ema| within("Ema's momentum", ema.momentum, 0.0..=1.0))?;
        self.options.learning_rate.get().map_or(Ok(()), |schedule| schedule.validate())
    }

    fn rule(&self, now: Now) -> impl Rule {
        let With { optimizer, options: Options { weight_decay, clip, ema, .. } } = self;
        let every = self.options.every();
        // The step of the rule that this one belongs to.
        let step = (now.step - 1) / every + 1;
        let due = now.step.is_multiple_of(every);
        let rule = optimizer.rule(Now { step, ..now });
        let average_at = optimizer.moments();
        let sum_at = average_at + ema.is_some() as usize;
        let decay = if now.weight_decay { now.learning_rate * weight_decay } else { 0.0 };
        move |w: &mut [f32], g: &mut [f32], mut memory: Memory, shape: &[usize]| {
            let average = if ema.is_some() { take(&mut memory[average_at]) } else { &mut [] };
            if every > 1 {
                let sum = take(&mut memory[sum_at]);
                if due {
                    kernels::zip(&|g, sum| (g + sum) / every as f32, g, sum);
                    sum.fill(0.0);
                } else {
                    kernels::add_scaled(sum, 1.0, g);
                }
            }
            if due {
                match *clip {
                    Clip::None => (),
                    Clip::Norm(c) => {
                        let norm = kernels::sum_of_squares(g).sqrt();
                        kernels::map_in_place(&|g| g * c / if norm < c { c } else { norm }, g);
                    }
                    // As NaN is neither above nor below, it stays.
                    Clip::Value(c) => kernels::map_in_place(
                        &|g: f32| {
                            if g > c {
                                c
                            } else if g < -c {
                                -c
                            } else {
                                g
                            }
                        },
                        g,
                    ),
                    Clip::GlobalNorm(_) => kernels::map_in_place(&|g| g * now.scale, g),
                }
                if decay != 0.0 {
                    kernels::map_in_place(&|w| w - w * decay, w);
                }
                rule(w, g, memory, shape);
            }
            if let Some(Ema { momentum, overwrite_frequency }) = *ema {
                let momentum = if step == 1 { 0.0 } else { momentum };
                kernels::zip(&|a, w| momentum * a + (1.0 - momentum) * w, average, w);
                if overwrite_frequency > 0 && step.is_multiple_of(overwrite_frequency as u64) {
                    w.copy_from_slice(average);
                }
            }
        }
    }
}

/// That the memory is enough for the optimizer.
pub(crate) fn check_memory(optimizer: &impl Optimizer) -> Result<()> {
    let moments = optimizer.moments();
    if moments > MEMORY {
        return Err(Error::argument("an optimizer's moments", format!("at most {MEMORY}"), moments));
    }
    optimizer.validate()
}
