use taut::{losses::Poisson, prelude::*};

network! { type Net: Vector<4> = (Dense<4, 8>, Relu, Dense<8, 1>); }

fn main() {
    Model::<Vector<4>, Net>::new(3).compile(Adam::default(), Poisson, ());
}
