use taut::prelude::*;

fn main() {
    let test: Dataset<Vector<4>, Class<3>> = Dataset::new(vec![], vec![]).unwrap();
    let mut model =
        Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3).compile(Adam::default(), CategoricalCrossentropy, Accuracy);
    model.validation(&test);
}
