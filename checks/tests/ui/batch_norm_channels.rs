use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Image<28, 28, 1> = (
        Flatten,
        Dense<784, 64, NoBias>,
        BatchNorm<32>,
        Relu,
        Dense<64, 10>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
