use taut::prelude::*;

network! {
    type Net: Vector<784> = (
        Conv2d<1, 8, 3>,
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
