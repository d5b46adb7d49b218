use taut::{layers::*, prelude::*};

network! {
    type Net: Image<8, 8, 3> = (
        Parallel<BatchNorm<3>, Flatten>,
        Flatten,
    );
}

fn main() {}
