use taut::prelude::*;

taut::network! {
    type Net: Vector<1000000> = (
        Dense<1000000, 1000000>,
        Relu,
    );
}

fn main() {
    let _: Option<Net> = None;
}
