//! Which patients live on a year after a thoracic surgery: 17 features, a small network, and what standardizing is good
//! for.
//!
//! `cargo run --release --example 03_thoracic -- ThoraricSurgery.csv`; a row of the file, which has no header, is 17
//! features and a label of 0 or 1. The data set is that of
//! <https://archive.ics.uci.edu/dataset/277/thoracic+surgery+data>, with its words as numbers.

use argh::FromArgs;
use std::path::PathBuf;
use taut::{datasets::Csv, losses::MeanSquaredLogarithmicError, prelude::*};

type Patient = Vector<17>;
network! {
    type Net: Patient = (
        Dense<17, 30>,
        Relu,
        Dropout<50>,
        Dense<30, 30>,
        Relu,
        Dense<30, 1>,
        Sigmoid,
    );
}

/// Trains a small network on the thoracic surgery data.
#[derive(FromArgs)]
struct Arguments {
    /// the CSV file
    #[argh(positional)]
    path: PathBuf,
    /// how often the data are gone through, 30 by default
    #[argh(option, default = "30")]
    epochs: usize,
    /// decides on all that is drawn at random, 3 by default
    #[argh(option, default = "3")]
    seed: u64,
    /// trains on the columns as they are: the network then learns to give everyone the same answer
    #[argh(switch)]
    raw: bool,
}

fn main() -> taut::Result<()> {
    let options = argh::from_env::<Arguments>();
    let mut data: Dataset<Patient, Vector<1>> = Csv::new(&options.path).header(false).read()?;
    if !options.raw {
        let standardizer = data.standardizer()?;
        data.standardize(&standardizer);
    }
    let model = Model::<Patient, Net>::new(options.seed);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::default(), MeanSquaredLogarithmicError, Accuracy);
    model.fit(&data, Fit { epochs: options.epochs, batch_size: 30, verbose: Verbose::Bar, ..Fit::default() })?;
    println!("{}", model.evaluate(&data)?);
    Ok(())
}
