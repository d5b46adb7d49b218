use taut::prelude::*;

network! {
    type Net: Image<4, 28, 1> = (
        Conv2d<1, 8, 5>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
