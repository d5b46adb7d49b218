use taut::prelude::*;

fn main() {
    Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3).layers(|net| {
        net.0.kernel.regularizer = L2(0.01);
    });
}
