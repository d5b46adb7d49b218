use taut::prelude::*;

network! {
    type Net: Image<3, 3, 4> = (
        MaxPool2d<2>,
        AvgPool2d<2>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
