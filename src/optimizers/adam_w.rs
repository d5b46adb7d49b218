use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::adam::Adam;
use crate::optimizers::optimizer::Optimizer;

/// [`Adam`] with weight decay: `w -= η d w` before each step.
///
/// The same as `Adam` with [`OptimizerOptions::weight_decay`](crate::OptimizerOptions::weight_decay).
///
/// ```
/// use taut::{initializers::Ones, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Ones.into());
/// let adam_w = AdamW { learning_rate: 0.1, weight_decay: 0.01, ..AdamW::default() };
/// let mut model = model.compile(adam_w, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is 0
/// assert!((model.net().kernel[0] - (1.0 - 0.1 * 0.01)).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/adamw/> and I. Loshchilov and F. Hutter, *Decoupled Weight Decay
/// Regularization*, 2019.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdamW {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `d`, 0.004 by default.
    pub weight_decay: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
    /// As [`Adam`]'s; false by default.
    pub amsgrad: bool,
}

impl Default for AdamW {
    fn default() -> Self {
        let Adam { learning_rate, beta_1, beta_2, epsilon, amsgrad } = Adam::default();
        AdamW { learning_rate, weight_decay: 0.004, beta_1, beta_2, epsilon, amsgrad }
    }
}

impl AdamW {
    fn adam(&self) -> Adam {
        let AdamW { learning_rate, beta_1, beta_2, epsilon, amsgrad, .. } = *self;
        Adam { learning_rate, beta_1, beta_2, epsilon, amsgrad }
    }
}

impl Optimizer for AdamW {
    const NAME: &'static str = "AdamW";

    fn moments(&self) -> usize {
        self.adam().moments()
    }

    fn moment(&self, index: usize) -> MomentInfo {
        self.adam().moment(index)
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(AdamW { learning_rate: 0.0.., weight_decay: 0.0.., beta_1: 0.0..1.0, beta_2: 0.0..1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let rule = self.adam().into_rule(info);
        let decay = if info.weight_decay { info.learning_rate * self.weight_decay } else { 0.0 };
        move |w: &mut [f32], g: &mut [f32], moments: Moments, shape: &[usize]| {
            if decay != 0.0 {
                kernels::map_in_place(&|w| w - w * decay, w);
            }
            rule(w, g, moments, shape);
        }
    }
}
