use taut::prelude::*;

taut::network! {
    type Net: Sequence<20, 3> = (
        Embedding<1000, 16>,
        Gru<16, 8>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
