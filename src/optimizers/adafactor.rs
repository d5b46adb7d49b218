use crate::contract::rule::{MomentInfo, Moments, Rule, StepInfo};
use crate::io::error::{POSITIVE, settings};
use crate::kernels;
use crate::optimizers::optimizer::Optimizer;

/// Adafactor: steps divided by the root of a mean square, factored into rows and columns, and scaled by the size of the
/// weights.
///
/// ```text
/// β = 1 - t^d                 ρ = min(η, 1/√t)
/// matrices: r = β r + (1 - β) · mean of (g² + ε₁) along rows, c the same along columns, v = r c / mean r
/// others:   v = β v + (1 - β)(g² + ε₁)
/// u = g / √v
/// w -= max(ε₂, rms w) · ρ · u / max(1, rms u / clip)
/// ```
///
/// Moments are values of the network's type, so that it needs the memory of Adam, where the paper's needs less. Keras's
/// `relative_step` is missing: it has no effect there.
///
/// ```
/// use taut::{initializers::Zeros, optimizers::Adafactor, prelude::*};
/// let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0])])?;
/// let model = Model::<Vector<1>, Dense<1, 1, NoBias>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// let mut model = model.compile(Adafactor { learning_rate: 0.1, ..Adafactor::default() }, MeanSquaredError, ());
/// model.fit(&data, Fit::default())?; // one step, whose gradient is -2
/// assert!((model.net().kernel[0] - 0.001 * 0.1).abs() < 1e-7);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/optimizers/adafactor/> and N. Shazeer and M. Stern, *Adafactor: Adaptive Learning Rates
/// with Sublinear Memory Cost*, 2018.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adafactor {
    /// `η`, 0.001 by default.
    pub learning_rate: f32,
    /// `d`, -0.8 by default.
    pub beta_2_decay: f32,
    /// `ε₁`, 1e-30 by default.
    pub epsilon_1: f32,
    /// `ε₂`, 0.001 by default.
    pub epsilon_2: f32,
    /// `clip`, 1 by default.
    pub clip_threshold: f32,
}

impl Default for Adafactor {
    fn default() -> Self {
        Adafactor { learning_rate: 1e-3, beta_2_decay: -0.8, epsilon_1: 1e-30, epsilon_2: 1e-3, clip_threshold: 1.0 }
    }
}

impl Optimizer for Adafactor {
    const NAME: &'static str = "Adafactor";

    fn moments(&self) -> usize {
        2
    }

    fn moment(&self, index: usize) -> MomentInfo {
        if index == 0 {
            MomentInfo::not_negative("mean of squares of rows")
        } else {
            MomentInfo::not_negative("mean of squares of columns")
        }
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

    settings!(Adafactor {
        learning_rate: 0.0..,
        beta_2_decay: ..=0.0,
        epsilon_1: 0.0..,
        epsilon_2: 0.0..,
        clip_threshold: POSITIVE
    });

    fn rule(&self, info: StepInfo) -> impl Rule {
        let Adafactor { beta_2_decay, epsilon_1, epsilon_2, clip_threshold, .. } = *self;
        let step = info.step as f32;
        let rate = info.learning_rate.min(1.0 / step.sqrt());
        let beta = 1.0 - step.powf(beta_2_decay);
        move |w: &mut [f32], g: &mut [f32], [r, c, ..]: Moments, shape: &[usize]| {
            let rms = |x: &[f32]| kernels::norm(x) / (x.len().max(1) as f32).sqrt();
            let size = rate * rms(w).max(epsilon_2);
            // The largest float in place of infinity, which would stay; the step is clipped anyway.
            let finite = |x: f32| if x > f32::MAX { f32::MAX } else { x };
            let square = |g: f32| finite(g * g + epsilon_1);
            match *shape {
                // The last two axes are factored, matrix by matrix.
                [.., rows, columns] if rows * columns > 0 => {
                    let matrices = g.chunks_exact_mut(rows * columns).zip(r.chunks_exact_mut(rows * columns));
                    for ((g, r), c) in matrices.zip(c.chunks_exact_mut(rows * columns)) {
                        let (r, c) = (&mut r[..rows], &mut c[..columns]);
                        r.iter_mut().for_each(|r| *r *= beta);
                        c.iter_mut().for_each(|c| *c *= beta);
                        for (g, r) in g.chunks_exact(columns).zip(&mut *r) {
                            *r = finite(*r + (1.0 - beta) * g.iter().map(|g| square(*g) / columns as f32).sum::<f32>());
                            c.iter_mut().zip(g).for_each(|(c, g)| *c += (1.0 - beta) * square(*g) / rows as f32);
                        }
                        c.iter_mut().for_each(|c| *c = finite(*c));
                        let mean = finite(r.iter().map(|r| r / rows as f32).sum());
                        for (g, r) in g.chunks_exact_mut(columns).zip(r) {
                            let root = r.sqrt() / mean.sqrt();
                            kernels::zip(&|g, c: f32| g / (root * kernels::sqrt(c)), g, c);
                        }
                    }
                }
                _ => {
                    kernels::zip(&|v, g| beta * v + (1.0 - beta) * square(g), r, g);
                    kernels::zip(&|g, v| g / kernels::sqrt(v), g, r);
                }
            }
            let clipped = (rms(g) / clip_threshold).max(1.0);
            kernels::add_scaled(w, -size / clipped, g);
        }
    }
}
