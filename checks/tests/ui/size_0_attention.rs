use taut::{layers::*, prelude::*};

taut::network! {
    struct Net: Sequence<10, 4> {
        attention: MultiHeadAttention<4, 0, 8>,
        last: Gru<4, 3>,
    }
}

fn main() {
    let _: Option<Net> = None;
}
