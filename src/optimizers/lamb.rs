use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// LAMB: Adam with the step of each tensor scaled to the norm of its weights.
///
/// ```text
/// m += (g - m)(1 - β₁)        v += (g² - v)(1 - β₂)
/// d = m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε)
/// w -= η ‖w‖ / ‖d‖ · d        without the norms if one of them is 0
/// ```
///
/// ```
/// use taut::{initializers::Constant, optimizers::Lamb, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([11.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1)
///     .layers(|net| net.kernel.initializer = Constant(10.0).into());
/// let mut model = model.compile(Lamb { learning_rate: 0.01, ..Lamb::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, by a hundredth of the weight
/// assert!((model.net().kernel[0] - 10.1).abs() < 1e-5);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/lamb/> and Y. You et al., *Large Batch Optimization for Deep Learning: Training
/// BERT in 76 minutes*, 2019.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Lamb {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
}

impl Default for Lamb {
    fn default() -> Self {
        Lamb { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

impl Optimizer for Lamb {
    const NAME: &'static str = "Lamb";

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

    fn is_elementwise(&self) -> bool {
        false
    }

    settings!(Lamb { learning_rate: 0.0.., beta_1: 0.0..1.0, beta_2: 0.0..1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Lamb { beta_1, beta_2, epsilon, .. } = *self;
        let [of_m, of_v] = [beta_1, beta_2].map(|beta| info.correction(beta) as f32);
        move |w: &mut [f32], g: &mut [f32], [m, v, ..]: Moments, _: &[usize]| {
            kernels::zip(&|m, g| m + (g - m) * (1.0 - beta_1), m, g);
            kernels::zip(&|v, g| v + (g * g - v) * (1.0 - beta_2), v, g);
            // The step, in the gradient's place.
            g.copy_from_slice(m);
            kernels::zip(&|m, v: f32| m / of_m / (kernels::sqrt(v / of_v) + epsilon), g, v);
            let (of_w, of_step) = (kernels::norm(w), kernels::norm(g));
            let ratio = if of_w > 0.0 && of_step > 0.0 { of_w / of_step } else { 1.0 };
            kernels::add_scaled(w, -ratio * info.learning_rate, g);
        }
    }
}
