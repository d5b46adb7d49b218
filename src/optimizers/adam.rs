use crate::kernels;
use crate::optimizers::{Optimizer, Rule};
use serde::{Deserialize, Serialize};

/// Adam: steps along a mean of gradients, divided by the root of a mean of their squares.
///
/// ```text
/// m += (g - m)(1 - β₁)        v += (g² - v)(1 - β₂)
/// w -= η √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)
/// ```
///
/// As in Keras, `ε` is added outside the bias-corrected root.
///
/// ```
/// use taut::Adam;
/// let slow = Adam::new(1e-4);
/// let steady = Adam { beta_1: 0.95, ..Adam::default() };
/// ```
///
/// See <https://keras.io/api/optimizers/adam/> and D. Kingma and J. Ba, *Adam: A Method for Stochastic Optimization*, 2014.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
}

impl Default for Adam {
    fn default() -> Self {
        Adam { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

impl Adam {
    /// Adam with that learning rate.
    pub fn new(learning_rate: f32) -> Self {
        Adam { learning_rate, ..Adam::default() }
    }
}

impl Optimizer for Adam {
    fn moments(&self) -> usize {
        2
    }

    fn learning_rate(&mut self) -> &mut f32 {
        &mut self.learning_rate
    }

    fn rule(&self, step: u64) -> impl Rule {
        let Adam { learning_rate, beta_1, beta_2, epsilon } = *self;
        let power = |beta: f32| (beta as f64).powf(step as f64);
        let rate = (learning_rate as f64 * (1.0 - power(beta_2)).sqrt() / (1.0 - power(beta_1))) as f32;
        move |w: &mut [f32], g: &mut [f32], [m, v, _]: [&mut [f32]; 3]| {
            kernels::adam(w, g, m, v, rate, beta_1, beta_2, epsilon);
        }
    }
}
