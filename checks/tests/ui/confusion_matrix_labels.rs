use taut::{metrics::*, prelude::*};

// Numbers of classes are `Class<3>`.
fn main() {
    let mut matrix = ConfusionMatrix::new();
    matrix.add(&[Vector::new([0.1, 0.2, 0.7])], &[2.0_f32]);
}
