use taut::prelude::*;

fn main() {
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    model.predict(&Vector::new([5.1, 3.5, 1.4]));
}
