//! The crate matrixmultiply, which is what ndarray and nalgebra call.

use super::by_hand::Matrix;

pub fn multiply(a: Matrix, b: Matrix, c: &mut [f32]) {
    assert!(a.columns == b.rows && c.len() == a.rows * b.columns);
    // SAFETY: the lengths are those of the three matrices, as `Matrix` and the line above checked.
    unsafe {
        matrixmultiply::sgemm(
            a.rows,
            a.columns,
            b.columns,
            1.0,
            a.data.as_ptr(),
            a.row as isize,
            a.column as isize,
            b.data.as_ptr(),
            b.row as isize,
            b.column as isize,
            0.0,
            c.as_mut_ptr(),
            b.columns as isize,
            1,
        );
    }
}
