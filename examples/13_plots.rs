//! Trains on the digits that are part of the crate, and draws all that there is to see: the history, the confusion
//! matrix, predictions, curves, weights, filters, activations, gradients.
//!
//! ```sh
//! cargo run --release --example 13_plots -- plots
//! ```

use argh::FromArgs;
use std::path::PathBuf;
use taut::plot::{Heatmap, Histograms, Pictures, PrecisionRecallCurve, Predictions, RocCurve};
use taut::{ConfusionMatrix, prelude::*};

network! {
    /// 8 filters, then a dense layer.
    type Net: Image<8, 8, 1> = (
        Conv2d<1, 8, 3, Same>,
        Relu,
        Flatten,
        Dense<512, 32>,
        Relu,
        Dropout<30>,
        Dense<32, 10>,
        Softmax,
    );
}

/// A dense layer that sees the image, to look at its weights.
type Linear = (Flatten, Dense<64, 10>, Softmax);

/// Trains on the digits, and draws all plots that there are.
#[derive(FromArgs)]
struct Options {
    /// the folder of the plots, which is made if it is not there; target/plots by default
    #[argh(positional, default = "\"target/plots\".into()")]
    folder: PathBuf,
    /// how often the training data are gone through, 12 by default
    #[argh(option, default = "12")]
    epochs: usize,
}

fn main() -> taut::Result<()> {
    let Options { folder, epochs } = argh::from_env();
    std::fs::create_dir_all(&folder).map_err(|error| taut::Error::Other(error.into()))?;
    let mut drawn = vec![];
    let mut path = |name: &str| {
        drawn.push(folder.join(name));
        folder.join(name)
    };
    let (train, test) = datasets::digits()?.shuffle(1).split(0.25)?;
    let fit = Fit { epochs, verbose: Verbose::Silent, ..Fit::default() };

    let mut model =
        Model::<Image<8, 8, 1>, Net>::new(1).compile(Adam::new(2e-3), SparseCategoricalCrossentropy, Accuracy);
    let history = model.validation_split(0.2).fit(&train, fit)?;
    history.plot(path("history.svg"))?;
    println!("{}", history.sparklines());

    // The classes.
    let outputs = model.predict_batch(&test.x);
    let names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let mut matrix = ConfusionMatrix::new().names(names);
    matrix.add(&outputs, &test.y);
    matrix.plot(path("confusion.svg"))?;
    println!("{matrix}");
    let eight = Class::<10>::new(8).expect("one of ten");
    let roc = RocCurve::of_class(&outputs, &test.y, eight)?;
    roc.plot(path("roc.svg"))?;
    println!("eight against all others: {roc}\n");
    PrecisionRecallCurve::of_class(&outputs, &test.y, eight)?.plot(path("precision_recall.svg"))?;

    // The images.
    let predictions = Predictions::new(&test.x, &outputs, &test.y)?;
    predictions.clone().take(40).plot(path("predictions.svg"))?;
    let wrong = predictions.wrong();
    if !wrong.is_empty() {
        wrong.plot(path("mistakes.svg"))?;
    }
    println!("{}", Pictures::of(&test.x[..5]));

    // What the layers hold, and what they put out.
    let net = model.net();
    Pictures::around_zero(&net.0.filters()).plot(path("filters.svg"))?;
    let mut scratch = Image::ZERO;
    let activations = net.0.predict(&test.x[0], &mut scratch);
    Pictures::channels(activations).plot(path("activations.svg"))?;
    Heatmap::from(&net.6.kernel).plot(path("kernel.svg"))?;
    Histograms::weights(&model).plot(path("weights_histogram.svg"))?;
    let gradients = model.gradients(&train.x[..32], &train.y[..32])?;
    let histograms = Histograms::gradients(&model, &gradients);
    histograms.plot(path("gradients_histogram.svg"))?;
    println!("{histograms}");

    let mut linear =
        Model::<Image<8, 8, 1>, Linear>::new(1).compile(Adam::new(1e-2), SparseCategoricalCrossentropy, Accuracy);
    linear.fit(&train, fit)?;
    let weights = linear.net().1.weights_of_outputs::<Image<8, 8, 1>>();
    Pictures::around_zero(&weights).captions(names).plot(path("weights.svg"))?;

    for path in &drawn {
        println!("{}", path.display());
    }
    println!("{} plots", drawn.len());
    Ok(())
}
