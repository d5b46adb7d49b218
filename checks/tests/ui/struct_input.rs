use taut::prelude::*;

network! {
    struct Net {
        flatten: Flatten,
    }
}

fn main() {}
