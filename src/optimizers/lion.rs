use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Lion: steps of one size along the sign of a mean of the gradients.
///
/// ```text
/// w -= η sign(β₁ m + (1 - β₁) g)
/// m = β₂ m + (1 - β₂) g
/// ```
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Lion, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Lion { learning_rate: 0.1, ..Lion::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2, of which the sign counts
/// assert!((model.net().kernel[0] - 0.1).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/lion/> and X. Chen et al., *Symbolic Discovery of Optimization Algorithms*,
/// 2023.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lion {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.99 by default.
    pub beta_2: f32,
}

impl Default for Lion {
    fn default() -> Self {
        Lion { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.99 }
    }
}

impl Optimizer for Lion {
    const NAME: &'static str = "Lion";

    fn moments(&self) -> usize {
        1
    }

    fn moment(&self, _: usize) -> MomentInfo {
        MomentInfo::MEAN
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Lion { learning_rate: 0.0.., beta_1: 0.0..1.0, beta_2: 0.0..1.0 });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Lion { beta_1, beta_2, .. } = *self;
        move |w: &mut [f32], g: &mut [f32], [m, ..]: Moments, _: &[usize]| {
            let change = |w: f32, g: f32, [m]: [f32; 1]| {
                let direction = beta_1 * m + (1.0 - beta_1) * g;
                // The sign, 0 at 0, and NaN of NaN.
                let sign = if direction == 0.0 || direction.is_nan() { direction } else { 1.0_f32.copysign(direction) };
                (w - info.learning_rate * sign, [beta_2 * m + (1.0 - beta_2) * g])
            };
            kernels::update(&change, w, g, [m]);
        }
    }
}
