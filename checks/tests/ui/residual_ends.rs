use taut::prelude::*;

network! {
    type Net: Vector<4> = (
        Dense<4, 8>,
        Residual<(Dense<8, 16>, Relu, Dense<16, 6>)>,
        Dense<6, 3>,
    );
}

fn main() {}
