use taut::prelude::*;

network! {
    type Net: Image<224, 224, 3> = (
        Flatten,
        Dense<150528, 10>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
