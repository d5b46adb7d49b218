use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Vector<4> = (
        Dense<4, 8>,
        GroupNorm<8, 3>,
        Dense<8, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
