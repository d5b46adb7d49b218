//! Any bytes as an IDX file, plain or gzipped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::{datasets::idx, prelude::*};
use taut_fuzz::file;

fuzz_target!(|bytes: &[u8]| {
    let path = file("idx", bytes);
    if let Ok(images) = idx::read_images::<Image<2, 2, 1>>(&path, 1.0) {
        assert!(images.iter().flat_map(|x| x.values()).all(|x| x.is_finite()));
    }
    let _ = idx::read_labels::<3>(&path);
    let _ = idx::Idx::read(&path);
});
