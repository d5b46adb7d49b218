//! Trains the network of the page on the digits that are part of the crate, moved, turned and drawn thicker at random,
//! so that it reads what is drawn with a mouse or a finger. `../build.sh --teach` runs it.
//!
//! Writes `infer/digits.taut`, and `infer/samples.bin`, ten digits of each class that it did not train on.

#[path = "../../infer/src/net.rs"]
mod net;

use net::{Digit, Net};
use rand::{RngExt, rngs::Xoshiro256PlusPlus};
use std::path::Path;
use taut::{OptimizerOptions, datasets::Augment, prelude::*, schedules::CosineDecay};

const EPOCHS: usize = 80;

/// A hand that draws otherwise: the digit is turned, slanted, stretched, moved and drawn thinner or thicker.
struct OtherHand;

impl Augment<Digit> for OtherHand {
    fn augment(&self, x: &mut Digit, random: &mut Xoshiro256PlusPlus) {
        let mut within = |limit: f32| random.random_range(-limit..limit);
        let (turn, slant, stretch) = (within(0.2), within(0.2), [1.0 + within(0.12), 1.0 + within(0.18)]);
        let (moved, gamma) = ([within(0.5), within(0.7)], within(0.5).exp());
        let from = *x;
        // Paper is all around.
        let pixel = |row: isize, column: isize| match (usize::try_from(row), usize::try_from(column)) {
            (Ok(row @ 0..8), Ok(column @ 0..8)) => from.0[row][column][0],
            _ => 0.0,
        };
        for row in 0..8 {
            for column in 0..8 {
                let (v, u) = (row as f32 - 3.5 - moved[0], column as f32 - 3.5 - moved[1]);
                let v_from = (v * turn.cos() - u * turn.sin()) * stretch[0] + 3.5;
                let u_from = (u * turn.cos() + v * turn.sin() + slant * v) * stretch[1] + 3.5;
                let (r, c) = (v_from.floor(), u_from.floor());
                let (fr, fc) = (v_from - r, u_from - c);
                let (r, c) = (r as isize, c as isize);
                let upper = pixel(r, c) * (1.0 - fc) + pixel(r, c + 1) * fc;
                let lower = pixel(r + 1, c) * (1.0 - fc) + pixel(r + 1, c + 1) * fc;
                x.0[row][column][0] = (upper * (1.0 - fr) + lower * fr).powf(gamma);
            }
        }
    }
}

fn main() -> taut::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infer");
    let (train, test) = datasets::digits()?.shuffle(1).split(0.2)?;
    let steps = (EPOCHS * train.len().div_ceil(32)) as u64;
    let options =
        OptimizerOptions { learning_rate: CosineDecay::new(3e-3, steps).into(), ..OptimizerOptions::default() };
    let mut model =
        Model::<Digit, Net>::new(3).compile(Adam::default().with(options), SparseCategoricalCrossentropy, Accuracy);
    println!("{}", model.summary());
    let fit = Fit { epochs: EPOCHS, verbose: Verbose::Line, ..Fit::default() };
    model.validation(&test).augment(OtherHand).fit(&train, fit)?;
    println!("digits that it did not train on: {}", model.evaluate(&test)?);
    model.save_with_example(folder.join("digits.taut"), &test.x[0])?;

    let mut samples = vec![];
    for class in 0..10 {
        let of_class = test.x.iter().zip(&test.y).filter(|(_, y)| y.index() == class).take(10);
        of_class.for_each(|(x, _)| samples.extend(x.values().iter().map(|pixel| (pixel * 16.0).round() as u8)));
    }
    let path = folder.join("samples.bin");
    std::fs::write(&path, samples).map_err(|source| taut::Error::Io { action: "write", path, source })
}
