//! Initial values of parameters.
//!
//! A dense kernel of shape `(I, O)` has `fan_in = I` and `fan_out = O`; axes before these two are the receptive field,
//! whose size multiplies both.
//!
//! ```
//! use taut::{Initializer, initializers::*, prelude::*};
//! let bound = |initializer: Initializer| {
//!     let model = Model::<Vector<6>, Dense<6, 24>>::new(1).layers(|net| net.kernel.initializer = initializer.clone());
//!     model.net().kernel.amax()
//! };
//! assert!(bound(GlorotUniform.into()) < (6.0_f32 / (6.0 + 24.0)).sqrt());
//! assert!(bound(HeUniform.into()) > bound(GlorotUniform.into())); // up to √(6 / 6)
//! ```

use crate::io::error::{Error, Result, settings, within};
use nalgebra::DMatrix;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};
use std::fmt::{self, Debug};
use std::sync::Arc;

pub(crate) mod variance_scaling;

pub use variance_scaling::{
    Draw, Fan, GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, LecunUniform, VarianceScaling,
};

/// Writes the initial values of a tensor.
///
/// ```
/// use rand::rngs::Xoshiro256PlusPlus;
/// use taut::{Initialize, Initializer};
///
/// /// 1, -1, 1, …
/// #[derive(Debug)]
/// struct Alternating;
/// impl Initialize for Alternating {
///     fn fill(&self, w: &mut [f32], _: &[usize], _: &mut Xoshiro256PlusPlus) {
///         w.iter_mut().enumerate().for_each(|(i, w)| *w = [1.0, -1.0][i % 2]);
///     }
/// }
/// let initializer: Initializer = Alternating.into();
/// # use taut::prelude::*;
/// let model = Model::<Vector<3>, Dense<3, 1>>::new(1).layers(|net| net.kernel.initializer = initializer);
/// assert_eq!(model.net().kernel.as_slice(), [1.0, -1.0, 1.0]);
/// ```
pub trait Initialize: Debug + Send + Sync + 'static {
    /// Writes all values of `w`, a tensor of this shape.
    fn fill(&self, w: &mut [f32], shape: &[usize], random: &mut Xoshiro256PlusPlus);
    /// Checks the settings. `fit` calls this before the first step.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is NaN or out of range.
    ///
    /// ```
    /// use taut::initializers::{Constant, Initialize};
    /// assert!(Constant(2.0).validate().is_ok() && Constant(f32::NAN).validate().is_err());
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// An optional initializer, in place of the default of the tensor's role: `HeNormal.into()`.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Initializer, initializers::Constant};
/// let initializer: Initializer = Constant(0.5).into();
/// let mut w = [0.0; 3];
/// initializer.get().unwrap().fill(&mut w, &[3], &mut Xoshiro256PlusPlus::seed_from_u64(1));
/// assert_eq!(w, [0.5; 3]);
/// assert!(Initializer::default().get().is_none());
/// ```
#[derive(Clone, Default)]
pub struct Initializer(pub(crate) Option<Arc<dyn Initialize>>);

impl<I: Initialize> From<I> for Initializer {
    fn from(initializer: I) -> Self {
        Initializer(Some(Arc::new(initializer)))
    }
}

impl Initializer {
    /// The initializer, or `None` for the default.
    pub fn get(&self) -> Option<&dyn Initialize> {
        self.0.as_deref()
    }
}

impl Debug for Initializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// All values are 0.
///
/// ```
/// use taut::{initializers::Zeros, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = Zeros.into());
/// assert_eq!(model.net().kernel.amax(), 0.0);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#zeros-class>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Zeros;

/// All values are 1.
///
/// ```
/// use taut::{initializers::Ones, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = Ones.into());
/// assert_eq!(model.net().kernel.as_slice(), [1.0; 8]);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#ones-class>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ones;

/// All values are equal to the field.
///
/// ```
/// use taut::{initializers::Constant, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = Constant(0.5).into());
/// assert_eq!(model.net().kernel.as_slice(), [0.5; 8]);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#constant-class>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Constant(pub f32);

/// A uniform distribution from `low` to `high`, ±0.05 by default.
///
/// ```
/// use taut::{initializers::RandomUniform, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1);
/// let model = model.layers(|net| net.kernel.initializer = RandomUniform { low: 0.0, high: 1.0 }.into());
/// assert!(model.net().kernel.iter().all(|w| (0.0..1.0).contains(w)));
/// ```
///
/// See <https://keras.io/api/layers/initializers/#randomuniform-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomUniform {
    /// The lower bound.
    pub low: f32,
    /// The upper bound, which is excluded.
    pub high: f32,
}

/// A normal distribution, with a mean of 0 and a standard deviation of 0.05 by default.
///
/// ```
/// use taut::{initializers::RandomNormal, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1);
/// let model = model.layers(|net| net.kernel.initializer = RandomNormal { mean: 1.0, std_dev: 0.01 }.into());
/// assert!((model.net().kernel.mean() - 1.0).abs() < 0.1);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#randomnormal-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomNormal {
    /// The mean.
    pub mean: f32,
    /// The standard deviation.
    pub std_dev: f32,
}

/// A [`RandomNormal`] that redraws values more than two standard deviations from the mean.
///
/// ```
/// use taut::{initializers::TruncatedNormal, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1);
/// let model = model.layers(|net| net.kernel.initializer = TruncatedNormal::default().into());
/// assert!(model.net().kernel.amax() <= 0.1);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#truncatednormal-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedNormal {
    /// The mean.
    pub mean: f32,
    /// The standard deviation before the truncation.
    pub std_dev: f32,
}

impl Default for RandomUniform {
    fn default() -> Self {
        RandomUniform { low: -0.05, high: 0.05 }
    }
}

impl Default for RandomNormal {
    fn default() -> Self {
        RandomNormal { mean: 0.0, std_dev: 0.05 }
    }
}

impl Default for TruncatedNormal {
    fn default() -> Self {
        TruncatedNormal { mean: 0.0, std_dev: 0.05 }
    }
}

impl Initialize for Zeros {
    fn fill(&self, w: &mut [f32], _: &[usize], _: &mut Xoshiro256PlusPlus) {
        w.fill(0.0);
    }
}

impl Initialize for Ones {
    fn fill(&self, w: &mut [f32], _: &[usize], _: &mut Xoshiro256PlusPlus) {
        w.fill(1.0);
    }
}

impl Initialize for Constant {
    fn validate(&self) -> Result<()> {
        within("Constant", self.0, ..)
    }
    fn fill(&self, w: &mut [f32], _: &[usize], _: &mut Xoshiro256PlusPlus) {
        w.fill(self.0);
    }
}

impl Initialize for RandomUniform {
    fn validate(&self) -> Result<()> {
        let RandomUniform { low, high } = *self;
        within("RandomUniform's low", low, ..)?;
        within("RandomUniform's high", high, ..)?;
        if low > high {
            return Err(Error::argument("RandomUniform's high", format!("at least its low, {low}"), high));
        }
        Ok(())
    }
    fn fill(&self, w: &mut [f32], _: &[usize], random: &mut Xoshiro256PlusPlus) {
        w.iter_mut().for_each(|w| *w = self.low + (self.high - self.low) * random.random::<f32>());
    }
}

fn normal(random: &mut impl Rng) -> f32 {
    StandardNormal.sample(random)
}

impl Initialize for RandomNormal {
    settings!(RandomNormal { mean: .., std_dev: 0.0.. });
    fn fill(&self, w: &mut [f32], _: &[usize], random: &mut Xoshiro256PlusPlus) {
        w.iter_mut().for_each(|w| *w = self.mean + self.std_dev * normal(random));
    }
}

impl Initialize for TruncatedNormal {
    settings!(TruncatedNormal { mean: .., std_dev: 0.0.. });
    fn fill(&self, w: &mut [f32], _: &[usize], random: &mut Xoshiro256PlusPlus) {
        for w in w {
            let mut z = normal(random);
            while z.abs() > 2.0 {
                z = normal(random);
            }
            *w = self.mean + self.std_dev * z;
        }
    }
}

/// The identity matrix times the field, 1 by default. A tensor that is not a matrix, which Keras refuses, counts as one
/// row.
///
/// ```
/// use taut::{initializers::Identity, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = Identity(2.0).into());
/// assert_eq!(model.predict(&Vector::new([1.0, 2.0, 3.0, 4.0])).values(), [2.0, 4.0]);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#identity-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity(pub f32);

impl Default for Identity {
    fn default() -> Self {
        Identity(1.0)
    }
}

impl Initialize for Identity {
    fn validate(&self) -> Result<()> {
        within("Identity", self.0, ..)
    }
    fn fill(&self, w: &mut [f32], shape: &[usize], _: &mut Xoshiro256PlusPlus) {
        let columns = shape.last().copied().unwrap_or(1).max(1);
        for (i, row) in w.chunks_mut(columns).enumerate() {
            row.fill(0.0);
            row.iter_mut().skip(i).take(1).for_each(|w| *w = self.0);
        }
    }
}

/// A random matrix with orthogonal rows or columns, whichever are fewer. Their norm is the field, 1 by default.
///
/// The axes before the last are flattened into one. A tensor with one axis, which Keras refuses, counts as one row.
///
/// ```
/// use taut::{initializers::Orthogonal, prelude::*};
/// let model = Model::<Vector<4>, Dense<4, 6>>::new(1);
/// let model = model.layers(|net| net.kernel.initializer = Orthogonal::default().into());
/// let y = model.predict(&Vector::new([0.0, 1.0, 0.0, 0.0]));
/// assert!((y.0.norm() - 1.0).abs() < 1e-5); // no length is changed
/// ```
///
/// See <https://keras.io/api/layers/initializers/#orthogonal-class> and A. Saxe et al., *Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks*, 2014.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal(pub f32);

impl Default for Orthogonal {
    fn default() -> Self {
        Orthogonal(1.0)
    }
}

impl Initialize for Orthogonal {
    fn validate(&self) -> Result<()> {
        within("Orthogonal", self.0, ..)
    }
    fn fill(&self, w: &mut [f32], shape: &[usize], random: &mut Xoshiro256PlusPlus) {
        let columns = shape.last().copied().unwrap_or(1);
        if w.is_empty() || columns == 0 {
            return;
        }
        let rows = w.len() / columns;
        let tall = DMatrix::from_fn(rows.max(columns), rows.min(columns), |_, _| normal(random));
        let (mut q, r) = tall.qr().unpack();
        // Undo the factorization's choice of signs, so that all orthogonal matrices are equally likely.
        q.column_iter_mut().enumerate().for_each(|(i, mut column)| column *= self.0 * r[(i, i)].signum());
        // The tensor is row-major, the matrix column-major.
        w.copy_from_slice(if rows < columns { q } else { q.transpose() }.as_slice());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn mean_variance_and_range() {
        let shape = [1250, 800];
        let (fan_in, fan_out) = (1250.0, 800.0);
        let both = fan_in + fan_out;
        // The truncation of a normal distribution with this variance after truncation.
        let cut = |variance: f64| 2.0 * variance.sqrt() / 0.879_625_661;
        let uniform = |variance: f64| (3.0 * variance).sqrt();
        let scaling = |fan, draw| VarianceScaling { scale: 0.5, fan, draw };
        let rows: [(&dyn Initialize, f64, f64, f64); 18] = [
            (&Zeros, 0.0, 0.0, 0.0),
            (&Ones, 1.0, 0.0, 0.0),
            (&Constant(-0.5), -0.5, 0.0, 0.0),
            (&Identity(3.0), 3.0 / fan_in, 9.0 / fan_in, 3.0),
            (&RandomUniform { low: -0.1, high: 0.3 }, 0.1, 0.16 / 12.0, 0.2),
            (&RandomNormal { mean: 1.0, std_dev: 0.1 }, 1.0, 0.01, f64::INFINITY),
            (&TruncatedNormal { mean: 1.0, std_dev: 0.1 }, 1.0, 0.01 * 0.773_741, 0.2),
            (&scaling(Fan::In, Draw::TruncatedNormal), 0.0, 0.5 / fan_in, cut(0.5 / fan_in)),
            (&scaling(Fan::Out, Draw::Normal), 0.0, 0.5 / fan_out, f64::INFINITY),
            (&scaling(Fan::Average, Draw::Uniform), 0.0, 1.0 / both, uniform(1.0 / both)),
            (&VarianceScaling::default(), 0.0, 1.0 / fan_in, cut(1.0 / fan_in)),
            (&GlorotUniform, 0.0, 2.0 / both, uniform(2.0 / both)),
            (&GlorotNormal, 0.0, 2.0 / both, cut(2.0 / both)),
            (&HeUniform, 0.0, 2.0 / fan_in, uniform(2.0 / fan_in)),
            (&HeNormal, 0.0, 2.0 / fan_in, cut(2.0 / fan_in)),
            (&LecunUniform, 0.0, 1.0 / fan_in, uniform(1.0 / fan_in)),
            (&LecunNormal, 0.0, 1.0 / fan_in, cut(1.0 / fan_in)),
            (&RandomUniform::default(), 0.0, 0.01 / 12.0, 0.05),
        ];
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        for (initializer, mean, variance, reach) in rows {
            let mut w = vec![f32::NAN; shape[0] * shape[1]];
            initializer.fill(&mut w, &shape, &mut random);
            let n = w.len() as f64;
            let found = w.iter().map(|w| *w as f64).sum::<f64>() / n;
            let spread = w.iter().map(|w| (*w as f64 - found).powi(2)).sum::<f64>() / n;
            assert!((found - mean).abs() <= 5.0 * (variance / n).sqrt() + 1e-9, "{initializer:?}: mean {found}");
            assert!((spread - variance).abs() <= 0.01 * variance, "{initializer:?}: variance {spread}");
            // The center of the range: the mean, except for `Identity`.
            let middle = if variance > 1.0 / 800.0 && reach == 3.0 { 0.0 } else { mean };
            let furthest = w.iter().map(|w| (*w as f64 - middle).abs()).fold(0.0, f64::max);
            assert!(
                furthest <= reach * 1.0001 && (reach.is_infinite() || furthest >= 0.999 * reach),
                "{initializer:?}"
            );
        }
    }

    #[test]
    fn orthogonal_lines_have_the_gain_as_their_norm() {
        for shape in [&[30, 20][..], &[20, 30], &[25, 25], &[2, 3, 4], &[7]] {
            let columns = shape[shape.len() - 1];
            let rows = shape.iter().product::<usize>() / columns;
            let mut w = vec![f32::NAN; rows * columns];
            Orthogonal(3.0).fill(&mut w, shape, &mut Xoshiro256PlusPlus::seed_from_u64(1));
            let transposed = DMatrix::from_column_slice(columns, rows, &w);
            let lines = if rows < columns { transposed } else { transposed.transpose() };
            let products = lines.tr_mul(&lines);
            assert!((products - DMatrix::identity(lines.ncols(), lines.ncols()) * 9.0).amax() < 1e-4, "{shape:?}");
            assert!(w.iter().any(|w| *w < 0.0) && w.iter().any(|w| *w > 0.0), "{shape:?}");
        }
    }

    #[test]
    fn the_identity() {
        let mut w = [f32::NAN; 6];
        Identity::default().fill(&mut w, &[2, 3], &mut Xoshiro256PlusPlus::seed_from_u64(1));
        assert_eq!(w, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        Identity(2.0).fill(&mut w, &[3, 2], &mut Xoshiro256PlusPlus::seed_from_u64(1));
        assert_eq!(w, [2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
    }
}
