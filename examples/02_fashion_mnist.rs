//! The five networks of a tutorial on regularization, on Fashion-MNIST.
//!
//! `cargo run --release --example 02_fashion_mnist -- --model l2`

use argh::{FromArgValue, FromArgs};
use std::path::PathBuf;
use taut::prelude::*;
use taut::{ClassProbabilities, Train};

type Clothes = Image<28, 28, 1>;
network! { type SoftmaxNet: Clothes = (Flatten, Dense<784, 10>, Softmax); }
network! { type Linear: Clothes = (Flatten, Dense<784, 64>, Dense<64, 10>, Softmax); }
network! { type Dropped: Clothes = (Flatten, Dense<784, 64>, Dropout<50>, Dense<64, 10>, Softmax); }
network! { type ReluNet: Clothes = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax); }

/// Trains a small network on Fashion-MNIST.
#[derive(FromArgs)]
struct Arguments {
    /// which network: softmax, l2, maxnorm, dropout or relu, the default
    #[argh(option, default = "Which::Relu")]
    model: Which,
    /// the folder of the four IDX files; without it they are looked for in the usual places
    #[argh(option)]
    data: Option<PathBuf>,
    /// how often the training data are gone through, 1 by default
    #[argh(option, default = "1")]
    epochs: usize,
    /// how many samples make a step, 30 by default
    #[argh(option, default = "30")]
    batch_size: usize,
    /// decides on all that is drawn at random, 3 by default
    #[argh(option, default = "3")]
    seed: u64,
    /// where to write what each epoch computed: CSV, or a drawing where the name ends in .svg
    #[argh(option)]
    history: Option<PathBuf>,
}

#[derive(Clone, Copy, FromArgValue)]
enum Which {
    /// 784-10
    Softmax,
    /// 784-64-10, linear, with L2 0.01 on the first kernel and L1 0.01 on its activity
    L2,
    /// The same, with a kernel norm of at most 2
    Maxnorm,
    /// The same, with half of the hidden values dropped
    Dropout,
    /// 784-64-10 with relu
    Relu,
}

fn main() -> taut::Result<()> {
    let arguments = argh::from_env::<Arguments>();
    match arguments.model {
        Which::Softmax => run::<SoftmaxNet>(&arguments, |_| ()),
        Which::Relu => run::<ReluNet>(&arguments, |_| ()),
        Which::L2 => run::<Linear>(&arguments, |net| {
            net.1.kernel.regularizer = L2(0.01).into();
            net.1.activity_regularizer = L1(0.01).into();
        }),
        Which::Maxnorm => run::<Linear>(&arguments, |net| {
            net.1.kernel.regularizer = L2(0.01).into();
            net.1.activity_regularizer = L1(0.01).into();
            net.1.kernel.constraint = MaxNorm(2.0).into();
        }),
        Which::Dropout => run::<Dropped>(&arguments, |net| {
            net.1.kernel.regularizer = L2(0.01).into();
            net.1.activity_regularizer = L1(0.01).into();
            net.1.kernel.constraint = MaxNorm(2.0).into();
        }),
    }
}

fn run<N: Train<Clothes, Y = Vector<10>, Kind = ClassProbabilities>>(
    arguments: &Arguments,
    layers: impl FnOnce(&mut N::Options),
) -> taut::Result<()> {
    // The pixels stay bytes, a quarter of the memory, and train to the same bits.
    let (train, test) = match &arguments.data {
        Some(folder) => datasets::fashion_mnist_pixels_in(folder)?,
        None => datasets::fashion_mnist_pixels()?,
    };
    let model = Model::<Clothes, N>::new(arguments.seed).layers(layers);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let fit =
        Fit { epochs: arguments.epochs, batch_size: arguments.batch_size, verbose: Verbose::Bar, ..Fit::default() };
    let history = model.validation(&test.as_floats()).fit(&train.as_floats(), fit)?;
    match &arguments.history {
        Some(path) if path.extension().is_some_and(|kind| kind == "svg") => history.plot(path)?,
        Some(path) => history.write_csv(path)?,
        None => {}
    }
    println!("{}", model.evaluate(&test.as_floats())?);
    Ok(())
}
