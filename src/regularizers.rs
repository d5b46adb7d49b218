//! Penalties on parameters and on activities, added to the loss.
//!
//! ```
//! use taut::prelude::*;
//! # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
//! let loss = |factor: f32| {
//!     let model = Model::<Vector<1>, Dense<1, 1>>::new(1).layers(|net| net.kernel.regularizer = L2(factor).into());
//!     let w = model.net().kernel[0];
//!     model.compile(Sgd::default(), MeanSquaredError, ()).evaluate(&data).map(|evaluation| (evaluation.loss(), w))
//! };
//! let ((plain, w), (penalized, _)) = (loss(0.0)?, loss(0.5)?);
//! assert!((penalized - plain - 0.5 * w * w).abs() < 1e-6);
//! # Ok::<(), taut::Error>(())
//! ```

use crate::io::error::{Result, settings, within};
use crate::kernels;
use nalgebra::DMatrix;
use std::fmt::{self, Debug};
use std::sync::Arc;

/// A penalty on a tensor's values.
///
/// ```
/// use taut::{Regularize, Regularizer};
///
/// /// `factor · Σ w⁴`
/// #[derive(Debug)]
/// struct Quartic(f32);
/// impl Regularize for Quartic {
///     fn value(&self, w: &[f32], _: &[usize]) -> f32 {
///         self.0 * w.iter().map(|w| w.powi(4)).sum::<f32>()
///     }
///     fn add_gradient(&self, w: &[f32], _: &[usize], scale: f32, g: &mut [f32]) {
///         w.iter().zip(g).for_each(|(w, g)| *g += scale * self.0 * 4.0 * w.powi(3));
///     }
/// }
/// let regularizer: Regularizer = Quartic(0.01).into();
/// let (penalty, mut g) = (regularizer.get().unwrap(), [0.0, 0.0]);
/// penalty.add_gradient(&[1.0, 2.0], &[2], 1.0, &mut g);
/// assert!((penalty.value(&[1.0, 2.0], &[2]) - 0.17).abs() < 1e-6 && (g[1] - 0.32).abs() < 1e-6);
/// ```
pub trait Regularize: Debug + Send + Sync + 'static {
    /// The penalty: the number added to the loss.
    fn value(&self, w: &[f32], shape: &[usize]) -> f32;
    /// Adds `scale` times the penalty's gradient to `g`.
    fn add_gradient(&self, w: &[f32], shape: &[usize], scale: f32, g: &mut [f32]);
    /// Whether the gradient of each element depends on that element alone: then it can be computed for parts of a
    /// tensor.
    ///
    /// ```
    /// use taut::{L2, OrthogonalRegularizer, Regularize};
    /// assert!(L2(0.01).is_elementwise() && !OrthogonalRegularizer::default().is_elementwise());
    /// ```
    fn is_elementwise(&self) -> bool {
        false
    }
    /// Checks the settings. `fit` calls this before the first step.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a setting is NaN or out of range.
    ///
    /// ```
    /// use taut::{L2, Regularize};
    /// assert!(L2(0.01).validate().is_ok() && L2(-0.01).validate().is_err());
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// An optional penalty: `L2(0.01).into()`.
///
/// ```
/// use taut::{L2, Regularizer};
/// let regularizer: Regularizer = L2(0.5).into();
/// assert_eq!(regularizer.get().map(|penalty| penalty.value(&[1.0, -2.0], &[2])), Some(2.5));
/// assert!(Regularizer::default().get().is_none() && Regularizer::NONE.get().is_none());
/// ```
#[derive(Clone, Default)]
pub struct Regularizer(pub(crate) Option<Arc<dyn Regularize>>);

impl<R: Regularize> From<R> for Regularizer {
    fn from(regularizer: R) -> Self {
        Regularizer(Some(Arc::new(regularizer)))
    }
}

impl Regularizer {
    /// No penalty.
    pub const NONE: &'static Self = {
        static NONE: Regularizer = Regularizer(None);
        &NONE
    };

    /// The penalty, if there is one.
    pub fn get(&self) -> Option<&dyn Regularize> {
        self.0.as_deref()
    }
}

impl Debug for Regularizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `l1 · Σ|w|`; the field is `l1`, 0.01 by default.
///
/// ```
/// use taut::{L1, Regularize};
/// assert_eq!(L1(0.5).value(&[1.0, -2.0], &[2]), 1.5);
/// ```
///
/// See <https://keras.io/api/layers/regularizers/#l1-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L1(pub f32);

/// `l2 · Σw²`, without a factor of one half; the field is `l2`, 0.01 by default.
///
/// ```
/// use taut::{L2, Regularize};
/// assert_eq!(L2(0.5).value(&[1.0, -2.0], &[2]), 2.5);
/// ```
///
/// See <https://keras.io/api/layers/regularizers/#l2-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L2(pub f32);

/// `l1 · Σ|w| + l2 · Σw²`, both 0 by default.
///
/// ```
/// use taut::{L1L2, Regularize};
/// assert_eq!(L1L2 { l1: 0.5, l2: 0.5 }.value(&[1.0, -2.0], &[2]), 4.0);
/// ```
///
/// See <https://keras.io/api/layers/regularizers/#l1l2-class>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct L1L2 {
    /// The factor of the absolute values.
    pub l1: f32,
    /// The factor of the squares.
    pub l2: f32,
}

impl Default for L1 {
    fn default() -> Self {
        L1(0.01)
    }
}

impl Default for L2 {
    fn default() -> Self {
        L2(0.01)
    }
}

impl Regularize for L1 {
    fn validate(&self) -> Result<()> {
        within("L1's factor", self.0, 0.0..)
    }
    fn is_elementwise(&self) -> bool {
        true
    }
    fn value(&self, w: &[f32], _: &[usize]) -> f32 {
        self.0 * kernels::sum_of_absolutes(w)
    }
    fn add_gradient(&self, w: &[f32], _: &[usize], scale: f32, g: &mut [f32]) {
        let step = scale * self.0;
        kernels::zip(&|g: f32, w: f32| g + if w == 0.0 { 0.0 } else { step.copysign(w) }, g, w);
    }
}

impl Regularize for L2 {
    fn validate(&self) -> Result<()> {
        within("L2's factor", self.0, 0.0..)
    }
    fn is_elementwise(&self) -> bool {
        true
    }
    fn value(&self, w: &[f32], _: &[usize]) -> f32 {
        self.0 * kernels::sum_of_squares(w)
    }
    fn add_gradient(&self, w: &[f32], _: &[usize], scale: f32, g: &mut [f32]) {
        kernels::add_scaled(g, 2.0 * scale * self.0, w);
    }
}

impl Regularize for L1L2 {
    settings!(L1L2 { l1: 0.0.., l2: 0.0.. });
    fn is_elementwise(&self) -> bool {
        true
    }
    fn value(&self, w: &[f32], shape: &[usize]) -> f32 {
        L1(self.l1).value(w, shape) + L2(self.l2).value(w, shape)
    }
    fn add_gradient(&self, w: &[f32], shape: &[usize], scale: f32, g: &mut [f32]) {
        L1(self.l1).add_gradient(w, shape, scale, g);
        L2(self.l2).add_gradient(w, shape, scale, g);
    }
}

/// The vectors that an [`OrthogonalRegularizer`] makes orthogonal: the rows or the columns of a kernel of shape
/// `(I, O)`.
///
/// ```
/// use taut::{Lines, OrthogonalRegularizer, Regularize};
/// let kernel = [1.0, 0.0, 0.0, 0.0, 1.0, 1.0]; // two rows: (1, 0, 0) and (0, 1, 1)
/// let penalty = |lines| OrthogonalRegularizer { factor: 1.0, lines }.value(&kernel, &[2, 3]);
/// assert_eq!(penalty(Lines::Rows), 0.0);
/// assert_eq!(penalty(Lines::Columns), 1.0 / 3.0); // of three pairs of columns, one is parallel
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// The rows: the weights of each input.
    #[default]
    Rows,
    /// The columns: the weights of each output.
    Columns,
}

/// A factor times the mean of `|cos|` over the angles between all pairs of rows, or of columns, of a matrix.
///
/// ```text
/// factor · Σ |uᵢ · uⱼ| / (n (n - 1) / 2)     over i < j; u are the n rows or columns, each divided by its norm
/// ```
///
/// A tensor that is not a matrix has no penalty. (Keras refuses it.)
///
/// ```
/// use taut::{Lines, OrthogonalRegularizer, Regularize};
/// let rows = OrthogonalRegularizer { factor: 0.5, lines: Lines::Rows };
/// assert_eq!(rows.value(&[1.0, 0.0, 0.0, 7.0], &[2, 2]), 0.0);
/// assert_eq!(rows.value(&[2.0, 0.0, 3.0, 4.0], &[2, 2]), 0.5 * 0.6);
/// ```
///
/// See <https://keras.io/api/layers/regularizers/#orthogonalregularizer-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrthogonalRegularizer {
    /// The factor, 0.01 by default.
    pub factor: f32,
    /// Rows or columns; the rows by default.
    pub lines: Lines,
}

impl Default for OrthogonalRegularizer {
    fn default() -> Self {
        OrthogonalRegularizer { factor: 0.01, lines: Lines::Rows }
    }
}

impl OrthogonalRegularizer {
    /// The normalized vectors as the columns of a matrix, their norms, and the factor of `Σ|uᵢ · uⱼ|` over `i < j`.
    fn units(&self, w: &[f32], shape: &[usize]) -> Option<(DMatrix<f32>, Vec<f32>, f32)> {
        let [rows, columns] = *shape else { return None };
        let by_columns = DMatrix::from_column_slice(columns, rows, w);
        let mut units = if self.lines == Lines::Rows { by_columns } else { by_columns.transpose() };
        let norms: Vec<f32> = units.column_iter().map(|line| kernels::norm(line.as_slice()).max(1e-7)).collect();
        units.column_iter_mut().zip(&norms).for_each(|(mut line, norm)| line /= *norm);
        let n = units.ncols() as f32;
        (n > 1.0).then(|| (units, norms, self.factor / (n * (n - 1.0) / 2.0)))
    }
}

impl Regularize for OrthogonalRegularizer {
    settings!(OrthogonalRegularizer { factor: 0.0.. });
    fn value(&self, w: &[f32], shape: &[usize]) -> f32 {
        let Some((units, _, factor)) = self.units(w, shape) else { return 0.0 };
        let products = units.tr_mul(&units);
        let above = (0..products.ncols()).flat_map(|j| (0..j).map(move |i| (i, j)));
        factor * above.map(|at| products[at].abs() as f64).sum::<f64>() as f32
    }
    fn add_gradient(&self, w: &[f32], shape: &[usize], scale: f32, g: &mut [f32]) {
        let Some((units, norms, factor)) = self.units(w, shape) else { return };
        let mut signs = units.tr_mul(&units).map(|product| if product == 0.0 { 0.0 } else { product.signum() });
        signs.fill_diagonal(0.0);
        // The gradient by the normalized vectors, and its part orthogonal to each vector.
        let mut gradient = &units * signs;
        for ((mut gradient, unit), norm) in gradient.column_iter_mut().zip(units.column_iter()).zip(norms) {
            let along = gradient.dot(&unit);
            gradient.axpy(-along, &unit, 1.0);
            gradient *= scale * factor / norm;
        }
        let gradient = if self.lines == Lines::Rows { gradient } else { gradient.transpose() };
        kernels::add_scaled(g, 1.0, gradient.as_slice());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        let w = [1.0, -2.0, 0.0, 3.0];
        assert_eq!(L1(0.5).value(&w, &[4]), 3.0);
        assert_eq!(L2(0.5).value(&w, &[4]), 7.0);
        assert_eq!(L1L2 { l1: 0.5, l2: 0.5 }.value(&w, &[4]), 10.0);
        let mut g = [1.0; 4];
        L1L2 { l1: 0.5, l2: 0.5 }.add_gradient(&w, &[4], 0.5, &mut g);
        assert_eq!(g, [1.75, -0.25, 1.0, 2.75]);
    }
}
