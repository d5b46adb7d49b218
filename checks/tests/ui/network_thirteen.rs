use taut::prelude::*;

network! { type Net: Vector<4> = (Relu, Relu, Relu, Relu, Relu, Relu, Relu, Relu, Relu, Relu, Relu, Relu, Relu); }

fn main() {}
