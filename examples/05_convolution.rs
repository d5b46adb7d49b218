//! LeNet-5 on Fashion-MNIST: 0.90 of the test images and more after ten epochs.
//!
//! `cargo run --release --example 05_convolution`

use clap::Parser;
use std::path::PathBuf;
use taut::{prelude::*, schedules::CosineDecay, zoo::LeNet5};

/// Trains LeNet-5 on Fashion-MNIST, and draws what each epoch computed.
#[derive(Parser)]
struct Options {
    /// The folder of the four IDX files; without it they are looked for in the usual places.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How often the training data are gone through.
    #[arg(long, default_value_t = 10)]
    epochs: usize,
    /// How many samples make a step.
    #[arg(long, default_value_t = 32)]
    batch_size: usize,
    /// Decides on all that is drawn at random.
    #[arg(long, default_value_t = 3)]
    seed: u64,
    /// Where the drawing goes.
    #[arg(long, default_value = "history.svg")]
    history: PathBuf,
    /// Where the best parameters go.
    #[arg(long, default_value = "lenet5.taut")]
    best: PathBuf,
}

fn main() -> taut::Result<()> {
    let options = Options::parse();
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
