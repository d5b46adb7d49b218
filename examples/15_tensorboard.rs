//! Three runs side by side in TensorBoard: curves, histograms of weights, pictures of the digits that the network
//! misreads, and a table of hyperparameters.
//!
//! `cargo run --release --features tensorboard --example 15_tensorboard -- logs`, then `tensorboard --logdir logs`

use std::path::PathBuf;
use taut::callbacks::{SummaryWriter, TensorBoard};
use taut::prelude::*;

type Digit = Image<8, 8, 1>;
network! {
    type Net: Digit = (Flatten, Dense<64, 32>, Relu, Dropout<20>, Dense<32, 10>, Softmax);
}

fn main() -> taut::Result<()> {
    let logs = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "logs".into()));
    let (train, test) = datasets::digits()?.shuffle(1).split(0.2)?;
    for learning_rate in [0.0003, 0.003, 0.03] {
        let folder = logs.join(format!("rate-{learning_rate}"));
        let model = Model::<Digit, Net>::new(1);
        let mut model = model.compile(Adam::new(learning_rate), SparseCategoricalCrossentropy, Accuracy);
        let board = TensorBoard::new(&folder)
            .histogram_freq(2)
            .write_images()
            .hparam("learning_rate", learning_rate)
            .hparam("dropout", 0.2);
        let fit = Fit { epochs: 8, verbose: Verbose::Silent, ..Fit::default() };
        model.validation(&test).callbacks(board).fit(&train, fit)?;

        // Beside the callback: anything else, in a file of its own.
        let mut writer = SummaryWriter::new(folder.join("misread"))?;
        let misread = test.x.iter().zip(&test.y).filter(|(x, y)| model.predict(x).argmax() != y.index());
        let misread: Vec<Digit> = misread.map(|(x, _)| *x).take(10).collect();
        writer.image("misread", 0, &misread)?;
        writer.flush()?;
        println!("{}: {}", folder.display(), model.evaluate(&test)?);
    }
    println!("tensorboard --logdir {}", logs.display());
    Ok(())
}
