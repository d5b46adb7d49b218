use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Vector<4> = (
        Dense<4, 7>,
        Glu,
        Dense<3, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
