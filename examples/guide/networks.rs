//! What a network is, and how it learns.

use crate::chart::{Panel, figure, steps};
use crate::shows;
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use std::error::Error;
use std::f64::consts::PI;
use std::path::Path;
use taut::prelude::*;

/// Two half moons, one of each class, that reach into each other.
pub fn moons(count: usize, noise: f64, seed: u64) -> taut::Result<Dataset<Vector<2>, Class<2>>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut x = vec![];
    let mut y = vec![];
    for i in 0..count {
        let angle = PI * random.random::<f64>();
        let at = if i % 2 == 0 { (angle.cos(), angle.sin()) } else { (1.0 - angle.cos(), 0.5 - angle.sin()) };
        let mut shaken = |value: f64| (value + noise * (random.random::<f64>() - 0.5)) as f32;
        x.push(Vector::new([shaken(at.0), shaken(at.1)]));
        y.extend(Class::new(i % 2));
    }
    Dataset::new(x, y)
}

pub fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    descent(folder)?;
    boundary(folder)
}

/// One weight, and its way downhill at three learning rates.
fn descent(folder: &Path) -> Result<(), Box<dyn Error>> {
    let x = [-1.0, 1.0].map(|x| Vector::new([x])).to_vec();
    let y = [-2.0, 2.0].map(|y| Vector::new([y])).to_vec();
    let data = Dataset::new(x, y)?;
    let loss = |w: f64| (w - 2.0).powi(2);
    let mut panels = vec![];
    let mut ends = vec![];
    for (rate, title) in [(0.04, "rate 0.04: slow"), (0.3, "rate 0.3: fast"), (1.05, "rate 1.05: diverges")] {
        let mut model = Model::<Vector<1>, Dense<1, 1, taut::NoBias>>::new(1);
        model.net_mut().kernel[(0, 0)] = -1.0;
        let mut model = model.compile(Sgd::new(rate), MeanSquaredError, ());
        let mut way = vec![-1.0];
        for _ in 0..6 {
            model.fit(&data, Fit { epochs: 1, ..Fit::default() })?;
            way.push(f64::from(model.net().kernel[(0, 0)]));
        }
        ends.push(loss(way[6]));
        let mut panel = Panel::new(title, -4.0..8.0, 0.0..30.0).labels("weight", "loss");
        panel = panel.line("loss", steps(-4.0..8.0, 61).map(|w| (w, loss(w))));
        panels.push(panel.line("6 steps", way.iter().map(|w| (*w, loss(*w)))).dots(
            "",
            1,
            way.iter().map(|w| (*w, loss(*w))),
        ));
    }
    shows("0.3 is the best of three rates, and 1.05 diverges", ends[1] < 1e-3 && ends[0] < 9.0 && ends[2] > 9.0)?;
    let alt = "The loss as a parabola over one weight, and six steps of gradient descent at three learning rates";
    figure(folder, "descent", alt, 3, (280, 240), &panels)
}

/// What a small network says of each point of the plane, as it learns.
fn boundary(folder: &Path) -> Result<(), Box<dyn Error>> {
    type Net = (Dense<2, 16>, Tanh, Dense<16, 16>, Tanh, Dense<16, 2>, Softmax);
    let data = moons(120, 0.4, 1)?;
    let mut model = Model::<Vector<2>, Net>::new(4).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
    let (x, y, cells) = (-1.6..2.6, -1.1..1.6, 42);
    let mut panels = vec![];
    let (mut done, mut accuracies) = (0, vec![]);
    for epochs in [0, 5, 20, 80] {
        model.fit(&data, Fit { epochs: epochs - done, batch_size: 32, ..Fit::default() })?;
        done = epochs;
        let accuracy = model.evaluate(&data)?.get(Accuracy);
        accuracies.push(accuracy);
        let title = format!("after {epochs} epochs: {:.0} % correct", accuracy * 100.0);
        let mut panel = Panel::new(title, x.clone(), y.clone());
        for group in 0..2 {
            let points = data.x.iter().zip(&data.y).filter(|(_, y)| y.index() == group);
            panel = panel.dots("", group, points.map(|(x, _)| (f64::from(x.0[0]), f64::from(x.0[1]))));
        }
        // Neighbours of one class in a row are one rectangle.
        let (width, height) = ((x.end - x.start) / cells as f64, (y.end - y.start) / cells as f64);
        for row in 0..cells {
            let bottom = y.start + row as f64 * height;
            let class = |column: usize| {
                let at = [x.start + (column as f64 + 0.5) * width, bottom + 0.5 * height];
                model.predict(&Vector::new(at.map(|at| at as f32))).argmax()
            };
            let mut from = 0;
            for column in 1..=cells {
                if column == cells || class(column) != class(from) {
                    let edges = [from, column].map(|column| x.start + column as f64 * width);
                    panel.areas.push(([(edges[0], bottom), (edges[1], bottom + height)], class(from)));
                    from = column;
                }
            }
        }
        panels.push(panel);
    }
    shows("the network learns both moons", accuracies[3] > 0.97 && accuracies[0] < 0.8)?;
    let alt =
        "Two half moons of points; what the network says of the plane, before training and after 5, 20 and 80 epochs";
    figure(folder, "boundary", alt, 2, (400, 270), &panels)
}
