use taut::prelude::*;

network! { type Net: Vector<4> = (Dense<4, 1>, Softmax); }

fn main() {
    Model::<Vector<4>, Net>::new(3).compile(Adam::default(), BinaryCrossentropy, Accuracy);
}
