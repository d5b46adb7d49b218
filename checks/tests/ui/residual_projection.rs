use taut::prelude::*;

type Net = (Residual<(Dense<4, 16>, Relu, Dense<16, 6>), Dense<4, 5>>, Dense<6, 3>);

fn main() {
    let _: Model<Vector<4>, Net>;
}
