//! A forecast: the Mackey-Glass series, which never repeats itself, six steps ahead. The error is compared with that of
//! the guess that nothing changes.
//!
//! `cargo run --release --example 08_time_series`
//!
//! M. Mackey and L. Glass, *Oscillation and Chaos in Physiological Control Systems*, 1977.

use taut::{layers::ReturnSequence, prelude::*};

/// The steps that the network sees.
const PAST: usize = 24;
/// How far ahead it looks.
const AHEAD: usize = 6;

type Window = Sequence<PAST, 1>;
network! {
    type Net: Window = (Lstm<1, 16, ReturnSequence>, Lstm<16, 16>, Dense<16, 1>);
}

/// `dx/dt = 0.2 x(t - 17) / (1 + x(t - 17)¹⁰) - 0.1 x(t)`, one number per unit of time, which ten steps make.
fn mackey_glass(n: usize) -> Vec<f32> {
    let (delay, steps) = (170, 10);
    let mut x = vec![1.2_f64; delay + 1];
    for t in delay..delay + n * steps {
        let past = x[t - delay];
        x.push(x[t] + (0.2 * past / (1.0 + past.powi(10)) - 0.1 * x[t]) / steps as f64);
    }
    x[delay..].iter().step_by(steps).take(n).map(|x| *x as f32 - 1.0).collect()
}

fn main() -> taut::Result<()> {
    let series = mackey_glass(3000);
    let (mut x, mut y) = (vec![], vec![]);
    for window in series.windows(PAST + AHEAD) {
        let mut past = Window::ZERO;
        past.values_mut().copy_from_slice(&window[..PAST]);
        x.push(past);
        y.push(Vector::new([window[PAST + AHEAD - 1]]));
    }
    // The test is the end of the series: what comes after what was trained on.
    let (train, test) = Dataset::new(x, y)?.split(0.25)?;

    let mut model = Model::<Window, Net>::new(1).compile(Adam::new(0.005), MeanSquaredError, MeanAbsoluteError);
    model.validation(&test).fit(&train, Fit { epochs: 15, batch_size: 32, ..Fit::default() })?;

    let error = model.evaluate(&test)?.get(MeanAbsoluteError);
    let last = test.x.iter().map(|x| x.values()[PAST - 1]);
    let unchanged = last.zip(&test.y).map(|(x, y)| (x - y.values()[0]).abs()).sum::<f32>() / test.len() as f32;
    println!("mean absolute error {AHEAD} steps ahead: {error:.4}; if nothing changed: {unchanged:.4}");
    Ok(())
}
