use taut::{metrics::*, prelude::*};

// A one-hot label is as long as the output.
fn main() {
    let (p, t) = (Vector::new([0.1, 0.2, 0.7]), Vector::new([1.0, 0.0]));
    TopKCategoricalAccuracy::<2>.value(&[p], &[t]);
}
