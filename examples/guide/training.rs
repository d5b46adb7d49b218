//! Optimizers, learning rates, batches, and what a history tells.

use crate::chart::{Legend, Panel, epochs, figure, write};
use crate::shows;
use std::error::Error;
use std::path::Path;
use taut::optimizers::{AdamW, Lion, Optimizer, RmsProp};
use taut::prelude::*;

type Digit = Image<8, 8, 1>;
type Net = (Flatten, Dense<64, 64>, Relu, Dense<64, 10>, Softmax);
type Data<'a> = (&'a Dataset<Digit, Class<10>>, &'a Dataset<Digit, Class<10>>);

/// The validation losses of a run.
fn run(
    optimizer: impl Optimizer,
    batch_size: usize,
    epochs: usize,
    (train, test): Data,
) -> taut::Result<[Vec<f32>; 2]> {
    let mut model = Model::<Digit, Net>::new(1).compile(optimizer, SparseCategoricalCrossentropy, ());
    let history = model.validation(test).fit(train, Fit { epochs, batch_size, ..Fit::default() })?;
    Ok([history.get(TrainingLoss), history.get(ValLoss)])
}

pub fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (train, test) = datasets::digits()?.shuffle(3).split(0.25)?;
    let data = (&train, &test);
    optimizers(folder, data)?;
    rates(folder, data)?;
    batches(folder, data)?;
    histories(folder, data)
}

fn logs(losses: &[f32]) -> Vec<(f64, f64)> {
    epochs(losses).into_iter().map(|(epoch, loss)| (epoch, loss.log10())).collect()
}

fn optimizers(folder: &Path, data: Data) -> Result<(), Box<dyn Error>> {
    let momentum = Sgd { momentum: 0.9, ..Sgd::new(0.01) };
    let runs = [
        ("Sgd::new(0.01)", run(Sgd::new(0.01), 32, 30, data)?),
        ("Sgd, momentum 0.9", run(momentum, 32, 30, data)?),
        ("RmsProp", run(RmsProp::default(), 32, 30, data)?),
        ("Adam", run(Adam::default(), 32, 30, data)?),
        ("AdamW", run(AdamW::default(), 32, 30, data)?),
        ("Lion", run(Lion { learning_rate: 0.0003, ..Lion::default() }, 32, 30, data)?),
    ];
    let mut panel = Panel::new("digits, batches of 32", 1.0..30.0, -1.5..0.5).labels("epoch", "validation loss");
    panel.log_y = true;
    for (name, [_, validation]) in &runs {
        panel = panel.line(*name, logs(validation));
    }
    let after = |run: usize| runs[run].1[1][29];
    shows("plain gradient descent is the slowest", (1..6).all(|run| after(run) < after(0)))?;
    let alt = "Validation loss over epochs of six optimizers: gradient descent without momentum is the slowest";
    figure(folder, "optimizers", alt, 1, (560, 320), &[panel])
}

fn rates(folder: &Path, data: Data) -> Result<(), Box<dyn Error>> {
    let exponents: Vec<f64> = (0..=20).map(|i| -4.0 + 0.25 * f64::from(i)).collect();
    let mut panel = Panel::new("after 10 epochs", -4.0..1.0, 0.0..2.5).labels("learning rate", "validation loss");
    panel.log_x = true;
    for adam in [true, false] {
        let mut points = vec![];
        for exponent in &exponents {
            let rate = 10f64.powf(*exponent) as f32;
            let [_, validation] =
                if adam { run(Adam::new(rate), 32, 10, data)? } else { run(Sgd::new(rate), 32, 10, data)? };
            points.push((*exponent, f64::from(validation[9].min(2.5))));
        }
        let best = points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
        shows(
            "rates too low and too high are worse than one between",
            best.1 < 0.5 * points[0].1 && best.1 < 0.8 * points[20].1,
        )?;
        panel = panel.line(if adam { "Adam" } else { "Sgd" }, points);
    }
    let alt = "Validation loss after ten epochs over the learning rate: a valley, for Adam near 0.01, for Sgd near 0.3";
    figure(folder, "rates", alt, 1, (480, 280), &[panel])
}

fn batches(folder: &Path, data: Data) -> Result<(), Box<dyn Error>> {
    let mut table = String::from(
        "| batch size | steps in an epoch | validation loss after 20 epochs, rate 0.001 | with the rate scaled by √(batch / 32) |\n|---|---|---|---|\n",
    );
    for batch in [8usize, 32, 128, 512] {
        let steps = data.0.len().div_ceil(batch);
        let scaled = 0.001 * (batch as f32 / 32.0).sqrt();
        let (same, scaled) = (run(Adam::new(0.001), batch, 20, data)?, run(Adam::new(scaled), batch, 20, data)?);
        table += &format!("| {batch} | {steps} | {:.3} | {:.3} |\n", same[1][19], scaled[1][19]);
    }
    write(folder, "batches.md", &table)
}

/// Four histories that one should know when one sees them.
fn histories(folder: &Path, data: Data) -> Result<(), Box<dyn Error>> {
    let few = data.0.clone().take(100);
    let small = {
        type Tiny = (Flatten, Dense<64, 2>, Relu, Dense<2, 10>, Softmax);
        let mut model = Model::<Digit, Tiny>::new(1).compile(Adam::new(0.01), SparseCategoricalCrossentropy, ());
        let history = model.validation(data.1).fit(data.0, Fit { epochs: 40, batch_size: 32, ..Fit::default() })?;
        [history.get(TrainingLoss), history.get(ValLoss)]
    };
    let runs = [
        ("good: both fall, and stay together", run(Adam::new(0.001), 32, 40, data)?),
        ("too small: both stay high", small),
        ("overfits: they part", run(Adam::new(0.01), 25, 40, (&few, data.1))?),
        ("rate too high: jumps, no progress", run(Adam::new(0.1), 32, 40, data)?),
    ];
    let last = |run: usize, of: usize| runs[run].1[of][39];
    shows("a network that is too small keeps a high loss", last(1, 0) > 5.0 * last(0, 0))?;
    shows("the losses part where there are few data", last(2, 1) > 10.0 * last(2, 0))?;
    shows("the rate that is too high leaves a higher loss", last(3, 1) > 2.0 * last(0, 1))?;
    let panels = runs.map(|(title, [training, validation])| {
        let panel = Panel::new(title, 1.0..40.0, 0.0..2.0)
            .labels("epoch", "loss")
            .line("training", epochs(&training))
            .line("validation", epochs(&validation));
        if training[39] > 1.0 { panel.legend(Legend::LowerRight) } else { panel }
    });
    let alt = "Four histories of training and validation loss: good, too small a network, overfitting, too high a rate";
    figure(folder, "histories", alt, 2, (390, 240), &panels)
}
