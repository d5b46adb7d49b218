use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Adamax: Adam with a decaying maximum of the gradients in place of their root mean square.
///
/// ```text
/// m += (g - m)(1 - β₁)        u = max(β₂ u, |g|)
/// w -= η m / ((1 - β₁ᵗ)(u + ε))
/// ```
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Adamax, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Adamax { learning_rate: 0.1, ..Adamax::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 0.1).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/adamax/> and D. Kingma and J. Ba, *Adam: A Method for Stochastic Optimization*,
/// 2014, section 7.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adamax {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
}

impl Default for Adamax {
    fn default() -> Self {
        Adamax { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

impl Optimizer for Adamax {
    const NAME: &'static str = "Adamax";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 { MomentInfo::MEAN } else { MomentInfo::not_negative("largest gradient") }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Adamax { learning_rate: 0.0.., beta_1: 0.0..1.0, beta_2: 0.0..1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Adamax { beta_1, beta_2, epsilon, .. } = *self;
        let rate = (info.learning_rate as f64 / info.correction(beta_1)) as f32;
        move |w: &mut [f32], g: &mut [f32], [m, u, ..]: Moments, _: &[usize]| {
            let change = |w: f32, g: f32, [m, u]: [f32; 2]| {
                let m = m + (g - m) * (1.0 - beta_1);
                let (u, size) = (beta_2 * u, g.abs());
                // The larger one, or NaN.
                let u = if u > size { u } else { size };
                (w - rate * m / (u + epsilon), [m, u])
            };
            kernels::update(&change, w, g, [m, u]);
        }
    }
}
