use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// RMSprop: steps divided by the root mean square of the last gradients.
///
/// ```text
/// v = ρ v + (1 - ρ) g²        centered: a = ρ a + (1 - ρ) g, and v - a² for v below
/// d = η g / √(v + ε)
/// w -= d                      with momentum μ: m = μ m + d    w -= m
/// ```
///
/// As in Keras, `ε` is added inside the root.
///
/// ```
/// use taut::{initializers::Zeros, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let rms_prop = RmsProp { learning_rate: 0.1, momentum: 0.9, centered: true, ..RmsProp::default() };
/// let mut model = model.compile(rms_prop, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 0.1 * 2.0 / (0.1_f32 * 4.0 - 0.04).sqrt()).abs() < 1e-5);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/rmsprop/> and G. Hinton, *Neural Networks for Machine Learning*, lecture 6e,
/// 2012.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RmsProp {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `ρ`, 0.9 by default.
    pub rho: f32,
    /// `μ`, 0 by default.
    pub momentum: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
    /// Whether to divide by the standard deviation of the gradients; false by default.
    pub centered: bool,
}

impl Default for RmsProp {
    fn default() -> Self {
        RmsProp { learning_rate: 1e-3, rho: 0.9, momentum: 0.0, epsilon: 1e-7, centered: false }
    }
}

impl Optimizer for RmsProp {
    const NAME: &'static str = "RmsProp";

    fn moments(&self) -> usize {
        1 + (self.momentum > 0.0) as usize + self.centered as usize
    }

    fn moment(&self, index: usize) -> MomentInfo {
        match (index, self.centered) {
            (0, _) => MomentInfo::MEAN_OF_SQUARES,
            (1, true) => MomentInfo::MEAN,
            _ => MomentInfo::VELOCITY,
        }
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(RmsProp { learning_rate: 0.0.., rho: 0.0..=1.0, momentum: 0.0..=1.0, epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let RmsProp { rho, momentum, epsilon, centered, .. } = *self;
        let rate = info.learning_rate;
        // The mean square, and, if centered, the mean.
        let square = move |v: f32, g: f32| rho * v + (1.0 - rho) * g * g;
        let mean = move |a: f32, g: f32| rho * a + (1.0 - rho) * g;
        let step = move |g: f32, v: f32, a: f32| rate * g / kernels::sqrt(v - a * a + epsilon);
        move |w: &mut [f32], g: &mut [f32], [v, a, b, ..]: Moments, _: &[usize]| match (centered, momentum > 0.0) {
            (false, false) => {
                let change = |w: f32, g: f32, [v]: [f32; 1]| {
                    let v = square(v, g);
                    (w - step(g, v, 0.0), [v])
                };
                kernels::update(&change, w, g, [v]);
            }
            (false, true) => {
                let change = |w: f32, g: f32, [v, m]: [f32; 2]| {
                    let v = square(v, g);
                    let m = momentum * m + step(g, v, 0.0);
                    (w - m, [v, m])
                };
                kernels::update(&change, w, g, [v, a]);
            }
            (true, false) => {
                let change = |w: f32, g: f32, [v, a]: [f32; 2]| {
                    let (v, a) = (square(v, g), mean(a, g));
                    (w - step(g, v, a), [v, a])
                };
                kernels::update(&change, w, g, [v, a]);
            }
            (true, true) => {
                let change = |w: f32, g: f32, [v, a, m]: [f32; 3]| {
                    let (v, a) = (square(v, g), mean(a, g));
                    let m = momentum * m + step(g, v, a);
                    (w - m, [v, a, m])
                };
                kernels::update(&change, w, g, [v, a, b]);
            }
        }
    }
}
