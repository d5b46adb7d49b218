use taut::prelude::*;

fn main() {
    let data: Dataset<Vector<4>, Class<3>> = Dataset::new(vec![], vec![]).unwrap();
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.class_weight([1.0, 2.0]).fit(&data, Fit::default()).unwrap();
}
