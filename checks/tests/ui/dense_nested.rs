use taut::prelude::*;

type Block = (Dense<64, 64>, Relu, Dense<64, 32>);
type Net = (Flatten, Dense<784, 64>, Block, Dense<64, 10>, Softmax);

fn main() {
    Model::<Image<28, 28, 1>, Net>::new(3);
}
