//! What `taut::plot` draws.

use crate::{chart, shows};
use std::error::Error;
use std::path::Path;
use taut::plot::{Histograms, Pictures, Predictions, RocCurve};
use taut::{ConfusionMatrix, prelude::*};

type Digit = Image<8, 8, 1>;
type Net = (Flatten, Dense<64, 10>, Softmax);

pub fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (train, test) = datasets::digits()?.shuffle(3).split(0.25)?;
    let model = Model::<Digit, Net>::new(1).layers(|net| net.1.kernel.regularizer = L2(0.001).into());
    let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
    model.fit(&train, Fit { epochs: 15, verbose: Verbose::Silent, ..Fit::default() })?;
    let outputs = model.predict_batch(&test.x);

    let mut matrix = ConfusionMatrix::new();
    matrix.add(&outputs, &test.y);
    let alt = "A matrix of ten actual by ten predicted digits, dark along its diagonal";
    figure(folder, "confusion", alt, |path| matrix.plot(path))?;

    let eight = Class::<10>::new(8).ok_or("a digit")?;
    let roc = RocCurve::of_class(&outputs, &test.y, eight)?;
    shows("a layer tells most eights from all others", (0.95..1.0).contains(&roc.area()))?;
    let alt = "Recall of the digit eight over its false positive rate: near the upper left corner";
    figure(folder, "roc", alt, |path| roc.plot(path))?;

    let wrong = Predictions::new(&test.x, &outputs, &test.y)?.wrong();
    shows("one layer takes at least ten digits of the test for others", wrong.len() >= 10)?;
    let alt = "Ten digits that the network takes for others, with red captions";
    figure(folder, "mistakes", alt, |path| wrong.take(10).plot(path))?;

    let weights = model.net().1.weights_of_outputs::<Digit>();
    let alt = "The weights of ten outputs as pictures of 8 by 8 pixels, red where ink speaks for the digit";
    let digits = Pictures::around_zero(&weights).captions(0..10);
    figure(folder, "dense_weights", alt, |path| digits.plot(path))?;

    let gradients = model.gradients(&train.x[..32], &train.y[..32])?;
    let alt = "Histograms of the gradients of a kernel and of a bias: most are near zero";
    figure(folder, "gradients", alt, |path| Histograms::gradients(&model, &gradients).plot(path))
}

/// Writes what `plot` draws, as a figure of the guide.
fn figure(
    folder: &Path,
    name: &str,
    alt: &str,
    plot: impl FnOnce(&Path) -> taut::Result<()>,
) -> Result<(), Box<dyn Error>> {
    let path = folder.join(name).with_extension("svg");
    plot(&path)?;
    chart::write(folder, &format!("{name}.svg"), &chart::described(&std::fs::read_to_string(&path)?, alt))
}
