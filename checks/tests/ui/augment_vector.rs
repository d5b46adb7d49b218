use taut::{datasets::*, prelude::*};

fn main() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    model.augment(RandomFlip::Horizontal).fit(&data, Fit::default()).unwrap();
}
