use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::{POSITIVE, settings};
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// FTRL, *follow the regularized leader*: an L1 penalty makes weights exactly zero.
///
/// ```text
/// n' = n + g²                 n = 0.1 at first
/// z += g + 2 s w - (n'^-p - n^-p) / η · w
/// w = (clip(z, -λ₁, λ₁) - z) / (n'^-p / η + 2 (λ₂ + β / 2η))
/// ```
///
/// The first step overwrites the initial weights. A learning rate of 0, which a schedule may end with, gives NaN, as in
/// Keras.
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Ftrl, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Ftrl { learning_rate: 0.1, l1: 0.01, ..Ftrl::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - (2.0 - 0.01) * 0.1 / 4.1_f32.sqrt()).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/ftrl/> and H. B. McMahan et al., *Ad Click Prediction: a View from the
/// Trenches*, 2013.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ftrl {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `p`, at most 0; -0.5 by default.
    pub learning_rate_power: f32,
    /// The first value of `n`, 0.1 by default.
    pub initial_accumulator: f32,
    /// `λ₁`, 0 by default.
    pub l1: f32,
    /// `λ₂`, 0 by default.
    pub l2: f32,
    /// `s`, 0 by default.
    pub l2_shrinkage: f32,
    /// `β`, 0 by default.
    pub beta: f32,
}

impl Default for Ftrl {
    fn default() -> Self {
        Ftrl {
            learning_rate: 1e-3,
            learning_rate_power: -0.5,
            initial_accumulator: 0.1,
            l1: 0.0,
            l2: 0.0,
            l2_shrinkage: 0.0,
            beta: 0.0,
        }
    }
}

impl Optimizer for Ftrl {
    const NAME: &'static str = "Ftrl";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 { MomentInfo::SUM_OF_SQUARES } else { MomentInfo::signed("linear term") }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Ftrl {
        learning_rate: POSITIVE,
        learning_rate_power: ..=0.0,
        initial_accumulator: 0.0..,
        l1: 0.0..,
        l2: 0.0..,
        l2_shrinkage: 0.0..,
        beta: 0.0..
    });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Ftrl { learning_rate_power, initial_accumulator, l1, l2, l2_shrinkage, beta, .. } = *self;
        let rate = info.learning_rate;
        let l2 = 2.0 * (l2 + beta / (2.0 * rate));
        let step = Step { rate, l1, l2, l2_shrinkage };
        move |w: &mut [f32], g: &mut [f32], [n, z, ..]: Moments, _: &[usize]| {
            if info.step == 1 {
                n.fill(initial_accumulator);
            }
            // The default is a square root, which has vector instructions.
            if learning_rate_power == -0.5 {
                step.make(w, g, [n, z], kernels::sqrt);
            } else {
                step.make(w, g, [n, z], |n| n.powf(-learning_rate_power));
            }
        }
    }
}

/// The numbers of a step.
struct Step {
    rate: f32,
    l1: f32,
    /// `2 (λ₂ + β / 2η)`.
    l2: f32,
    l2_shrinkage: f32,
}

impl Step {
    fn make(&self, w: &mut [f32], g: &[f32], moments: [&mut [f32]; 2], power: impl Fn(f32) -> f32) {
        let Step { rate, l1, l2, l2_shrinkage } = *self;
        let change = |w: f32, g: f32, [n, z]: [f32; 2]| {
            let sum = n + g * g;
            let z = z + g + 2.0 * l2_shrinkage * w - (power(sum) - power(n)) / rate * w;
            let bounded = if z > l1 {
                l1
            } else if z < -l1 {
                -l1
            } else {
                z
            };
            ((bounded - z) / (power(sum) / rate + l2), [sum, z])
        };
        kernels::update(&change, w, g, moments);
    }
}
