use taut::prelude::*;

taut::network! {
    type Net: Sequence<20, 3> = (
        Gru<3, 16>,
        Gru<16, 8>,
        Dense<8, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
