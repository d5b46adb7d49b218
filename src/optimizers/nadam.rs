use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Nadam: Adam with Nesterov's momentum, which looks one step ahead.
///
/// ```text
/// uₜ = β₁ (1 - 0.96ᵗ / 2)     Uₜ = u₁ · … · uₜ
/// m += (g - m)(1 - β₁)        v += (g² - v)(1 - β₂)
/// m̂ = uₜ₊₁ m / (1 - Uₜ₊₁) + (1 - uₜ) g / (1 - Uₜ)
/// w -= η m̂ / (√(v / (1 - β₂ᵗ)) + ε)
/// ```
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Nadam, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Nadam { learning_rate: 0.1, ..Nadam::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 0.106_279).abs() < 1e-5);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/nadam/> and T. Dozat, *Incorporating Nesterov Momentum into Adam*, 2016.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Nadam {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
}

impl Default for Nadam {
    fn default() -> Self {
        Nadam { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

impl Optimizer for Nadam {
    const NAME: &'static str = "Nadam";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 { MomentInfo::MEAN } else { MomentInfo::MEAN_OF_SQUARES }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Nadam { learning_rate: 0.0.., beta_1: 0.0..1.0, beta_2: 0.0..1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Nadam { beta_1, beta_2, epsilon, .. } = *self;
        let ahead = |step: u64| beta_1 as f64 * (1.0 - 0.5 * 0.96_f64.powf(step as f64));
        // Computes the product anew in each step, so that the state needs no number for it. From t = 500 on, 0.96ᵗ has
        // no effect.
        let (mut power, mut product) = (1.0, (beta_1 as f64).powf(info.step as f64));
        for _ in 0..info.step.min(500) {
            power *= 0.96;
            product *= 1.0 - 0.5 * power;
        }
        let (u, next) = (ahead(info.step), ahead(info.step + 1));
        let rate = info.learning_rate as f64;
        let of_m = (rate * next / (1.0 - product * next)) as f32;
        let of_g = (rate * (1.0 - u) / (1.0 - product)) as f32;
        let correction = info.correction(beta_2) as f32;
        move |w: &mut [f32], g: &mut [f32], [m, v, ..]: Moments, _: &[usize]| {
            let change = |w: f32, g: f32, [m, v]: [f32; 2]| {
                let m = m + (g - m) * (1.0 - beta_1);
                let v = v + (g * g - v) * (1.0 - beta_2);
                (w - (of_m * m + of_g * g) / (kernels::sqrt(v / correction) + epsilon), [m, v])
            };
            kernels::update(&change, w, g, [m, v]);
        }
    }
}
