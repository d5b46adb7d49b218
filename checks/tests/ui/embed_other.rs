use taut::prelude::*;

type Net = (Dense<2, 16>, Relu, Dense<16, 2>, Softmax);
taut::embed! { pub static NET: Net = "xor.taut"; }

fn main() {}
