//! Any bytes as a table, read in each of the ways there are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::{
    datasets::{Csv, Missing},
    prelude::*,
};
use taut_fuzz::file;

fuzz_target!(|input: (u8, &[u8])| {
    let (how, bytes) = input;
    let mut csv = Csv::new(file("csv", bytes)).separator(b",;\t "[usize::from(how >> 1) & 3]);
    if how & 32 == 32 {
        csv = csv.header(how & 1 == 1);
    }
    if how & 64 == 64 {
        csv = csv.missing([Missing::DropRow, Missing::Mean][usize::from(how & 1)]);
    }
    if how & 8 == 8 {
        csv = csv.columns(["a", "b", "c"]);
    }
    if how & 16 == 16 {
        csv = csv.classes(["no", "yes"]);
    }
    if let Ok(data) = csv.read::<Vector<2>, Class<2>>() {
        assert!(!data.is_empty() && data.x.len() == data.y.len());
        assert!(data.x.iter().flat_map(|x| x.values()).all(|x| x.is_finite()));
    }
    let _ = csv.read::<Vector<1>, Vector<1>>();
});
