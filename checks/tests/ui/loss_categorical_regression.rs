use taut::{metrics::R2Score, prelude::*};

network! {
    struct Prices: Vector<4> {
        hidden: Dense<4, 8>,
        tanh: Tanh,
        prices: Dense<8, 2>,
        drop: Dropout<20>,
    }
}

fn main() {
    Model::<Vector<4>, Prices>::new(3).compile(Adam::default(), CategoricalCrossentropy, R2Score);
}
