use taut::prelude::*;

network! {
    struct Net: Vector<4> {
        hidden: Dense<4, 8>,
        norm: BatchNorm<8>,
        reshape: Reshape<Vector<8>, Sequence<4, 2>>,
        again: Lstm<2, 3>,
        scores: Dense<3, 2>,
    }
}

fn main() {
    let model = Model::<Vector<4>, Net>::new(1);
    let _ = quantize(&model, &[]);
}
