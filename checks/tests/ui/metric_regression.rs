use taut::{metrics::*, prelude::*};

fn main() {
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    model.compile(Adam::default(), SparseCategoricalCrossentropy, R2Score);
}
