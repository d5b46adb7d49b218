//! Any bytes as a batch of CIFAR-10.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::datasets::{cifar10_in, cifar10_pixels_in};
use taut_fuzz::file;

fuzz_target!(|bytes: &[u8]| {
    for i in 1..=5 {
        file(&format!("cifar/data_batch_{i}.bin"), bytes);
    }
    let path = file("cifar/test_batch.bin", bytes);
    let folder = path.parent().unwrap();
    match (cifar10_in(folder), cifar10_pixels_in(folder)) {
        (Ok((x, _)), Ok((bytes, _))) => assert!(bytes.into_floats() == x),
        (floats, bytes) => assert!(floats.is_err() && bytes.is_err()),
    }
});
