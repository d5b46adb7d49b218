use taut::{layers::*, prelude::*};

network! {
    type Net: Vector<16000> = (
        Parallel<Relu, Dense<16000, 1000>>,
        Relu,
    );
}

fn main() {}
