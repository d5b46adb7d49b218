//! The step of an optimizer with options.

use crate::contract::rule::{MAX_MOMENTS, MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::{Error, Result};
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;
use crate::optimizers::options::{Clip, OptimizerOptions, With};
use crate::text::Text;
use std::mem::take;

impl<O: Optimizer> With<O> {
    const TEXT: &'static Text<256> = &Text::new("With<").push(O::NAME.as_bytes()).push(b">");
}

impl<O: Optimizer> Optimizer for With<O> {
    const NAME: &'static str = Self::TEXT.as_str();

    fn moments(&self) -> usize {
        self.optimizer.moments().saturating_add(self.options.moments())
    }

    fn moment(&self, index: usize) -> MomentInfo {
        match index.checked_sub(self.optimizer.moments()) {
            None => self.optimizer.moment(index),
            Some(0) if self.options.ema.is_some() => MomentInfo::signed("average of weights"),
            Some(_) => MomentInfo::signed("sum of gradients"),
        }
    }

    fn learning_rate(&self) -> f32 {
        self.optimizer.learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.optimizer.set_learning_rate(learning_rate);
    }

    fn options(&self) -> Option<&OptimizerOptions> {
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
        self.options.validate()
    }

    fn rule(&self, info: StepInfo) -> impl Rule {
        let With { optimizer, options: OptimizerOptions { weight_decay, clip, ema, .. } } = self;
        let every = self.options.every();
        // Steps of the rule are counted apart from those in which gradients are only added up.
        let step = (info.step - 1) / every + 1;
        let due = info.step.is_multiple_of(every);
        let rule = optimizer.rule(StepInfo { step, ..info });
        let average_at = optimizer.moments();
        let sum_at = average_at + ema.is_some() as usize;
        let decay = if info.weight_decay { info.learning_rate * weight_decay } else { 0.0 };
        move |w: &mut [f32], g: &mut [f32], mut moments: Moments, shape: &[usize]| {
            let average = if ema.is_some() { take(&mut moments[average_at]) } else { &mut [] };
            if every > 1 {
                let sum = take(&mut moments[sum_at]);
                if due {
                    kernels::zip(&|g, sum| (g + sum) / every as f32, g, sum);
                    sum.fill(0.0);
                } else {
                    kernels::add_scaled(sum, 1.0, g);
                }
            }
            if due {
                clip.apply(g, info.scale);
                if decay != 0.0 {
                    kernels::map_in_place(&|w| w - w * decay, w);
                }
                rule(w, g, moments, shape);
            }
            if let Some(ema) = ema {
                ema.follow(w, average, step);
            }
        }
    }
}

/// Fails if the optimizer has more moments than there is room for, or a setting out of its range.
pub(crate) fn check_memory(optimizer: &impl Optimizer) -> Result<()> {
    let moments = optimizer.moments();
    if moments > MAX_MOMENTS {
        return Err(Error::argument("an optimizer's moments", format!("at most {MAX_MOMENTS}"), moments));
    }
    optimizer.validate()
}
