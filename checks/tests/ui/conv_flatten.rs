use taut::prelude::*;

network! {
    type Net: Image<28, 28, 1> = (
        Conv2d<1, 8, 3>,
        Dense<5408, 10>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
