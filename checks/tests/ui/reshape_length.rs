use taut::prelude::*;

taut::network! {
    type Net: Vector<64> = (
        Reshape<Vector<64>, Image<8, 8, 3>>,
        Relu,
    );
}

fn main() {
    let _: Option<Net> = None;
}
