use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Sequence<20, 16> = (
        MultiHeadAttention<16, 2, 8, ReturnSequence>,
        Flatten,
        Dense<320, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
