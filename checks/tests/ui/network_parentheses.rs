use taut::prelude::*;

network! { type Net: Vector<4> = Dense<4, 8>; }

fn main() {}
