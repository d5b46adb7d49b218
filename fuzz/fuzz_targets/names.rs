//! Any name as that of a checkpoint: an error before the first step, or files in the folder.
#![no_main]

use libfuzzer_sys::fuzz_target;
use taut::prelude::*;
use taut_fuzz::folder;

fuzz_target!(|name: &str| {
    // What would be written to another folder, or to a name that the system does not take.
    if name.contains(['/', '\0']) || name.len() > 100 || ["", ".", ".."].contains(&name) {
        return;
    }
    let folder = folder("names");
    let data = Dataset::new(vec![Vector::new([0.5])], vec![Vector::new([1.0])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    let fit = Fit { epochs: 2, verbose: Verbose::Silent, ..Fit::default() };
    if model.callbacks(ModelCheckpoint::every_epoch(folder.join(name))).fit(&data, fit).is_ok() {
        assert!(std::fs::read_dir(&folder).unwrap().count() >= 1);
    }
});
