use taut::prelude::*;

fn main() {
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    model.compile(SparseCategoricalCrossentropy, Adam::default(), Accuracy);
}
