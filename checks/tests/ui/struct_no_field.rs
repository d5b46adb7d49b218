use taut::prelude::*;

network! {
    struct Net: Image<8, 8, 1> {}
}

fn main() {}
