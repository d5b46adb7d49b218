//! Any bytes as the state of a training, behind parameters and checksums that are right: an error, or a run that goes on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::{Arch, prelude::*};
use taut_fuzz::{file, sound};

type Net = (Dense<2, 3>, Relu, Dense<3, 2>, Softmax);

fuzz_target!(|bytes: &[u8]| {
    let data = Dataset::new(vec![Vector::new([0.5, -1.0]); 3], vec![Class::<2>::new(1).unwrap(); 3]).unwrap();
    let path = file("training", &sound(Net::NAME.as_str(), &[0; 17 * 4], bytes));
    let mut model = Model::<Vector<2>, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    if model.resume(&path).is_ok() {
        let fit = Fit { epochs: 3, batch_size: 2, verbose: Verbose::Silent, ..Fit::default() };
        if let Ok(history) = model.fit(&data, fit) {
            let _ = history.to_string();
        }
        let _ = model.save_training(file("training", &[]));
    }
});
