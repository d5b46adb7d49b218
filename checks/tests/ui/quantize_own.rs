use taut::prelude::*;

type Net = (Dense<2, 8>, Reshape<Vector<8>, Image<2, 2, 2>>, BatchNorm<2>);

fn main() {
    let model = Model::<Vector<2>, Net>::new(1);
    let _ = quantize(&model, &[]);
}
