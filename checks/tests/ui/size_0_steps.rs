use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Sequence<10, 4> = (
        TimeDistributed<(Relu, Dense<4, 0>)>,
        Linear,
    );
}

fn main() {
    let _: Option<Net> = None;
}
