use taut::prelude::*;

network! {
    type Net: Image<28, 9, 1> = (
        Conv2d<1, 8, 3>,
        MaxPool2d<2>,
        Conv2d<8, 8, 4>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
