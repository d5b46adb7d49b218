use taut::prelude::*;

network! {
    type Net: Vector<64> = (
        (Dense<64, 64>, Reshape<Vector<64>, Image<8, 8, 3>>),
        Flatten,
    );
}

fn main() {
    let _: Option<Net> = None;
}
