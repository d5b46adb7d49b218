//! The networks and the made-up images that are measured.

use taut::Params;
use taut::prelude::*;

pub type Clothes = Image<28, 28, 1>;
pub type Net1 = (Flatten, Dense<784, 10>, Softmax);
pub type Net2 = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
pub type Net3 = (Flatten, Dense<784, 128>, Relu, Dense<128, 64>, Relu, Dense<64, 10>, Softmax);
pub type Regularized = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

/// What makes it that.
pub fn regularize(net: &mut <Regularized as Params>::Options) {
    net.1.kernel.regularizer = L2(0.01).into();
    net.1.activity_regularizer = L1(0.01).into();
    net.1.kernel.constraint = MaxNorm(2.0).into();
}

pub fn images(n: usize) -> Dataset<Clothes, Class<10>> {
    let mut x = taut::memory::zeros::<Clothes>(n);
    for (i, pixel) in x.iter_mut().flat_map(|x| x.values_mut()).enumerate() {
        *pixel = (i * 7919 % 1009) as f32 / 1009.0;
    }
    let y = (0..n).map(|i| Class::new(i * 31 % 10).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}
