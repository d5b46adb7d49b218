//! Any bytes as a file of NumPy: one array, and an archive of arrays.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::{
    datasets::{Npy, Npz},
    prelude::*,
};
use taut_fuzz::file;

fuzz_target!(|bytes: &[u8]| {
    let path = file("npy", bytes);
    let (npy, npz) = (Npy::new(&path).scale(0.5), Npz::new(&path).scale(0.5));
    if let Ok(images) = npy.read::<Image<2, 2, 1>>() {
        assert!(images.iter().flat_map(|x| x.values()).all(|x| x.is_finite()));
    }
    let _ = npy.read::<Class<3>>();
    let Ok(names) = npz.names() else { return };
    for name in &names {
        let _ = npz.array::<Tokens<2>>(name);
        if let Ok(data) = npz.read::<Vector<2>, Class<3>>(name, &names[0]) {
            assert!(data.x.len() == data.y.len() && data.x.iter().flat_map(|x| x.values()).all(|x| x.is_finite()));
        }
    }
});
