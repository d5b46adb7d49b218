use taut::prelude::*;

type Net = (Dense<4, 3>);

fn main() {
    Model::<Vector<4>, Net>::new(3).layers(|net| {
        net.0.kernel.regularizer = L2(0.01).into();
    });
}
