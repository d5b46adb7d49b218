//! A run that is interrupted and goes on: it ends with the same bits as one that was not.
//!
//! `cargo run --release --example 11_resume`

use taut::callbacks::{BackupAndRestore, Lambda};
use taut::{Compiled, losses, prelude::*};

network! {
    type Net: Image<8, 8, 1> = (Flatten, Dense<64, 32>, Relu, Dropout<30>, Dense<32, 10>, Softmax);
}

type Digits = Compiled<Image<8, 8, 1>, Net, Adam, losses::SparseCategoricalCrossentropy, ()>;

fn new() -> Digits {
    Model::new(4).compile(Adam::default(), SparseCategoricalCrossentropy, ())
}

fn main() -> taut::Result<()> {
    let data = datasets::digits()?;
    let folder = tempfile::tempdir().expect("a folder for the backup");
    let backup = folder.path().join("backup.taut");
    let fit = || Fit { epochs: 6, verbose: Verbose::Line, ..Fit::default() };

    let mut whole = new();
    whole.fit(&data, fit())?;

    println!("\nThe same run, which the power fails in its fourth epoch:");
    let power_fails = Lambda {
        epoch_begin: Some(Box::new(|epoch, _| match epoch {
            4 => Err(taut::Error::Other("the power failed".into())),
            _ => Ok(()),
        })),
        ..Lambda::default()
    };
    let error = new().callbacks((BackupAndRestore::new(&backup), power_fails)).fit(&data, fit()).unwrap_err();
    println!("{error}");

    println!("\nThe program is started again:");
    let mut resumed = new();
    resumed.callbacks(BackupAndRestore::new(&backup)).fit(&data, fit())?;
    assert!(resumed.net() == whole.net(), "a resumed run has the bits of one that was not interrupted");
    println!("\nAll parameters are equal, bit by bit.");
    Ok(())
}
