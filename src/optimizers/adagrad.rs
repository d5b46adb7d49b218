use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Adagrad: steps divided by the root of the sum of all squared gradients so far.
///
/// ```text
/// a += g²                     a = 0.1 at first
/// w -= η g / √(a + ε)
/// ```
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Adagrad, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Adagrad { learning_rate: 0.1, ..Adagrad::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 0.1 * 2.0 / 4.1_f32.sqrt()).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/adagrad/> and J. Duchi, E. Hazan and Y. Singer, *Adaptive Subgradient Methods
/// for Online Learning and Stochastic Optimization*, 2011.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adagrad {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// The first value of `a`, 0.1 by default.
    pub initial_accumulator: f32,
    /// `ε`, 1e-7 by default.
    pub epsilon: f32,
}

impl Default for Adagrad {
    fn default() -> Self {
        Adagrad { learning_rate: 1e-3, initial_accumulator: 0.1, epsilon: 1e-7 }
    }
}

impl Optimizer for Adagrad {
    const NAME: &'static str = "Adagrad";

    fn moments(&self) -> usize {
        1
    }

    fn moment(&self, _: usize) -> MomentInfo {
        MomentInfo::SUM_OF_SQUARES
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Adagrad { learning_rate: 0.0.., initial_accumulator: 0.0.., epsilon: 0.0.. });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Adagrad { initial_accumulator, epsilon, .. } = *self;
        move |w: &mut [f32], g: &mut [f32], [a, ..]: Moments, _: &[usize]| {
            if info.step == 1 {
                a.fill(initial_accumulator);
            }
            let change = |w: f32, g: f32, [a]: [f32; 1]| {
                let a = a + g * g;
                (w - info.learning_rate * g / kernels::sqrt(a + epsilon), [a])
            };
            kernels::update(&change, w, g, [a]);
        }
    }
}
