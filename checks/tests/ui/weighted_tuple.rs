use taut::{metrics::*, prelude::*};

// Each metric is weighted by itself.
fn main() {
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
    model.compile(Adam::default(), SparseCategoricalCrossentropy, Weighted((Accuracy, MeanIou)));
}
