//! By hand with nalgebra's matrices of dynamic sizes.

use super::by_hand::{ByHand, Matrix};
use super::{Peer, Task};
use crate::Result;
use nalgebra::{DMatrixViewMut, Dyn, MatrixView};

pub fn new(task: Task) -> Result<Box<dyn Peer + '_>> {
    ByHand::boxed(task, multiply)
}

pub fn multiply(a: Matrix, b: Matrix, c: &mut [f32]) {
    // nalgebra's matrices lie column by column: the product of the transposed ones, transposed.
    fn view(m: Matrix<'_>) -> MatrixView<'_, f32, Dyn, Dyn, Dyn, Dyn> {
        let Matrix { data, rows, columns, row, column } = m.transposed();
        MatrixView::from_slice_with_strides_generic(data, Dyn(rows), Dyn(columns), Dyn(row), Dyn(column))
    }
    DMatrixViewMut::from_slice(c, b.columns, a.rows).gemm(1.0, &view(b), &view(a), 0.0);
}
