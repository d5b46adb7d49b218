//! Arrays of the crate ndarray.

use crate::datasets::array::{ArrayRow, NumericArray, is_integer};
use ndarray::{ArrayBase, ArrayD, Axis, Data, Dimension, IxDyn};
use num_traits::AsPrimitive;

impl<A: AsPrimitive<f64>, S: Data<Elem = A>, D: Dimension> NumericArray for ArrayBase<S, D> {
    fn shape(&self) -> Vec<usize> {
        ArrayBase::shape(self).to_vec()
    }

    fn row(&self, row: usize, to: &mut [f64]) {
        let row = self.view().into_dyn().index_axis_move(Axis(0), row);
        for (to, number) in to.iter_mut().zip(&row) {
            *to = number.as_();
        }
    }

    fn is_whole(&self) -> bool {
        is_integer::<A>()
    }
}

/// The rows as an array of ndarray, whose first axis counts them: predictions for a program that computes with it.
///
/// The other axes are those of a sample, channels last; classes make an array of one axis. The other way is
/// [`Dataset::from_arrays`](crate::Dataset::from_arrays).
///
/// ```
/// use ndarray::{Array4, Array1, Ix2, array};
/// use taut::{Class, Dataset, Image, Vector, datasets};
///
/// # fn main() -> taut::Result<()> {
/// let (x, y) = (Array4::<u8>::zeros((3, 8, 8, 1)), array![0, 2, 1]);
/// let data: Dataset<Image<8, 8, 1>, Class<3>> = Dataset::from_arrays(&x, &y)?;
/// assert_eq!((data.len(), data.y[1].index()), (3, 2));
///
/// let predictions = [Vector::new([0.9, 0.1]), Vector::new([0.2, 0.8])];
/// let predictions = datasets::to_ndarray(&predictions).into_dimensionality::<Ix2>().unwrap();
/// assert_eq!(predictions, array![[0.9, 0.1], [0.2, 0.8]]);
/// # Ok(())
/// # }
/// ```
pub fn to_ndarray<Y: ArrayRow>(rows: &[Y]) -> ArrayD<f32> {
    let mut at = (0, 0);
    let width: usize = Y::AXES.iter().product();
    let next = || {
        let number = rows[at.0].number(at.1) as f32;
        at = if at.1 + 1 == width { (at.0 + 1, 0) } else { (at.0, at.1 + 1) };
        number
    };
    ArrayD::from_shape_simple_fn(IxDyn(&rows.shape()), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::dataset::Dataset;
    use crate::shape::sample::{Class, Image, Sequence, Vector};
    use ndarray::{Array, Array1, Array2, Array3, Array4, ArrayView2, aview0, s};

    #[test]
    fn axes_become_vectors_sequences_and_images() {
        let numbers = Array::from_iter((0..48).map(f64::from));
        let x4 = numbers.clone().into_shape_with_order((2, 2, 4, 3)).unwrap();
        let y = Array1::from_vec(vec![1_u8, 0]);
        let images: Dataset<Image<2, 4, 3>, Class<2>> = Dataset::from_arrays(&x4, &y).unwrap();
        assert_eq!((images.x[1].0[1][3], images.y[0].index()), ([45.0, 46.0, 47.0], 1));
        let x3 = numbers.clone().into_shape_with_order((2, 8, 3)).unwrap();
        let steps: Dataset<Sequence<8, 3>, Vector<1>> =
            Dataset::from_arrays(&x3, &Array1::from_vec(vec![0.5, 1.5])).unwrap();
        assert_eq!((steps.x[0].0[7], steps.y[1]), ([21.0, 22.0, 23.0], Vector::new([1.5])));
        let x2 = numbers.into_shape_with_order((2, 24)).unwrap();
        let flat: Dataset<Vector<24>, Class<2>> = Dataset::from_arrays(&x2, &y.mapv(|y| [i64::from(y)][0])).unwrap();
        assert_eq!(flat.x[1].values()[23], 47.0);
        let every_other: Dataset<Vector<12>, Class<2>> = Dataset::from_arrays(&x2.slice(s![.., ..;-2]), &y).unwrap();
        assert_eq!(every_other.x[0].values()[..3], [23.0, 21.0, 19.0]);
        // Columns first in memory.
        let columns = Array2::from_shape_fn((24, 2), |(j, i)| x2[[i, j]]);
        let transposed: Dataset<Vector<24>, Class<2>> = Dataset::from_arrays(&columns.t(), &y).unwrap();
        assert_eq!(transposed.x, flat.x);
        use crate::memory::plain::Floats;
        assert_eq!(images.x[0].values().len(), 24);
    }

    #[test]
    fn wrong_arrays() {
        type Rows = Dataset<Image<2, 2, 3>, Class<2>>;
        let message = |x: &dyn NumericArray, y: &dyn NumericArray| Rows::from_arrays(x, y).unwrap_err().to_string();
        let (x, y) = (Array4::<f32>::zeros((2, 2, 2, 3)), Array1::<i32>::zeros(2));
        let channels_first = Array4::<f32>::zeros((2, 3, 2, 2));
        let expected = "x: expected rows of 2 x 2 x 3, received 2 x 3 x 2 x 2, the number of rows first";
        assert_eq!(message(&channels_first, &y), expected);
        assert_eq!(message(&aview0(&1.0), &y), "x: expected rows of 2 x 2 x 3, received a single number");
        let mut missing = x.clone();
        missing[[1, 0, 1, 2]] = f32::NAN;
        assert_eq!(message(&missing, &y), "x: expected a finite number, received NaN at [1, 0, 1, 2]");
        let wide = "y: expected rows of 1 number, received 2 x 1 x 2, the number of rows first";
        assert_eq!(message(&x, &Array3::<i32>::zeros((2, 1, 2))), wide);
        assert_eq!(message(&x, &(y + 2)), "y: expected a whole number from 0 to 1, received 2 at [0]");
        // More rows than there is memory for: all are the same ones.
        let one = [f32::NAN; 12];
        let endless = ArrayView2::from_shape((1, 12), &one).unwrap();
        let endless = endless.broadcast((1 << 40, 12)).unwrap();
        assert_eq!(message(&endless, &Array1::<i32>::zeros(2)), "x: expected a finite number, received NaN at [0, 0]");
    }

    #[test]
    fn predictions_as_arrays() {
        let images = [Image([[[1.0, 2.0]], [[3.0, 4.0]]]), Image([[[5.0, 6.0]], [[7.0, 8.0]]])];
        let array = to_ndarray(&images);
        assert_eq!(array.shape(), [2, 2, 1, 2]);
        assert_eq!(array[[1, 0, 0, 1]], 6.0);
        let classes: Vec<Class<3>> = [2, 0].into_iter().filter_map(Class::new).collect();
        assert_eq!(to_ndarray(&classes), ndarray::array![2.0, 0.0].into_dyn());
        assert_eq!(to_ndarray::<Vector<3>>(&[]).shape(), [0, 3]);
    }
}
