use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;
use std::ops::Bound::{Excluded, Included};

/// Schedule-free Adam: the weights are an average over the steps, which replaces a schedule.
///
/// ```text
/// v += (g² - v)(1 - β₂)
/// z -= η g / (√(v / (1 - β₂ᵗ)) + ε)           z = w at first
/// x = (w - (1 - β₁) z') / β₁                  z' is z before this step
/// x += (z - x) / t
/// w = (1 - β₁) z + β₁ x
/// ```
///
/// As in Keras, the weights that are trained and saved are `w`. In spite of the name, weights decay only with
/// [`OptimizerOptions::weight_decay`](crate::OptimizerOptions::weight_decay).
///
/// ```
/// use taut::{initializers::Zeros, optimizers::ScheduleFreeAdamW, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let optimizer = ScheduleFreeAdamW { learning_rate: 0.1, ..ScheduleFreeAdamW::default() };
/// let mut model = model.compile(optimizer, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 0.1).abs() < 1e-5);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/schedule_free_adamw/> and A. Defazio et al., *The Road Less Scheduled*, 2024.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ScheduleFreeAdamW {
    /// `η`, 0.0025 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-8 by default.
    pub epsilon: f32,
    /// The number of steps in which the learning rate rises from 0; 0 by default.
    pub warmup_steps: u64,
}

impl Default for ScheduleFreeAdamW {
    fn default() -> Self {
        ScheduleFreeAdamW { learning_rate: 0.0025, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, warmup_steps: 0 }
    }
}

impl Optimizer for ScheduleFreeAdamW {
    const NAME: &'static str = "ScheduleFreeAdamW";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 { MomentInfo::signed("weights before averaging") } else { MomentInfo::MEAN_OF_SQUARES }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(ScheduleFreeAdamW {
        learning_rate: 0.0..,
        beta_1: (Excluded(0.0), Included(1.0)),
        beta_2: 0.0..1.0,
        epsilon: 0.0..
    });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let ScheduleFreeAdamW { beta_1, beta_2, epsilon, warmup_steps, .. } = *self;
        let step = info.step as f32;
        let rate = info.learning_rate * if info.step < warmup_steps { step / warmup_steps as f32 } else { 1.0 };
        let correction = info.correction(beta_2) as f32;
        move |w: &mut [f32], g: &mut [f32], [z, v, ..]: Moments, _: &[usize]| {
            if info.step == 1 {
                z.copy_from_slice(w);
            }
            let change = |w: f32, g: f32, [z, v]: [f32; 2]| {
                let v = v + (g * g - v) * (1.0 - beta_2);
                let x = (w - (1.0 - beta_1) * z) / beta_1;
                let z = z - rate * g / (kernels::sqrt(v / correction) + epsilon);
                let x = (1.0 - 1.0 / step) * x + z / step;
                ((1.0 - beta_1) * z + beta_1 * x, [z, v])
            };
            kernels::update(&change, w, g, [z, v]);
        }
    }
}
