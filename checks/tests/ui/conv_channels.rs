use taut::prelude::*;

network! {
    type Net: Image<28, 28, 1> = (
        Conv2d<1, 8, 3>,
        Relu,
        Conv2d<16, 16, 3>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
