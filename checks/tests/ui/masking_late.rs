use taut::layers::Masking;
use taut::prelude::*;

network! {
    type Net: Sequence<20, 3> = (
        Tanh,
        Masking,
        Lstm<3, 8>,
        Dense<8, 2>,
        Softmax,
    );
}

fn main() {
    let _ = Model::<Sequence<20, 3>, Net>::new(1);
}
