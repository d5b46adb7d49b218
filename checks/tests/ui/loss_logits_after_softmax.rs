use taut::prelude::*;

network! { type Net: Vector<4> = (Dense<4, 3>, Softmax); }

fn main() {
    Model::<Vector<4>, Net>::new(3).compile(Adam::default(), FromLogits(SparseCategoricalCrossentropy), Accuracy);
}
