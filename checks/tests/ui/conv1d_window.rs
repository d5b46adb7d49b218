use taut::{layers::*, prelude::*};

network! {
    type Net: Sequence<6, 3> = (
        Conv1d<3, 8, 3>,
        Conv1d<8, 8, 5>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
