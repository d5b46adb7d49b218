//! The crate faer.

use super::by_hand::Matrix;
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

pub fn multiply(a: Matrix, b: Matrix, c: &mut [f32]) {
    fn view(m: Matrix<'_>) -> MatRef<'_, f32> {
        match m.column {
            1 => MatRef::from_row_major_slice(m.data, m.rows, m.columns),
            _ => MatRef::from_column_major_slice(m.data, m.rows, m.columns),
        }
    }
    let c = MatMut::from_row_major_slice_mut(c, a.rows, b.columns);
    matmul(c, Accum::Replace, view(a), view(b), 1.0, Par::Seq);
}
