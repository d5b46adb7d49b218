use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Sequence<20, 3> = (
        Bidirectional<Reshape<Sequence<20, 3>, Image<20, 3, 1>>>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
