use taut::prelude::*;

network! {
    type Net: Image<28, 28, 1> = (
        Conv2d<1, 8, 3, Same<0>>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
