//! LeNet-5 on Fashion-MNIST: 0.90 of the test images and more after ten epochs.
//!
//! `cargo run --release --example 05_convolution`

use argh::FromArgs;
use std::path::PathBuf;
use taut::{prelude::*, schedules::CosineDecay, zoo::LeNet5};

/// Trains LeNet-5 on Fashion-MNIST, and draws what each epoch computed.
#[derive(FromArgs)]
struct Options {
    /// the folder of the four IDX files; without it they are looked for in the usual places
    #[argh(option)]
    data: Option<PathBuf>,
    /// how often the training data are gone through, 10 by default
    #[argh(option, default = "10")]
    epochs: usize,
    /// how many samples make a step, 32 by default
    #[argh(option, default = "32")]
    batch_size: usize,
    /// decides on all that is drawn at random, 3 by default
    #[argh(option, default = "3")]
    seed: u64,
    /// where the drawing goes, history.svg by default
    #[argh(option, default = "\"history.svg\".into()")]
    history: PathBuf,
    /// where the best parameters go, lenet5.taut by default
    #[argh(option, default = "\"lenet5.taut\".into()")]
    best: PathBuf,
}

fn main() -> taut::Result<()> {
    let options = argh::from_env::<Options>();
    let (train, test) = match &options.data {
        Some(folder) => datasets::fashion_mnist_in(folder)?,
        None => datasets::fashion_mnist()?,
    };
    let model = Model::<Image<28, 28, 1>, LeNet5>::new(options.seed);
    println!("{}", model.summary());
    let fit = Fit { epochs: options.epochs, batch_size: options.batch_size, verbose: Verbose::Bar, ..Fit::default() };
    let steps = options.epochs * train.x.len().div_ceil(options.batch_size);
    let cosine =
        taut::OptimizerOptions { learning_rate: CosineDecay::new(2e-3, steps as u64).into(), ..Default::default() };
    let mut model = model.compile(Adam::default().with(cosine), SparseCategoricalCrossentropy, Accuracy);
    let history =
        model.validation(&test).callbacks(ModelCheckpoint::best(&options.best, Val(Accuracy))).fit(&train, fit)?;
    history.plot(&options.history)?;
    println!("{}", model.evaluate(&test)?);
    Ok(())
}
