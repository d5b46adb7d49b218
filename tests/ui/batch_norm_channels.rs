use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Image<28, 28, 1> = (
        Flatten,
        DenseNoBias<784, 64>,
        BatchNorm<32>,
        Relu,
        Dense<64, 10>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
