use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Sequence<20, 3> = (
        TimeDistributed<Dense<4, 16>>,
        Gru<16, 8>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
