use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::settings;
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Gradient descent, with or without momentum.
///
/// ```text
/// without momentum:  w -= η g
/// with momentum μ:   m = μ m - η g    w += m        Nesterov: w += μ m - η g
/// ```
///
/// ```
/// use taut::{initializers::Zeros, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Sgd { learning_rate: 0.1, momentum: 0.9, nesterov: true }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - (0.9 * 0.2 + 0.2)).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/sgd/>.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sgd {
    /// `η`, 0.01 by default.
    pub learning_rate: f32,
    /// `μ`, 0 by default.
    pub momentum: f32,
    /// Whether to use Nesterov's momentum, which looks one step ahead; false by default.
    pub nesterov: bool,
}

impl Default for Sgd {
    fn default() -> Self {
        Sgd { learning_rate: 0.01, momentum: 0.0, nesterov: false }
    }
}

impl Sgd {
    /// Gradient descent with that learning rate, without momentum.
    ///
    /// ```
    /// assert_eq!(taut::Sgd::new(0.1), taut::Sgd { learning_rate: 0.1, momentum: 0.0, nesterov: false });
    /// ```
    #[must_use]
    pub fn new(learning_rate: f32) -> Self {
        Sgd { learning_rate, ..Sgd::default() }
    }
}

impl Optimizer for Sgd {
    const NAME: &'static str = "Sgd";

    fn moments(&self) -> usize {
        if self.momentum == 0.0 { 0 } else { 1 }
    }

    fn moment(&self, _: usize) -> MomentInfo {
        MomentInfo::VELOCITY
    }

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }

    settings!(Sgd { learning_rate: 0.0.., momentum: 0.0..=1.0 });

    fn rule(&self, StepInfo { learning_rate, .. }: StepInfo) -> impl Rule {
        let Sgd { momentum, nesterov, .. } = *self;
        move |w: &mut [f32], g: &mut [f32], [m, ..]: Moments, _: &[usize]| {
            if momentum == 0.0 {
                return kernels::add_scaled(w, -learning_rate, g);
            }
            kernels::zip(&|m, g| momentum * m - learning_rate * g, m, g);
            if nesterov {
                kernels::add_scaled(w, momentum, m);
                kernels::add_scaled(w, -learning_rate, g);
            } else {
                kernels::add_scaled(w, 1.0, m);
            }
        }
    }
}
