use taut::prelude::*;

// What is an image is not of one class.
fn main() {
    let mut model = Model::<Image<2, 2, 1>, Relu>::new(1).compile(Adam::default(), MeanSquaredError, ());
    let _ = model.class_weight([1.0, 2.0]);
}
