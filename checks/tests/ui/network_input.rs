use taut::prelude::*;

network! { type Net = (Dense<4, 8>, Relu); }

fn main() {}
