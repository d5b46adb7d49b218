//! Arrays of numbers whose sizes are known at run time: where data come from, and where predictions go to.

use crate::datasets::dataset::{Dataset, class};
use crate::io::error::{Error, Result};
use crate::memory::heap::boxed;
use crate::shape::sample::{Class, Sample, Tokens};
use nalgebra::{DMatrix, Dim, Matrix, RawStorage, Scalar};
use num_traits::AsPrimitive;
use std::any::TypeId;
use std::slice;

/// An array of numbers, whose first axis counts the rows: what a [`Dataset`] is made of, and what `datasets::Npz`
/// writes.
///
/// It is implemented for nalgebra's matrices, for slices and vectors of samples and classes, and, with the feature
/// `ndarray`, for the arrays of that crate.
///
/// ```
/// use nalgebra::DMatrix;
/// use taut::{Class, NumericArray, Vector};
///
/// let mut row = [0.0; 2];
/// NumericArray::row(&DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]), 1, &mut row);
/// assert_eq!(row, [3.0, 4.0]);
/// assert_eq!(vec![Vector::new([1.0, 2.0]); 3].shape(), [3, 2]);
/// assert!([Class::<3>::new(2)].map(Option::unwrap).is_whole());
/// ```
pub trait NumericArray {
    /// The sizes of the axes, the number of rows first.
    fn shape(&self) -> Vec<usize>;

    /// Writes the numbers of a row, the last axis contiguous. `to` has as many elements as a row has numbers, and `row`
    /// is below the number of rows.
    fn row(&self, row: usize, to: &mut [f64]);

    /// Whether the elements are of an integer type.
    fn is_whole(&self) -> bool {
        false
    }
}

/// From here on, not every whole number is an `f64`: two of them can be one.
#[cfg(any(feature = "npy", feature = "arrow"))]
pub(super) const MOST_WHOLE: f64 = (1_u64 << 53) as f64;

/// What a row of a [`NumericArray`] can be: a [`Vector`](crate::Vector), a [`Sequence`](crate::Sequence) or an
/// [`Image`](crate::Image) of finite numbers, channels last; [`Tokens`], whole numbers below 65,536; or a [`Class<N>`],
/// one whole number below `N`.
///
/// The axes of a row must be those of [`AXES`](Self::AXES), apart from axes of size 1: an array of 60000 × 28 × 28
/// holds images of one channel, and one of 50000 × 1 holds classes. A row of one axis may also hold all numbers one
/// after another: a matrix of 784 columns holds images of 28 × 28.
///
/// ```
/// use taut::{ArrayRow, Class, Vector};
/// let mut rows: Vec<Vector<2>> = vec![];
/// assert_eq!(ArrayRow::push(&[1.0, 2.5], &mut rows), Ok(()));
/// assert_eq!(rows[0].number(1), 2.5);
/// let refused = ArrayRow::push(&[7.0], &mut Vec::<Class<3>>::new()).unwrap_err();
/// assert_eq!(refused.0, 0); // the index of the number that is no class
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row of an array",
    label = "expected a `Vector`, a `Sequence`, an `Image`, `Tokens` or a `Class`"
)]
pub trait ArrayRow: Sized {
    /// The sizes of the row's axes: none for a single number.
    const AXES: &'static [usize];

    /// Whether the numbers are whole.
    const WHOLE: bool;

    /// Converts the numbers of a row and appends it. A row that is large is never on the stack.
    ///
    /// # Errors
    /// The index of the first number that does not fit, and the text of what was expected there.
    fn push(numbers: &[f64], to: &mut Vec<Self>) -> Result<(), (usize, String)>;

    /// The number at this index, in the order of memory.
    fn number(&self, index: usize) -> f64;
}

impl<X: Sample> ArrayRow for X {
    const AXES: &'static [usize] = X::SHAPE;
    const WHOLE: bool = false;

    fn push(numbers: &[f64], to: &mut Vec<Self>) -> Result<(), (usize, String)> {
        let mut x = boxed::<X>();
        for (i, (to, number)) in x.values_mut().iter_mut().zip(numbers).enumerate() {
            *to = *number as f32;
            if !to.is_finite() {
                return Err((i, "a finite number".to_string()));
            }
        }
        // Copies from heap to heap: `push` would put the sample on the stack.
        to.extend_from_slice(slice::from_ref(&*x));
        Ok(())
    }

    fn number(&self, index: usize) -> f64 {
        self.values()[index].into()
    }
}

impl<const T: usize> ArrayRow for Tokens<T> {
    const AXES: &'static [usize] = &[T];
    const WHOLE: bool = true;

    fn push(numbers: &[f64], to: &mut Vec<Self>) -> Result<(), (usize, String)> {
        let mut tokens = boxed::<Self>();
        for (i, (to, number)) in tokens.0.iter_mut().zip(numbers).enumerate() {
            if number.fract() != 0.0 || !(0.0..=f64::from(u16::MAX)).contains(number) {
                return Err((i, "a token, a whole number from 0 to 65535".to_string()));
            }
            *to = *number as u16;
        }
        to.extend_from_slice(slice::from_ref(&*tokens));
        Ok(())
    }

    fn number(&self, index: usize) -> f64 {
        self.0[index].into()
    }
}

impl<const N: usize> ArrayRow for Class<N> {
    const AXES: &'static [usize] = &[];
    const WHOLE: bool = true;

    fn push(numbers: &[f64], to: &mut Vec<Self>) -> Result<(), (usize, String)> {
        let number = numbers.first().copied().unwrap_or(f64::NAN);
        to.push(class(number).map_err(|expected| (0, expected))?);
        Ok(())
    }

    fn number(&self, _: usize) -> f64 {
        self.index() as f64
    }
}

impl<Y: ArrayRow> NumericArray for [Y] {
    fn shape(&self) -> Vec<usize> {
        [&[self.len()], Y::AXES].concat()
    }

    fn row(&self, row: usize, to: &mut [f64]) {
        for (i, to) in to.iter_mut().enumerate() {
            *to = self[row].number(i);
        }
    }

    fn is_whole(&self) -> bool {
        Y::WHOLE
    }
}

impl<Y: ArrayRow> NumericArray for Vec<Y> {
    fn shape(&self) -> Vec<usize> {
        self[..].shape()
    }

    fn row(&self, row: usize, to: &mut [f64]) {
        self[..].row(row, to);
    }

    fn is_whole(&self) -> bool {
        Y::WHOLE
    }
}

impl<A: Scalar + AsPrimitive<f64>, R: Dim, C: Dim, S: RawStorage<A, R, C>> NumericArray for Matrix<A, R, C, S> {
    fn shape(&self) -> Vec<usize> {
        vec![self.nrows(), self.ncols()]
    }

    fn row(&self, row: usize, to: &mut [f64]) {
        for (column, to) in to.iter_mut().enumerate() {
            *to = self[(row, column)].as_();
        }
    }

    fn is_whole(&self) -> bool {
        is_integer::<A>()
    }
}

pub(super) fn is_integer<A: 'static>() -> bool {
    fn id<T: 'static>() -> TypeId {
        TypeId::of::<T>()
    }
    let unsigned = [id::<u8>(), id::<u16>(), id::<u32>(), id::<u64>(), id::<usize>()];
    let signed = [id::<i8>(), id::<i16>(), id::<i32>(), id::<i64>(), id::<isize>()];
    [unsigned, signed].as_flattened().contains(&id::<A>())
}

impl<X: ArrayRow, T: ArrayRow> Dataset<X, T> {
    /// A dataset of two arrays with a row for each sample: matrices of nalgebra, or arrays of ndarray with the feature
    /// `ndarray`.
    ///
    /// `x` has the samples, `y` the labels: a `Class<N>` is one whole number a row. [`ArrayRow`] says which sizes fit.
    ///
    /// # Errors
    /// [`Error::Argument`] if the axes are not those of the type, if a number is NaN, infinite or too large for `f32`,
    /// a label is no whole number below `N`, or the numbers of rows differ. The message names the number by its
    /// indices, from 0.
    ///
    /// ```
    /// use nalgebra::{DMatrix, DVector};
    /// use taut::{Class, Dataset, Vector};
    ///
    /// # fn main() -> taut::Result<()> {
    /// let x = DMatrix::from_row_slice(3, 2, &[5.1, 3.5, 7.0, 3.2, 6.3, 3.3]);
    /// let y = DVector::from_row_slice(&[0, 1, 2]);
    /// let data: Dataset<Vector<2>, Class<3>> = Dataset::from_arrays(&x, &y)?;
    /// assert_eq!((data.x[1], data.y[2].index()), (Vector::new([7.0, 3.2]), 2));
    ///
    /// let error = Dataset::<Vector<2>, Class<3>>::from_arrays(&x, &y.add_scalar(1)).unwrap_err();
    /// assert_eq!(error.to_string(), "y: expected a whole number from 0 to 2, received 3 at [2, 0]");
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_arrays(x: &(impl NumericArray + ?Sized), y: &(impl NumericArray + ?Sized)) -> Result<Self> {
        Dataset::new(rows_of("x", x)?, rows_of("y", y)?)
    }
}

/// The rows as a matrix, a sample a row: predictions for a program that computes with nalgebra.
///
/// The columns are the numbers of a sample in the order of memory; a [`Class`] is one column.
///
/// ```
/// use taut::{Vector, datasets};
///
/// let predictions = [Vector::new([0.9, 0.1]), Vector::new([0.2, 0.8])];
/// assert_eq!(datasets::to_matrix(&predictions), nalgebra::DMatrix::from_row_slice(2, 2, &[0.9, 0.1, 0.2, 0.8]));
/// ```
pub fn to_matrix<Y: ArrayRow>(rows: &[Y]) -> DMatrix<f32> {
    DMatrix::from_fn(rows.len(), Y::AXES.iter().product(), |row, column| rows[row].number(column) as f32)
}

/// The rows of an array.
fn rows_of<X: ArrayRow>(argument: &'static str, array: &(impl NumericArray + ?Sized)) -> Result<Vec<X>> {
    let shape = array.shape();
    if !fits(&shape, X::AXES) {
        return Err(Error::argument(argument, rows_text(X::AXES), shape_text(&shape)));
    }
    let mut numbers = vec![0.0; X::AXES.iter().product()];
    let mut rows = Vec::new();
    for i in 0..shape[0] {
        array.row(i, &mut numbers);
        let large = |_| Error::argument(argument, "rows that fit into memory", shape_text(&shape));
        rows.try_reserve(1).map_err(large)?;
        X::push(&numbers, &mut rows).map_err(|(at, expected)| {
            let mut index = vec![i; shape.len()];
            let mut rest = at;
            for (index, axis) in index.iter_mut().zip(&shape).skip(1).rev() {
                (*index, rest) = (rest % axis, rest / axis);
            }
            Error::argument(argument, expected, format!("{} at {index:?}", numbers[at]))
        })?;
    }
    rows.shrink_to_fit();
    Ok(rows)
}

/// Whether the rows of an array of that shape have these axes, apart from axes of size 1, or are flat.
pub(super) fn fits(shape: &[usize], axes: &[usize]) -> bool {
    let Some((_, row)) = shape.split_first() else { return false };
    let long = |axes: &[usize]| axes.iter().copied().filter(|axis| *axis != 1).collect::<Vec<_>>();
    long(row) == long(axes) || long(row) == [axes.iter().product::<usize>()]
}

/// `samples of 28 x 28 x 1`.
pub(super) fn rows_text(axes: &[usize]) -> String {
    if axes.is_empty() { "rows of 1 number".to_string() } else { format!("rows of {}", product(axes)) }
}

/// `60000 x 28 x 28, the number of rows first`.
pub(super) fn shape_text(shape: &[usize]) -> String {
    match shape {
        [] => "a single number".to_string(),
        _ => format!("{}, the number of rows first", product(shape)),
    }
}

/// The shape as text: `60000 x 28 x 28`.
pub(super) fn product(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::{Image, Sequence, Vector};
    use nalgebra::{DVector, SMatrix};

    fn matrix<A: Scalar, const R: usize, const C: usize>(rows: [[A; C]; R]) -> DMatrix<A> {
        DMatrix::from_row_slice(R, C, rows.as_flattened())
    }

    fn column<A: Scalar, const R: usize>(numbers: [A; R]) -> DVector<A> {
        DVector::from_row_slice(&numbers)
    }

    type Rows = Dataset<Vector<2>, Class<3>>;

    fn message<X: ArrayRow, T: ArrayRow>(x: &impl NumericArray, y: &impl NumericArray) -> String {
        let error = Dataset::<X, T>::from_arrays(x, y).err().unwrap();
        assert!(matches!(error, Error::Argument { .. }));
        error.to_string()
    }

    #[test]
    fn matrices_of_all_storages_and_numbers() {
        let expected = Rows::new(
            [[1.0, 2.0], [3.0, 4.0]].map(Vector::new).into(),
            [2, 0].into_iter().filter_map(Class::new).collect(),
        )
        .unwrap();
        let (x, y) = (matrix([[1, 2], [3, 4]]), [2, 0]);
        assert_eq!(Rows::from_arrays(&x, &DVector::from_row_slice(&y)).unwrap(), expected);
        assert_eq!(Rows::from_arrays(&x.map(|x| x as u8), &column([2.0_f64, 0.0])).unwrap(), expected);
        assert_eq!(Rows::from_arrays(&x.map(|x| x as f32), &matrix([[2_i64, 0]]).transpose()).unwrap(), expected);
        let fixed = SMatrix::<f64, 2, 2>::new(1.0, 2.0, 3.0, 4.0);
        assert_eq!(Rows::from_arrays(&fixed, &column([2_usize, 0])).unwrap(), expected);
        let wide = matrix([[0.0, 1.0, 2.0], [9.0, 3.0, 4.0]]);
        assert_eq!(Rows::from_arrays(&wide.columns(1, 2), &expected.y).unwrap(), expected);
    }

    #[test]
    fn a_row_may_be_flat() {
        let x = DMatrix::from_fn(2, 6, |i, j| (10 * i + j) as f64);
        let data: Dataset<Image<3, 2, 1>, Sequence<2, 3>> = Dataset::from_arrays(&x, &x).unwrap();
        assert_eq!(data.x[1].0, [[[10.0], [11.0]], [[12.0], [13.0]], [[14.0], [15.0]]]);
        assert_eq!(data.y[0].0, [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
        let tokens: Dataset<Tokens<6>, Image<3, 2, 1>> = Dataset::from_arrays(&x, &data.x).unwrap();
        assert_eq!(tokens.y, data.x);
        assert_eq!(tokens.x[1].0, [10, 11, 12, 13, 14, 15]);
        assert!(Dataset::<Vector<1>, Class<2>>::from_arrays(&column([0.0; 0]), &column([0; 0])).unwrap().is_empty());
    }

    #[test]
    fn wrong_shapes() {
        let (x, y) = (matrix([[1.0, 2.0], [3.0, 4.0]]), column([0, 1]));
        let rows = "2 x 2, the number of rows first";
        assert_eq!(message::<Vector<3>, Class<3>>(&x, &y), format!("x: expected rows of 3, received {rows}"));
        assert_eq!(message::<Vector<2>, Class<3>>(&x, &x), format!("y: expected rows of 1 number, received {rows}"));
        assert_eq!(
            message::<Image<1, 3, 1>, Class<3>>(&x, &y),
            format!("x: expected rows of 1 x 3 x 1, received {rows}")
        );
        let labels = "y: expected 2 labels, one for each sample, received 3";
        assert_eq!(message::<Vector<2>, Class<3>>(&x, &column([0, 1, 2])), labels);
    }

    #[test]
    fn wrong_numbers() {
        let y = column([0, 1]);
        for (bad, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (1e39, &format!("{}", 1e39))] {
            let expected = format!("x: expected a finite number, received {text} at [1, 0]");
            assert_eq!(message::<Vector<2>, Class<3>>(&matrix([[1.0, 2.0], [bad, 4.0]]), &y), expected);
        }
        for bad in [3.0, -1.0, 0.5, f64::NAN] {
            let expected = format!("y: expected a whole number from 0 to 2, received {bad} at [1, 0]");
            assert_eq!(message::<Vector<2>, Class<3>>(&matrix([[1, 2], [3, 4]]), &column([0.0, bad])), expected);
        }
        for bad in [-1, 65_536] {
            let expected = format!("x: expected a token, a whole number from 0 to 65535, received {bad} at [0, 1]");
            assert_eq!(message::<Tokens<2>, Class<3>>(&matrix([[1, bad]]), &column([0])), expected);
        }
    }

    /// As a view of ndarray can do with strides of 0.
    #[test]
    fn rows_that_no_memory_can_hold() {
        struct Endless;
        impl NumericArray for Endless {
            fn shape(&self) -> Vec<usize> {
                vec![usize::MAX, 1 << 20]
            }
            fn row(&self, _: usize, to: &mut [f64]) {
                to.fill(f64::NAN);
            }
        }
        let found = message::<Vector<{ 1 << 20 }>, Class<2>>(&Endless, &column([0]));
        assert_eq!(found, "x: expected a finite number, received NaN at [0, 0]");
        // A sample of so many numbers is not made on the stack.
        let large = DMatrix::<u8>::from_element(2, 1 << 20, 7);
        let data: Dataset<Vector<{ 1 << 20 }>, Vector<{ 1 << 20 }>> = Dataset::from_arrays(&large, &large).unwrap();
        assert_eq!((data.x[1].0[9], data.y.len()), (7.0, 2));
    }

    #[test]
    fn predictions_as_a_matrix() {
        let images = [Image([[[1.0], [2.0]], [[3.0], [4.0]]]); 2];
        assert_eq!(to_matrix(&images), matrix([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]));
        let classes: Vec<Class<3>> = [2, 0].into_iter().filter_map(Class::new).collect();
        assert_eq!(to_matrix(&classes), matrix([[2.0], [0.0]]));
        assert_eq!(to_matrix::<Vector<3>>(&[]).shape(), (0, 3));
    }
}
