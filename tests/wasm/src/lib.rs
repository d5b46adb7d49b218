//! What a page calls; `run.mjs` is in the page's place.

use taut::prelude::*;

type Net = (Dense<2, 8>, Tanh, Dense<8, 2>, Softmax);

fn xor() -> taut::Result<f32> {
    let x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vector::new).repeat(8);
    let y = x.iter().filter_map(|x| Class::<2>::new((x.0[0] != x.0[1]) as usize)).collect();
    let data = Dataset::new(x, y)?;
    let optimizer = Adam { learning_rate: 0.05, ..Adam::default() };
    let mut model = Model::<Vector<2>, Net>::new(3).compile(optimizer, SparseCategoricalCrossentropy, Accuracy);
    // Two threads are asked for, of which there is one; each epoch's line is printed to nowhere.
    model.fit(&data, Fit { epochs: 100, verbose: Verbose::Line, threads: Some(2), ..Fit::default() })?;
    Ok(model.evaluate(&data)?.get(Accuracy))
}

/// The accuracy after training; NaN where something failed.
#[unsafe(no_mangle)]
pub extern "C" fn train() -> f32 {
    xor().unwrap_or(f32::NAN)
}

/// Whether saving and loading say that there are no files, instead of stopping the page.
#[unsafe(no_mangle)]
pub extern "C" fn files_are_refused() -> bool {
    let saved = Model::<Vector<2>, Net>::new(3).save("xor.taut");
    let loaded = Model::<Vector<2>, Net>::load("xor.taut");
    let is_io = |error| matches!(error, taut::Error::Io { .. });
    saved.is_err_and(is_io) && loaded.is_err_and(is_io)
}
