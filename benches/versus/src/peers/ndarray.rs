//! By hand with ndarray, without BLAS.

use super::by_hand::{ByHand, Matrix};
use super::{Peer, Task};
use crate::Result;
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder};

pub fn new(task: Task) -> Result<Box<dyn Peer + '_>> {
    ByHand::boxed(task, multiply)
}

pub fn multiply(a: Matrix, b: Matrix, c: &mut [f32]) {
    fn view(m: Matrix<'_>) -> ArrayView2<'_, f32> {
        let shape = (m.rows, m.columns).strides((m.row, m.column));
        ArrayView2::from_shape(shape, m.data).expect("the slice is as long as the matrix")
    }
    let mut c = ArrayViewMut2::from_shape((a.rows, b.columns), c).expect("the slice is as long as the product");
    general_mat_mul(1.0, &view(a), &view(b), 0.0, &mut c);
}
