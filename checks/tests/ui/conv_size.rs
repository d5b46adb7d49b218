use taut::prelude::*;

network! {
    type Net: Image<4100, 10, 1> = (
        Conv2d<1, 8, 3, Same>,
        GlobalAvgPool,
    );
}

fn main() {
    let _: Option<Net> = None;
}
