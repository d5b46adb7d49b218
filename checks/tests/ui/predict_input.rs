use taut::prelude::*;

type Net = (Dense<4, 3>, Softmax);

fn scores(net: &Net, x: &Vector<5>) -> usize {
    let mut scratch = Budget::<Vector<4>, Net>::scratch();
    net.predict(x, &mut scratch).argmax()
}
fn main() {
    let net = Model::<Vector<4>, Net>::new(3);
    scores(net.net(), &Vector::ZERO);
}
