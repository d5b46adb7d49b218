use taut::prelude::*;

type Net = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

fn main() {
    let train: Dataset<Image<28, 28, 1>, Class<10>> = Dataset::new(vec![], vec![]).unwrap();
    Model::<Image<28, 28, 1>, Net>::new(3).fit(&train, Fit::default());
}
