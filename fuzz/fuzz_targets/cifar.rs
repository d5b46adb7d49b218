//! Any bytes as a batch of CIFAR-10.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::datasets::cifar10_in;
use taut_fuzz::file;

fuzz_target!(|bytes: &[u8]| {
    for i in 1..=5 {
        file(&format!("cifar/data_batch_{i}.bin"), bytes);
    }
    let path = file("cifar/test_batch.bin", bytes);
    let _ = cifar10_in(path.parent().unwrap());
});
