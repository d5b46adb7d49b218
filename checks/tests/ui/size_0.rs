use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Vector<4> = (
        Dense<4, 0, NoBias>,
        Relu,
        Linear,
    );
}

fn main() {
    let _: Option<Net> = None;
}
