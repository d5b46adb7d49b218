use taut::prelude::*;

type Net = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

fn main() {
    let train: Dataset<Image<32, 32, 3>, Class<10>> = Dataset::new(vec![], vec![]).unwrap();
    let mut model =
        Model::<Image<28, 28, 1>, Net>::new(3).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.fit(&train, Fit { epochs: 20, ..Fit::default() }).unwrap();
}
