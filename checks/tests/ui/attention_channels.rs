use taut::{layers::*, prelude::*};

taut::network! {
    type Net: Sequence<20, 16> = (
        Residual<(LayerNorm<16>, MultiHeadAttention<8, 2, 4>)>,
        Flatten,
        Dense<320, 2>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
