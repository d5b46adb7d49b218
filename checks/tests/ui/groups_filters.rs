use taut::{layers::*, prelude::*};

network! {
    type Net: Image<8, 8, 6> = (
        GroupedConv2d<3, 2, 8, 3>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
