use taut::prelude::*;

type Net = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

fn run(train: &Dataset<Image<28, 28, 1>, Vector<10>>) {
    let mut model =
        Model::<Image<28, 28, 1>, Net>::new(3).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.fit(train, Fit { epochs: 20, ..Fit::default() }).unwrap();
}
fn main() {
    run(&Dataset::new(vec![], vec![]).unwrap());
}
