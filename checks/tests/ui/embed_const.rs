use taut::prelude::*;

type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);

taut::embed! {
    const DIGITS: Net = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut");
}

fn main() {
    println!("{}", DIGITS.4.bias[0]);
}
