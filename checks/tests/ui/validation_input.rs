use taut::prelude::*;

fn main() {
    let test: Dataset<Vector<5>, Class<3>> = Dataset::new(vec![], vec![]).unwrap();
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy).validation(&test);
}
