//! Any bytes as a picture in a folder.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::datasets::{image_folder, image_folder_pixels};
use taut::prelude::*;
use taut_fuzz::file;

fuzz_target!(|input: (u8, &[u8])| {
    let ends = ["png", "jpg", "gif", "bmp", "webp", "pnm", "tiff", "tga"];
    let end = ends[usize::from(input.0) % ends.len()];
    let path = file(&format!("pictures-{end}/one/1.{end}"), input.1);
    let folder = path.ancestors().nth(2).unwrap();
    if let Ok((data, _)) = image_folder::<Image<8, 8, 3>, 1>(folder) {
        assert!(data.x.iter().flat_map(|x| x.values()).all(|x| x.is_finite()));
        let (bytes, _) = image_folder_pixels::<Image<8, 8, 3>, 1>(folder).unwrap();
        assert_eq!(bytes.len(), data.len());
    }
});
