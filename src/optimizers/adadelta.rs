use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Adadelta: steps scaled by the root mean square of the last steps over that of the gradients.
///
/// ```text
/// a = ρ a + (1 - ρ) g²
/// d = -√(b + ε) / √(a + ε) · g
/// b = ρ b + (1 - ρ) d²        w += η d
/// ```
///
/// Keras's default learning rate is 0.001; the paper's is 1.
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Adadelta, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Adadelta { learning_rate: 1.0, ..Adadelta::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 2.0 * 1e-7_f32.sqrt() / (0.05_f32 * 4.0).sqrt()).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/adadelta/> and M. Zeiler, *ADADELTA: An Adaptive Learning Rate Method*, 2012.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adadelta {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `ρ`, 0.95 by default.
    pub rho: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
}

impl Default for Adadelta {
    fn default() -> Self {
        Adadelta { learning_rate: 1e-3, rho: 0.95, epsilon: 1e-7 }
    }
}

impl Optimizer for Adadelta {
    const NAME: &'static str = "Adadelta";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 { MomentInfo::MEAN_OF_SQUARES } else { MomentInfo::not_negative("mean of squared steps") }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Adadelta { learning_rate: 0.0.., rho: 0.0..=1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Adadelta { rho, epsilon, .. } = *self;
        move |w: &mut [f32], g: &mut [f32], [a, b, ..]: Moments, _: &[usize]| {
            let change = |w: f32, g: f32, [a, b]: [f32; 2]| {
                let a = rho * a + (1.0 - rho) * g * g;
                let d = -kernels::sqrt(b + epsilon) * g / kernels::sqrt(a + epsilon);
                (w + info.learning_rate * d, [a, rho * b + (1.0 - rho) * d * d])
            };
            kernels::update(&change, w, g, [a, b]);
        }
    }
}
