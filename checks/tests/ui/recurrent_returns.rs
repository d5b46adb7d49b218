use taut::prelude::*;

taut::network! {
    type Net: Sequence<20, 3> = (
        Gru<3, 16, Relu>,
        Dense<16, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
