//! Any bytes as a network of signed bytes, behind checksums that are right: an error, or a network that computes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::{Arch, int8::QuantizedModel, prelude::*};
use taut_fuzz::{file, sound};

type Net = (Flatten, Dense<4, 3>, Relu, Dense<3, 2>, Softmax);
type X = Image<2, 2, 1>;

fuzz_target!(|bytes: &[u8]| {
    let _ = QuantizedModel::<X, Net>::load(file("quantized", bytes));
    type Bytes = Quantized<X, Net>;
    let mut parameters = bytes.to_vec();
    parameters.resize(Bytes::BYTES, 0);
    let path = file("quantized", &sound(Bytes::NAME.as_str(), &parameters, &[]));
    if let Ok(model) = QuantizedModel::<X, Net>::load(&path) {
        let y = model.predict(&Image([[[0.5], [-1.0]], [[1e30], [f32::NAN]]]));
        assert!(y.values().iter().all(|y| y.is_finite()), "{y:?}");
        model.save(file("quantized", &[])).expect("a network that was read can be written");
    }
});
