//! Losses, and what an outlier does to them.

use crate::chart::{Legend, Panel, figure, steps, write};
use crate::shows;
use std::error::Error;
use std::path::Path;
use taut::losses::{BinaryFocalCrossentropy, Huber, Loss, MeanAbsolutePercentageError, MeanSquaredLogarithmicError};
use taut::prelude::*;

/// The loss of one number.
fn of<L: Loss<Vector<1>, Target = Vector<1>>>(loss: &L, p: f64, t: f64) -> f64 {
    let mut gradient = Vector::ZERO;
    f64::from(loss.loss(&Vector::new([p as f32]), &Vector::new([t as f32]), &mut gradient))
}

pub fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    let errors = steps(-3.0..3.0, 121);
    let regression = Panel::new("of the error", -3.0..3.0, 0.0..5.0)
        .labels("prediction - target", "loss")
        .line("MeanSquaredError", errors.clone().map(|e| (e, of(&MeanSquaredError, e, 0.0))))
        .line("MeanAbsoluteError", errors.clone().map(|e| (e, of(&MeanAbsoluteError, e, 0.0))))
        .line("Huber", errors.map(|e| (e, of(&Huber::default(), e, 0.0))));
    let predictions = steps(0.0..30.0, 121);
    let relative = Panel::new("where the target is 10", 0.0..30.0, 0.0..2.0)
        .labels("prediction", "loss")
        .line("MAPE / 100", predictions.clone().map(|p| (p, of(&MeanAbsolutePercentageError, p, 10.0) / 100.0)))
        .line("MSLE", predictions.map(|p| (p, of(&MeanSquaredLogarithmicError, p, 10.0))));
    // Of the number before the sigmoid, which is what the layers below learn to change.
    let logits = steps(-6.0..6.0, 97);
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let shares = logits.map(|z| (z, sigmoid(z)));
    let cross = Panel::new("where the label is 1", -6.0..6.0, 0.0..5.0)
        .labels("logit: the input of the sigmoid", "loss")
        .line("BinaryCrossentropy", shares.clone().map(|(z, p)| (z, of(&BinaryCrossentropy, p, 1.0))))
        .line(
            "BinaryFocalCrossentropy",
            shares.clone().map(|(z, p)| (z, of(&BinaryFocalCrossentropy::default(), p, 1.0))),
        )
        .line("MeanSquaredError", shares.map(|(z, p)| (z, of(&MeanSquaredError, p, 1.0))));
    let alt =
        "Losses of regression over the error, relative losses over the prediction, cross-entropies over the logit";
    figure(folder, "losses", alt, 3, (290, 260), &[regression, relative, cross])?;
    outlier(folder)
}

/// The slope and the intercept that a loss finds for data with one point far off.
fn line<L>(loss: L, data: &Dataset<Vector<1>, Vector<1>>) -> taut::Result<(f64, f64)>
where
    L: Loss<Vector<1>, Target = Vector<1>, Takes = taut::AnyNumbers>,
{
    let schedule = taut::schedules::CosineDecay::new(0.05, 3000);
    let options = OptimizerOptions { learning_rate: schedule.into(), ..OptimizerOptions::default() };
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Adam::default().with(options), loss, ());
    model.fit(data, Fit { epochs: 3000, batch_size: data.len(), ..Fit::default() })?;
    Ok((f64::from(model.net().kernel[(0, 0)]), f64::from(model.net().bias[0])))
}

fn outlier(folder: &Path) -> Result<(), Box<dyn Error>> {
    // y = x + 1 with a little up and down, and one point that was measured wrongly.
    let points: Vec<(f64, f64)> = (0..10)
        .map(|i| (f64::from(i) * 0.4, f64::from(i) * 0.4 + 1.0 + 0.15 * f64::from(i * 7 % 5 - 2)))
        .map(|(x, y)| if x > 3.5 { (x, 14.0) } else { (x, y) })
        .collect();
    let column = |of: fn(&(f64, f64)) -> f64| points.iter().map(|p| Vector::new([of(p) as f32])).collect::<Vec<_>>();
    let data = Dataset::new(column(|p| p.0), column(|p| p.1))?;
    let clean = data.clone().take(9);
    let mut table = String::from("| loss | slope without the outlier | slope with it |\n|---|---|---|\n");
    let mut panel = Panel::new("a line through ten points", -0.2..3.8, -1.0..15.0).labels("x", "y");
    let mut slopes = vec![];
    for (name, of_clean, of_all) in [
        ("MeanSquaredError", line(MeanSquaredError, &clean)?, line(MeanSquaredError, &data)?),
        ("MeanAbsoluteError", line(MeanAbsoluteError, &clean)?, line(MeanAbsoluteError, &data)?),
        ("Huber", line(Huber::default(), &clean)?, line(Huber::default(), &data)?),
    ] {
        table += &format!("| `{name}` | {:.2} | {:.2} |\n", of_clean.0, of_all.0);
        panel = panel.line(name, [0.0, 3.7].map(|x| (x, of_all.0 * x + of_all.1)));
        slopes.push((of_clean.0, of_all.0));
    }
    let moved = |(clean, all): (f64, f64)| (all - clean).abs();
    shows(
        "one outlier moves the line of the squared error most",
        moved(slopes[0]) > 4.0 * moved(slopes[1]) && moved(slopes[0]) > 4.0 * moved(slopes[2]),
    )?;
    let alt =
        "Nine points near a line and one far above it; the squared error's line is pulled up, the others' are not";
    figure(folder, "outlier", alt, 1, (480, 280), &[panel.dots("data", 6, points).legend(Legend::UpperLeft)])?;
    write(folder, "outlier.md", &table)
}
