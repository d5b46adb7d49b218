use taut::{layers::*, prelude::*};

network! {
    type Net: Image<8, 8, 6> = (
        Cropping2d<4>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
