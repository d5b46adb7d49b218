use taut::prelude::*;

network! {
    struct Net: Vector<4> {
        pub hidden: Dense<4, 8>,
        relu: Relu,
    }
}

fn main() {}
