//! Any bytes as a checkpoint: an error, or parameters that are finite and are written again as they were read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::prelude::*;
use taut_fuzz::file;

type Net = (Dense<3, 4>, BatchNorm<4>, Relu, Dropout<20>, Dense<4, 2>, Softmax);

fuzz_target!(|bytes: &[u8]| {
    let path = file("checkpoint", bytes);
    let loaded = Model::<Vector<3>, Net>::load(&path);
    let mut compiled =
        Model::<Vector<3>, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let _ = compiled.load_weights(&path);
    let _ = compiled.resume(&path);
    let Ok(model) = loaded else { return };
    let again = file("again", &[]);
    model.save(&again).expect("a network that was read can be written");
    let second = Model::<Vector<3>, Net>::load(&again).expect("what was written can be read");
    assert_eq!(model.net(), second.net());
    assert!(model.predict(&Vector::new([1.0; 3])).values().iter().all(|y| !y.is_infinite()));
});
