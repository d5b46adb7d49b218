use taut::prelude::*;

network! {
    struct Digits: Image<8, 8, 1> {
        flatten: Flatten,
        hidden: Dense<64, 32>,
        relu: Relu,
        scores: Dense<32, 10>,
    }
}

fn main() {
    let model = Model::<Image<8, 8, 1>, Digits>::new(3);
    model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
}
