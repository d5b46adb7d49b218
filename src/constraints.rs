//! Projections of parameters, applied after each step of the optimizer.
//!
//! Norms are taken over the weights of one output: over all axes but the last, as Keras's `axis=0` does for a dense
//! kernel, and over the whole tensor for a bias.
//!
//! ```
//! use taut::prelude::*;
//! # let data = Dataset::new(vec![Vector::new([1.0, 1.0]); 8], vec![Vector::new([100.0]); 8])?;
//! let model = Model::<Vector<2>, Dense<2, 1>>::new(1).layers(|net| net.kernel.constraint = MaxNorm(1.0).into());
//! let mut model = model.compile(Sgd::new(0.1), MeanSquaredError, ());
//! model.fit(&data, Fit { epochs: 5, ..Fit::default() })?;
//! assert!((model.net().kernel.norm() - 1.0).abs() < 1e-6); // the data ask for more
//! # Ok::<(), taut::Error>(())
//! ```

use crate::io::error::{Error, Result, within};
use crate::kernels;
use std::fmt::{self, Debug};
use std::sync::Arc;

/// A projection of a tensor's values.
///
/// ```
/// use taut::{Constrain, Constraint};
///
/// /// Every weight is between -1 and 1.
/// #[derive(Debug)]
/// struct Clamp;
/// impl Constrain for Clamp {
///     fn constrain(&self, w: &mut [f32], _: &[usize]) {
///         w.iter_mut().for_each(|w| *w = w.clamp(-1.0, 1.0));
///     }
/// }
/// let constraint: Constraint = Clamp.into();
/// let mut w = [-3.0, 0.5, 2.0];
/// constraint.get().unwrap().constrain(&mut w, &[3]);
/// assert_eq!(w, [-1.0, 0.5, 1.0]);
/// ```
pub trait Constrain: Debug + Send + Sync + 'static {
    /// Projects the tensor in place.
    fn constrain(&self, w: &mut [f32], shape: &[usize]);
    /// Checks the settings. `fit` calls this before the first step.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is NaN or out of range.
    ///
    /// ```
    /// use taut::{Constrain, MaxNorm};
    /// assert!(MaxNorm(2.0).validate().is_ok() && MaxNorm(-2.0).validate().is_err());
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// An optional projection: `MaxNorm(2.0).into()`.
///
/// ```
/// use taut::{Constraint, MaxNorm};
/// let (constraint, none): (Constraint, Constraint) = (MaxNorm(5.0).into(), Constraint::default());
/// let mut w = [6.0, 8.0];
/// constraint.get().unwrap().constrain(&mut w, &[2]);
/// assert!((w[0] - 3.0).abs() < 1e-6 && (w[1] - 4.0).abs() < 1e-6);
/// assert!(none.get().is_none());
/// ```
#[derive(Clone, Default)]
pub struct Constraint(pub(crate) Option<Arc<dyn Constrain>>);

impl<C: Constrain> From<C> for Constraint {
    fn from(constraint: C) -> Self {
        Constraint(Some(Arc::new(constraint)))
    }
}

impl Constraint {
    /// The projection, if there is one.
    pub fn get(&self) -> Option<&dyn Constrain> {
        self.0.as_deref()
    }
}

impl Debug for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Keras's epsilon. It makes every norm a little smaller in every step, even within the bounds.
const EPSILON: f32 = 1e-7;

/// Multiplies the weights of each output by `scale` of their norm.
fn by_norm(w: &mut [f32], shape: &[usize], scale: impl Fn(f32) -> f32) {
    const BLOCK: usize = 64;
    let columns = if shape.len() > 1 { shape[shape.len() - 1] } else { 1 };
    for first in (0..columns).step_by(BLOCK) {
        let width = BLOCK.min(columns - first);
        let mut sums = [0.0; BLOCK];
        kernels::add_squares_of_columns(&w[first..], columns, &mut sums[..width]);
        let norm =
            |column: usize| w.iter().skip(column).step_by(columns).map(|w| (*w as f64).powi(2)).sum::<f64>().sqrt();
        let norms = std::array::from_fn::<_, BLOCK, _>(|i| match sums[i] {
            // The squares are too large for a float.
            f32::INFINITY => norm(first + i) as f32,
            sum => sum.sqrt(),
        });
        let scales = norms.map(&scale);
        kernels::multiply_columns(&mut w[first..], columns, &scales[..width]);
    }
}

/// Limits the norm to the field, 2 by default: `w · clip(n, 0, max) / (1e-7 + n)`.
///
/// ```
/// use taut::{Constrain, MaxNorm};
/// let mut w = [3.0, 4.0];
/// MaxNorm(1.0).constrain(&mut w, &[2]);
/// assert!((w[0] - 0.6).abs() < 1e-6 && (w[1] - 0.8).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/layers/constraints/#maxnorm-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxNorm(pub f32);

impl Default for MaxNorm {
    fn default() -> Self {
        MaxNorm(2.0)
    }
}

impl Constrain for MaxNorm {
    fn validate(&self) -> Result<()> {
        within("MaxNorm", self.0, 0.0..)
    }
    fn constrain(&self, w: &mut [f32], shape: &[usize]) {
        by_norm(w, shape, |norm| norm.clamp(0.0, self.0.max(0.0)) / (EPSILON + norm));
    }
}

/// Sets negative weights to 0: `max(w, 0)`.
///
/// ```
/// use taut::{Constrain, NonNeg};
/// let mut w = [3.0, -4.0];
/// NonNeg.constrain(&mut w, &[2]);
/// assert_eq!(w, [3.0, 0.0]);
/// ```
///
/// See <https://keras.io/api/layers/constraints/#nonneg-class>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NonNeg;

impl Constrain for NonNeg {
    fn constrain(&self, w: &mut [f32], _: &[usize]) {
        w.iter_mut().for_each(|w| *w = if *w < 0.0 { 0.0 } else { *w });
    }
}

/// Scales the norm to 1: `w / (1e-7 + n)`.
///
/// ```
/// use taut::{Constrain, UnitNorm};
/// let mut w = [3.0, 4.0];
/// UnitNorm.constrain(&mut w, &[2]);
/// assert!((w[0] - 0.6).abs() < 1e-6 && (w[1] - 0.8).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/layers/constraints/#unitnorm-class>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitNorm;

impl Constrain for UnitNorm {
    fn constrain(&self, w: &mut [f32], shape: &[usize]) {
        by_norm(w, shape, |norm| 1.0 / (EPSILON + norm));
    }
}

/// Moves the norm towards the interval from `min` to `max`; `rate` is the fraction of the distance.
///
/// `w · (rate · clip(n, min, max) + (1 - rate) · n) / (1e-7 + n)`
///
/// ```
/// use taut::{Constrain, MinMaxNorm};
/// let mut w = [0.3, 0.4];
/// MinMaxNorm { min: 1.0, max: 2.0, rate: 1.0 }.constrain(&mut w, &[2]);
/// assert!((w[0] - 0.6).abs() < 1e-5 && (w[1] - 0.8).abs() < 1e-5);
/// ```
///
/// See <https://keras.io/api/layers/constraints/#minmaxnorm-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinMaxNorm {
    /// The smallest norm, 0 by default.
    pub min: f32,
    /// The largest norm, 1 by default.
    pub max: f32,
    /// The fraction of the distance per step, from 0 to 1; 1 by default.
    pub rate: f32,
}

impl Default for MinMaxNorm {
    fn default() -> Self {
        MinMaxNorm { min: 0.0, max: 1.0, rate: 1.0 }
    }
}

impl Constrain for MinMaxNorm {
    fn validate(&self) -> Result<()> {
        let MinMaxNorm { min, max, rate } = *self;
        within("MinMaxNorm's min", min, 0.0..)?;
        within("MinMaxNorm's max", max, 0.0..)?;
        if min > max {
            return Err(Error::argument("MinMaxNorm's max", format!("at least its min, {min}"), max));
        }
        within("MinMaxNorm's rate", rate, 0.0..=1.0)
    }
    fn constrain(&self, w: &mut [f32], shape: &[usize]) {
        let MinMaxNorm { min, max, rate } = *self;
        by_norm(w, shape, |norm| (rate * norm.max(min).min(max) + (1.0 - rate) * norm) / (EPSILON + norm));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constrained(constraint: impl Constrain, w: [f32; 4], shape: &[usize]) -> [f32; 4] {
        let mut w = w;
        constraint.constrain(&mut w, shape);
        w.map(|w| (w * 1e5).round() / 1e5)
    }

    #[test]
    fn norms_are_of_columns_and_of_whole_vectors() {
        let w = [3.0, 0.3, 4.0, -0.4]; // columns (3, 4) and (0.3, -0.4)
        assert_eq!(constrained(MaxNorm(2.5), w, &[2, 2]), [1.5, 0.3, 2.0, -0.4]);
        assert_eq!(constrained(UnitNorm, w, &[2, 2]), [0.6, 0.6, 0.8, -0.8]);
        assert_eq!(constrained(NonNeg, w, &[2, 2]), [3.0, 0.3, 4.0, 0.0]);
        assert_eq!(constrained(MinMaxNorm { min: 1.0, max: 2.5, rate: 1.0 }, w, &[2, 2]), [1.5, 0.6, 2.0, -0.8]);
        assert_eq!(constrained(MinMaxNorm { min: 1.0, max: 2.5, rate: 0.5 }, w, &[2, 2]), [2.25, 0.45, 3.0, -0.6]);
        assert_eq!(constrained(MaxNorm(1.0), [1.0; 4], &[4]), [0.5; 4]);
    }

    #[test]
    fn max_norm_shrinks_within_the_ball_as_in_keras() {
        let mut w = [1e-3];
        MaxNorm(2.0).constrain(&mut w, &[1]);
        assert!((w[0] - 1e-6 / (1e-7 + 1e-3)).abs() < 1e-9 && w[0] < 1e-3);
    }

    #[test]
    fn many_columns() {
        let mut w: Vec<f32> = (0..3 * 130).map(|i| i as f32).collect();
        UnitNorm.constrain(&mut w, &[3, 130]);
        for column in 0..130 {
            let norm: f32 = (0..3).map(|row| w[row * 130 + column].powi(2)).sum();
            assert!((norm - 1.0).abs() < 1e-5);
        }
    }
}
