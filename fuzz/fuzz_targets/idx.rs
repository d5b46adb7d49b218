//! Any bytes as an IDX file, plain or gzipped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::{Pixels, datasets::idx, prelude::*};
use taut_fuzz::file;

fuzz_target!(|bytes: &[u8]| {
    let path = file("idx", bytes);
    if let Ok(images) = idx::read_images::<Image<2, 2, 1>>(&path, 1.0) {
        assert!(images.iter().flat_map(|x| x.values()).all(|x| x.is_finite()));
    }
    if let Ok(images) = idx::read_pixels::<Image<2, 2, 1>, 255>(&path) {
        let floats = idx::read_images::<Image<2, 2, 1>>(&path, 1.0).unwrap();
        let same = |(bytes, x): (&Pixels<_, 255>, &Image<2, 2, 1>)| {
            bytes.bytes().iter().map(|b| f32::from(*b)).eq(x.values().iter().copied())
        };
        assert!(images.len() == floats.len() && images.iter().zip(&floats).all(same));
    }
    let _ = idx::read_labels::<3>(&path);
    let _ = idx::Idx::read(&path);
});
