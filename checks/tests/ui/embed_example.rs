use taut::prelude::*;

type Net = (Dense<2, 8>, Relu, Dense<8, 2>, Softmax);
taut::embed! {
    pub static NET: Net = "xor.taut";
    pub static ONE: Example<Vector<2>>;
}

fn main() {}
