use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::{Error, Result, within};
use crate::kernels;
use crate::optimizers::adam::Adam;
use crate::optimizers::optimizer::Optimizer;
use nalgebra::DMatrix;

/// Muon: momentum with orthogonal steps for matrices, and Adam with weight decay for all other tensors.
///
/// ```text
/// matrices: m = μ m + g       Nesterov: x = g + μ m, else x = m
///           x = x / ‖x‖       n times: A = x xᵀ    x = a x + (b A + c A²) x
///           w -= η d w        w -= η · rms · √(larger side) · x
/// others:   w -= η d' w       Adam's step with η · ratio
/// ```
///
/// Matrices are the kernels of dense and recurrent layers, not embeddings. Leave the last one out by
/// [`TensorOptions::as_vector`](crate::TensorOptions::as_vector), as Keras advises, too. No other optimizer allocates
/// in each step.
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Muon, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| {
///     net.kernel.initializer = Zeros.into(); // and `as_vector = true` for the last layer of a network
/// });
/// let mut model = model.compile(Muon { learning_rate: 0.1, ..Muon::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, of some η · rms
/// assert!((0.6..1.4).contains(&(model.net().kernel[0] / (0.1 * 0.2))));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/muon/>, K. Jordan et al., *Muon: An optimizer for hidden layers in neural
/// networks*, 2024, and J. Liu et al., *Muon is Scalable for LLM Training*, 2025.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Muon {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `μ`, 0.95 by default.
    pub momentum: f32,
    /// Whether to use Nesterov's momentum, which looks one step ahead; true by default.
    pub nesterov: bool,
    /// `n`, at most 100; 5 by default.
    pub newton_schulz_steps: u32,
    /// `a`, `b` and `c`; 3.4445, -4.775 and 2.0315 by default.
    pub coefficients: [f32; 3],
    /// `rms`, 0.2 by default; without it, a step is `η x`.
    pub rms_rate: Option<f32>,
    /// `d`, 0.004 by default.
    pub weight_decay: f32,
    /// Adam's `β₁`, 0.9 by default.
    pub adam_beta_1: f32,
    /// Adam's `β₂`, 0.999 by default.
    pub adam_beta_2: f32,
    /// Adam's `ε`, 1e-7 by default.
    pub epsilon: f32,
    /// `d'`, 0.004 by default.
    pub adam_weight_decay: f32,
    /// `ratio`, 1 by default.
    pub adam_learning_rate_ratio: f32,
}

impl Default for Muon {
    fn default() -> Self {
        Muon {
            learning_rate: 1e-3,
            momentum: 0.95,
            nesterov: true,
            newton_schulz_steps: 5,
            coefficients: [3.4445, -4.775, 2.0315],
            rms_rate: Some(0.2),
            weight_decay: 0.004,
            adam_beta_1: 0.9,
            adam_beta_2: 0.999,
            epsilon: 1e-7,
            adam_weight_decay: 0.004,
            adam_learning_rate_ratio: 1.0,
        }
    }
}

/// The iteration has long converged, or its coefficients do not let it.
const MOST_STEPS: u32 = 100;

impl Optimizer for Muon {
    const NAME: &'static str = "Muon";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 { MomentInfo::signed("velocity or mean") } else { MomentInfo::MEAN_OF_SQUARES }
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

    fn validate(&self) -> Result<()> {
        for coefficient in self.coefficients {
            within("Muon's coefficients", coefficient, ..)?;
        }
        within("Muon's rms_rate", self.rms_rate.unwrap_or(0.0), 0.0..)?;
        if self.newton_schulz_steps > MOST_STEPS {
            let expected = format!("at most {MOST_STEPS}");
            return Err(Error::argument("Muon's newton_schulz_steps", expected, self.newton_schulz_steps));
        }
        within("Muon's learning_rate", self.learning_rate, 0.0..)?;
        within("Muon's momentum", self.momentum, 0.0..=1.0)?;
        within("Muon's weight_decay", self.weight_decay, 0.0..)?;
        within("Muon's adam_beta_1", self.adam_beta_1, 0.0..1.0)?;
        within("Muon's adam_beta_2", self.adam_beta_2, 0.0..1.0)?;
        within("Muon's epsilon", self.epsilon, 0.0..)?;
        within("Muon's adam_weight_decay", self.adam_weight_decay, 0.0..)?;
        within("Muon's adam_learning_rate_ratio", self.adam_learning_rate_ratio, 0.0..)
    }

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Muon { momentum, nesterov, rms_rate, weight_decay, adam_weight_decay, .. } = *self;
        let rate = info.learning_rate;
        let adam = Adam {
            learning_rate: rate,
            beta_1: self.adam_beta_1,
            beta_2: self.adam_beta_2,
            epsilon: self.epsilon,
            amsgrad: false,
        };
        let adam = adam.into_rule(StepInfo { learning_rate: rate * self.adam_learning_rate_ratio, ..info });
        move |w: &mut [f32], g: &mut [f32], moments: Moments, shape: &[usize]| {
            let decay = |w: &mut [f32], decay: f32| {
                if info.weight_decay {
                    kernels::map_in_place(&|w| w - w * decay * rate, w);
                }
            };
            let [rows, columns] = *shape else {
                decay(w, adam_weight_decay);
                return adam(w, g, moments, shape);
            };
            decay(w, weight_decay);
            let [m, ..] = moments;
            kernels::zip(&|m, g| momentum * m + g, m, g);
            if nesterov {
                kernels::add_scaled(g, momentum, m);
            } else {
                g.copy_from_slice(m);
            }
            // `nalgebra` stores columns, so that `x` is the transposed matrix, and so is the result.
            let mut x = DMatrix::from_column_slice(columns, rows, g);
            self.orthogonalize(&mut x);
            let size = rms_rate.map_or(1.0, |rms| rms * (rows.max(columns) as f32).sqrt());
            kernels::add_scaled(w, -rate * size, x.as_slice());
        }
    }
}

impl Muon {
    /// Brings all singular values of x near 1, by the Newton-Schulz iteration.
    fn orthogonalize(&self, x: &mut DMatrix<f32>) {
        let [a, b, c] = self.coefficients;
        let norm = kernels::norm(x.as_slice()) + 1e-7;
        *x /= norm;
        // x xᵀ and xᵀ x give the same result: computes the smaller one.
        let wide = x.ncols() >= x.nrows();
        for _ in 0..self.newton_schulz_steps {
            let square = if wide { &*x * x.transpose() } else { x.tr_mul(x) };
            let polynomial = &square * b + &square * &square * c;
            let rest = if wide { polynomial * &*x } else { &*x * polynomial };
            *x = &*x * a + rest;
        }
    }
}
