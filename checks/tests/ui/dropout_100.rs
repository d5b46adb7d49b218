use taut::prelude::*;

taut::network! {
    type Net: Vector<64> = (
        Dense<64, 32>,
        Dropout<100>,
        Dense<32, 10>,
    );
}

fn main() {
    let _: Option<Net> = None;
}
