//! Overfitting, and what helps.

use crate::chart::{Legend, Panel, epochs, figure, steps, write};
use crate::shows;
use std::error::Error;
use std::path::Path;
use taut::layers::BatchNorm;
use taut::optimizers::AdamW;
use taut::prelude::*;
use taut::schedules::CosineDecay;

type Digit = Image<8, 8, 1>;
type Net = (Flatten, Dense<64, 128>, Relu, Dense<128, 10>, Softmax);
type Dropped = (Flatten, Dense<64, 128>, Relu, Dropout<50>, Dense<128, 10>, Softmax);
type Normalized = (Flatten, Dense<64, 128>, BatchNorm<128>, Relu, Dense<128, 10>, Softmax);
type Data<'a> = (&'a Dataset<Digit, Class<10>>, &'a Dataset<Digit, Class<10>>);

const EPOCHS: usize = 150;

/// A weight that counts as zero.
const ZERO: f32 = 1e-3;

/// What is told of a trained network.
struct Outcome {
    name: &'static str,
    train: f32,
    validation: f32,
    /// The loss of the validation, without penalties.
    loss: f32,
    /// The weights of the first layer.
    weights: Vec<f32>,
}

impl Outcome {
    fn zeros(&self) -> f64 {
        self.weights.iter().filter(|w| w.abs() < ZERO).count() as f64 / self.weights.len() as f64
    }

    fn row(&self) -> String {
        let norm = self.weights.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>().sqrt();
        format!(
            "| {} | {:.3} | {:.3} | {:.3} | {:.1} | {:.0} % |\n",
            self.name,
            self.train,
            self.validation,
            self.loss,
            norm,
            100.0 * self.zeros()
        )
    }
}

/// Trains a network, and tells of it. `$set` sets the options of its layers.
macro_rules! outcome {
    ($name:expr, $Net:ty, $data:expr, $set:expr, $optimizer:expr, $callbacks:expr) => {{
        let (train, validation): Data = $data;
        let model = Model::<Digit, $Net>::new(1).layers($set);
        // As a metric, the cross-entropy is without the penalty of a regularizer, so that all can be compared.
        let metrics = (Accuracy, SparseCategoricalCrossentropy);
        let mut model = model.compile($optimizer, SparseCategoricalCrossentropy, metrics);
        let fit = Fit { epochs: EPOCHS, batch_size: 25, ..Fit::default() };
        model.validation(validation).callbacks($callbacks).fit(train, fit)?;
        let (of_train, of_validation) = (model.evaluate(train)?, model.evaluate(validation)?);
        Outcome {
            name: $name,
            train: of_train.get(Accuracy),
            validation: of_validation.get(Accuracy),
            loss: of_validation.get(SparseCategoricalCrossentropy),
            weights: model.net().1.kernel.iter().copied().collect(),
        }
    }};
}

pub fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    // So few samples that the network learns them by heart, and one label in ten is wrong.
    let (validation, mut train) = datasets::digits()?.shuffle(7).split(300.0 / 1797.0)?;
    for label in train.y.iter_mut().step_by(10) {
        *label = Class::new((label.index() + 3) % 10).expect("a class below ten");
    }
    history(folder, (&train, &validation))?;
    helps(folder, (&train, &validation))?;
    norms(folder)
}

fn history(folder: &Path, (train, validation): Data) -> Result<(), Box<dyn Error>> {
    let model = Model::<Digit, Net>::new(1);
    let mut model = model.compile(Adam::new(0.003), SparseCategoricalCrossentropy, Accuracy);
    let history = model.validation(validation).fit(train, Fit { epochs: EPOCHS, batch_size: 25, ..Fit::default() })?;
    let (training, validation) = (history.get(TrainingLoss), history.get(ValLoss));
    let best = (0..EPOCHS).min_by(|a, b| validation[*a].total_cmp(&validation[*b])).unwrap_or(0);
    shows(
        "the validation loss rises again while the training loss falls",
        best + 1 < EPOCHS && validation[EPOCHS - 1] > validation[best] && training[EPOCHS - 1] < 0.2 * training[best],
    )?;
    let mut panel = Panel::new("300 digits to learn from", 1.0..EPOCHS as f64, 0.0..2.0)
        .labels("epoch", "loss")
        .line("training", epochs(&training))
        .line("validation", epochs(&validation));
    panel.mark = Some((format!("best: epoch {}", best + 1), best as f64 + 1.0));
    let alt = "Training loss falls to zero; validation loss falls, and rises again after its best epoch";
    figure(folder, "overfitting", alt, 1, (520, 280), &[panel])
}

fn helps(folder: &Path, data: Data) -> Result<(), Box<dyn Error>> {
    // The rate falls to zero: the weights come to rest.
    let steps = (EPOCHS * data.0.len().div_ceil(25)) as u64;
    let options =
        || OptimizerOptions { learning_rate: CosineDecay::new(0.003, steps).into(), ..OptimizerOptions::default() };
    let adam = || Adam::default().with(options());
    let plain = outcome!("nothing", Net, data, |_| {}, adam(), ());
    let stop = EarlyStopping::new(ValLoss).patience(5).restore_best_weights();
    let rows = [
        outcome!("early stopping", Net, data, |_| {}, adam(), stop),
        outcome!("`L2(0.003)`", Net, data, |net| net.1.kernel.regularizer = L2(0.003).into(), adam(), ()),
        outcome!("`L1(0.001)`", Net, data, |net| net.1.kernel.regularizer = L1(0.001).into(), adam(), ()),
        outcome!(
            "`AdamW`, weight decay 0.1",
            Net,
            data,
            |_| {},
            AdamW { weight_decay: 0.1, ..AdamW::default() }.with(options()),
            ()
        ),
        outcome!("`MaxNorm(1.0)`", Net, data, |net| net.1.kernel.constraint = MaxNorm(1.0).into(), adam(), ()),
        outcome!("`Dropout<50>`", Dropped, data, |_| {}, adam(), ()),
        outcome!("`BatchNorm`", Normalized, data, |_| {}, adam(), ()),
    ];
    let mut table = String::from(
        "| what was done | training accuracy | validation accuracy | validation loss | norm of the weights | weights at zero |\n|---|---|---|---|---|---|\n",
    );
    table += &plain.row();
    rows.iter().for_each(|row| table += &row.row());
    let (l2, l1) = (&rows[1], &rows[2]);
    shows("L1 leaves most weights at zero, and L2 does not", l1.zeros() > 0.5 && l2.zeros() < l1.zeros() / 2.0)?;
    shows("what helps lowers the validation loss", rows[..6].iter().all(|row| row.loss < plain.loss))?;
    write(folder, "helps.md", &table)?;

    let mut panels = vec![];
    for (title, outcome) in [("nothing", &plain), ("L2(0.003)", l2), ("L1(0.001)", l1)] {
        let mut panel = Panel::new(title, -0.4..0.4, 0.0..1.0).labels("weight", "share of the weights");
        let bins = 41;
        for bin in 0..bins {
            let edges = [bin, bin + 1].map(|edge| -0.4 + 0.8 * f64::from(edge) / f64::from(bins));
            let inside = |w: &&f32| (edges[0]..edges[1]).contains(&f64::from(**w));
            let share = outcome.weights.iter().filter(inside).count() as f64 / outcome.weights.len() as f64;
            if share > 0.0 {
                panel.areas.push(([(edges[0], 0.0), (edges[1], share)], 0));
            }
        }
        panels.push(panel);
    }
    let alt = "Histograms of the first layer's weights: broad without a penalty, narrower with L2, with L1 nearly all at zero";
    figure(folder, "weights", alt, 3, (270, 230), &panels)
}

/// Where a penalty of each kind brings the best pair of weights.
fn norms(folder: &Path) -> Result<(), Box<dyn Error>> {
    // The loss (a - 1.4)² + 2 (b - 0.2)², whose best place is outside of both balls of radius 0.8.
    let center = (1.4, 0.2);
    let loss = |a: f64, b: f64| (a - center.0).powi(2) + 2.0 * (b - center.1).powi(2);
    let circle: Vec<(f64, f64)> =
        steps(0.0..std::f64::consts::TAU, 73).map(|t| (0.8 * t.cos(), 0.8 * t.sin())).collect();
    let diamond: Vec<(f64, f64)> = vec![(0.8, 0.0), (0.0, 0.8), (-0.8, 0.0), (0.0, -0.8), (0.8, 0.0)];
    // The lowest loss on an edge, found by walking along it.
    let best = |edge: &[(f64, f64)]| {
        let points = edge.windows(2).flat_map(|ends| {
            let [(a0, b0), (a1, b1)] = [ends[0], ends[1]];
            steps(0.0..1.0, 200).map(move |t| (a0 + t * (a1 - a0), b0 + t * (b1 - b0)))
        });
        points.min_by(|a, b| loss(a.0, a.1).total_cmp(&loss(b.0, b.1))).unwrap_or(center)
    };
    let mut panels = vec![];
    for (title, edge) in [("L2: a ball", &circle), ("L1: a diamond", &diamond)] {
        let at = best(edge);
        let mut panel = Panel::new(title, -1.2..2.6, -1.2..1.4).labels("first weight", "second weight");
        panel = panel.line("weights of that norm", edge.iter().copied());
        for level in [0.05, 0.25, loss(at.0, at.1), 1.0] {
            let ring = steps(0.0..std::f64::consts::TAU, 73);
            let name = if level == 0.05 { "equal losses" } else { "" };
            let line = ring.map(|t| (center.0 + level.sqrt() * t.cos(), center.1 + (level / 2.0).sqrt() * t.sin()));
            panel.lines.push((name.into(), line.collect()));
        }
        panels.push(panel.dots("best of them", 2, [at]).legend(Legend::LowerRight));
    }
    let (ball, corner) = (best(&circle), best(&diamond));
    shows("the best point of the diamond is a corner, and of the ball is not", corner.1.abs() < 0.01 && ball.1 > 0.05)?;
    let alt = "Rings of equal loss touch the ball where both weights differ from zero, and the diamond at its corner";
    figure(folder, "norms", alt, 2, (400, 320), &panels)
}
