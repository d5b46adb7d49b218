use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Adam: steps along a moving mean of the gradients, divided by the root of a moving mean of their squares.
///
/// ```text
/// m += (g - m)(1 - β₁)        v += (g² - v)(1 - β₂)
/// w -= η √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)
/// ```
///
/// As in Keras, `ε` is added outside the bias-corrected root.
///
/// ```
/// use taut::{initializers::Zeros, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Adam { beta_1: 0.95, ..Adam::new(0.1) }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2, and as long as the rate
/// assert!((model.net().kernel[0] - 0.1).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/adam/> and D. Kingma and J. Ba, *Adam: A Method for Stochastic Optimization*,
/// 2014; for AMSGrad S. Reddi, S. Kale and S. Kumar, *On the Convergence of Adam and Beyond*, 2018.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adam {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `β₁`, 0.9 by default.
    pub beta_1: f32,
    /// `β₂`, 0.999 by default.
    pub beta_2: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
    /// Whether the root is of the largest `v` so far (AMSGrad); false by default.
    pub amsgrad: bool,
}

impl Default for Adam {
    fn default() -> Self {
        Adam { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, amsgrad: false }
    }
}

impl Adam {
    /// Adam with that learning rate.
    ///
    /// ```
    /// assert_eq!(taut::Adam::new(0.01), taut::Adam { learning_rate: 0.01, ..taut::Adam::default() });
    /// ```
    #[must_use]
    pub fn new(learning_rate: f32) -> Self {
        Adam { learning_rate, ..Adam::default() }
    }
}

impl Optimizer for Adam {
    const NAME: &'static str = "Adam";

    fn moments(&self) -> usize {
        if self.amsgrad { 3 } else { 2 }
    }

    fn moment(&self, index: usize) -> MomentInfo {
        match index {
            0 => MomentInfo::MEAN,
            1 => MomentInfo::MEAN_OF_SQUARES,
            _ => MomentInfo::not_negative("largest mean of squares"),
        }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Adam { learning_rate: 0.0.., beta_1: 0.0..1.0, beta_2: 0.0..1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        self.into_rule(info)
    }
}

impl Adam {
    /// The rule, which borrows nothing, so that other optimizers can hold it.
    pub(super) fn into_rule(self, info: StepInfo) -> impl Rule + use<> {
        let Adam { beta_1, beta_2, epsilon, amsgrad, .. } = self;
        let rate = (info.learning_rate as f64 * info.correction(beta_2).sqrt() / info.correction(beta_1)) as f32;
        move |w: &mut [f32], g: &mut [f32], [m, v, largest, ..]: Moments, _: &[usize]| {
            if !amsgrad {
                return kernels::adam(w, g, m, v, rate, beta_1, beta_2, epsilon);
            }
            let change = |w: f32, g: f32, [m, v, largest]: [f32; 3]| {
                let m = m + (g - m) * (1.0 - beta_1);
                let v = v + (g * g - v) * (1.0 - beta_2);
                let largest = if largest > v { largest } else { v };
                (w - m * rate / (kernels::sqrt(largest) + epsilon), [m, v, largest])
            };
            kernels::update(&change, w, g, [m, v, largest]);
        }
    }
}
