//! An autoencoder: digits with noise go through twelve numbers and come out without it. Prints a few of them: as they
//! were, with noise, and as the network gives them back.
//!
//! `cargo run --release --example 09_autoencoder`

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use taut::prelude::*;

type Digit = Vector<64>;
network! {
    /// 64 numbers from twelve.
    pub struct Denoise: Digit {
        wide: Dense<64, 48>,
        relu: Relu,
        code: Dense<48, 12>,
        back: Dense<12, 48>,
        relu_back: Relu,
        pixels: Dense<48, 64>,
        sigmoid: Sigmoid,
    }
}

/// Each row of pixels as text.
fn rows(digit: &Digit) -> impl Iterator<Item = String> {
    let shades = [' ', '·', ':', 'o', '#'];
    let shade = move |pixel: &f32| shades[(pixel.clamp(0.0, 1.0) * 4.0).round() as usize];
    digit.values().chunks(8).map(move |row| row.iter().map(shade).flat_map(|shade| [shade; 2]).collect())
}

fn main() -> taut::Result<()> {
    let clean: Vec<Digit> = datasets::digits()?.x.iter().map(|image| *taut::memory::view_one(image)).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let noisy = clean.iter().map(|digit| {
        let mut digit = *digit;
        digit.values_mut().iter_mut().for_each(|pixel| *pixel += random.random_range(-0.4..0.4));
        digit
    });
    let (train, test) = Dataset::new(noisy.collect(), clean)?.shuffle(1).split(0.2)?;

    let mut model = Model::<Digit, Denoise>::new(1).compile(Adam::new(0.003), MeanSquaredError, ());
    model.validation(&test).fit(&train, Fit { epochs: 40, batch_size: 32, ..Fit::default() })?;

    for (noisy, clean) in test.x.iter().zip(&test.y).take(3) {
        let back = model.predict(noisy);
        for ((clean, noisy), back) in rows(clean).zip(rows(noisy)).zip(rows(&back)) {
            println!("{clean} | {noisy} | {back}");
        }
        println!();
    }
    Ok(())
}
