use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Sequence<20, 3> = (
        Lstm<3, 16, ReturnSequence>,
        Lstm<8, 16>,
        Dense<16, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
