//! An optimizer with options.

use crate::contract::rule::{MAX_MOMENTS, Moments, Rule, StepInfo};
use crate::io::error::{Error, POSITIVE, Result, within};
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;
use crate::optimizers::options::{Clip, Ema, OptimizerOptions, With};
use crate::text::Text;
use std::mem::take;

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
        within("OptimizerOptions' weight_decay", self.options.weight_decay, 0.0..)?;
        match self.options.clip {
            Clip::None => Ok(()),
            Clip::Norm(c) => within("Clip::Norm", c, POSITIVE),
            Clip::Value(c) => within("Clip::Value", c, POSITIVE),
            Clip::GlobalNorm(c) => within("Clip::GlobalNorm", c, POSITIVE),
        }?;
        self.options.ema.map_or(Ok(()), |ema| within("Ema's momentum", ema.momentum, 0.0..=1.0))?;
        self.options.learning_rate.get().map_or(Ok(()), |schedule| schedule.validate())
    }

    fn rule(&self, info: StepInfo) -> impl Rule {
        let With { optimizer, options: OptimizerOptions { weight_decay, clip, ema, .. } } = self;
        let every = self.options.every();
        // The step of the rule that this one belongs to.
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
                    Clip::GlobalNorm(_) => kernels::map_in_place(&|g| g * info.scale, g),
                }
                if decay != 0.0 {
                    kernels::map_in_place(&|w| w - w * decay, w);
                }
                rule(w, g, moments, shape);
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
    if moments > MAX_MOMENTS {
        return Err(Error::argument("an optimizer's moments", format!("at most {MAX_MOMENTS}"), moments));
    }
    optimizer.validate()
}
