//! A regression: how far diabetes has gone a year later, from ten measures. Prints the errors, and what part of the
//! differences between patients the network explains.
//!
//! `cargo run --release --example 06_regression`

use taut::{layers::Normalization, losses::Huber, metrics::R2Score, prelude::*};

network! {
    type Net: Vector<10> = (Normalization<10>, Dense<10, 16>, Tanh, Dropout<10>, Dense<16, 1>);
}

fn main() -> taut::Result<()> {
    let (mut train, mut test) = datasets::diabetes()?.shuffle(5).split(0.2)?;
    // A target near 1 is learned faster than one near 150.
    let unit = 100.0;
    for y in train.y.iter_mut().chain(&mut test.y) {
        y.0 /= unit;
    }
    let mut model = Model::<_, Net>::new(2).layers(|net| net.1.kernel.regularizer = L2(1e-3).into());
    model.net_mut().0.adapt(&train.x)?;

    let mut model = model.compile(Adam::new(0.003), Huber::default(), (MeanAbsoluteError, R2Score));
    let stop = EarlyStopping::new(ValLoss).patience(20).restore_best_weights();
    let fit = Fit { epochs: 200, batch_size: 16, ..Fit::default() };
    model.validation_split(0.2).callbacks(stop).fit(&train, fit)?;

    println!("{}", model.evaluate(&test)?);
    for (x, y) in test.x.iter().zip(&test.y).take(5) {
        println!("expected {:3.0}, predicted {:3.0}", unit * y.values()[0], unit * model.predict(x).values()[0]);
    }
    Ok(())
}
