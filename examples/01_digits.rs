//! The main job on data that are part of the crate: trains on 8×8 digits, saves the best epoch, evaluates it, and
//! predicts, both with the network that was just trained and with one whose weights are embedded in this program.
//!
//! The digits that choose the best epoch are those that it is evaluated on, which flatters it a little: to report an
//! accuracy, keep a third part, as the guide's chapter on overfitting says.
//!
//! `cargo run --release --example 01_digits [PATH]`; the best network is saved to PATH, by default `digits.taut`.

use taut::prelude::*;

type Digit = Image<8, 8, 1>;
network! {
    type Net: Digit = (
        Flatten,
        Dense<64, 64>,
        Relu,
        Dropout<20>,
        Dense<64, 10>,
        Softmax,
    );
}
embed! {
    /// What an earlier run of this program saved, in read-only memory.
    static EMBEDDED: Net = "../data/digits.taut";
}

fn main() -> taut::Result<()> {
    let path = std::env::args().nth(1).unwrap_or("digits.taut".into());
    let (train, validation) = datasets::digits()?.shuffle(1).split(0.2)?;

    let model = Model::<Digit, Net>::new(3);
    println!("{}", model.summary());

    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let history = model
        .validation(&validation)
        .callbacks((
            EarlyStopping::new(ValLoss).patience(5).restore_best_weights(),
            ModelCheckpoint::best(&path, ValLoss),
        ))
        .fit(&train, Fit { epochs: 60, verbose: Verbose::Bar, ..Fit::default() })?;
    let best = history.get(ValLoss).into_iter().fold(f32::INFINITY, f32::min);
    println!("\n{} epochs, the best with a validation loss of {best:.4}, saved to {path}", history.rows.len());

    let digit = &validation.x[0];
    draw(digit);
    let saved = Model::<Digit, Net>::load(&path)?;
    let mut scratch = Budget::<Digit, Net>::scratch();
    show("trained", &saved.predict(digit));
    show("embedded", EMBEDDED.predict(digit, &mut scratch));

    println!("it is a {}\n", validation.y[0].index());

    println!("{}", model.evaluate(&validation)?);
    Ok(())
}

fn draw(digit: &Digit) {
    for row in &digit.0 {
        let shades = row.iter().map(|[ink]| [" ", "░", "▒", "▓", "█"][(ink * 4.0).round() as usize].repeat(2));
        println!("  {}", shades.collect::<String>());
    }
}

fn show(which: &str, scores: &Vector<10>) {
    let digit = scores.argmax();
    println!("{which:>8}: {digit}, with {:.1} %", 100.0 * scores.0[digit]);
}
