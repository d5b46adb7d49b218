//! Images that change a little in each epoch: a network of convolutions that learns digits, with and without shifts of
//! one pixel, and how well it reads digits that are shifted.
//!
//! `cargo run --release --example 16_augmentation`

use taut::{
    datasets::{FillMode, RandomTranslation},
    prelude::*,
    schedules::CosineDecay,
};

type Digit = Image<8, 8, 1>;
network! {
    type Net: Digit = (
        Conv2d<1, 16, 3, Same>,
        Relu,
        MaxPool2d<2>,
        Conv2d<16, 32, 3, Same>,
        Relu,
        MaxPool2d<2>,
        Flatten,
        Dropout<30>,
        Dense<128, 10>,
        Softmax,
    );
}

const EPOCHS: usize = 60;

fn train(data: &Dataset<Digit, Class<10>>, augmented: bool) -> taut::Result<Model<Digit, Net>> {
    let steps = (EPOCHS * data.len().div_ceil(32)) as u64;
    let options = OptimizerOptions { learning_rate: CosineDecay::new(0.003, steps).into(), ..Default::default() };
    let mut model = Model::new(1).compile(Adam::default().with(options), SparseCategoricalCrossentropy, Accuracy);
    let fit = Fit { epochs: EPOCHS, batch_size: 32, ..Fit::default() };
    if augmented {
        // At most an eighth of the picture, up, down, left or right; drawn anew for each sample in each epoch.
        model
            .augment(RandomTranslation { height: 0.125, width: 0.125, fill: FillMode::Constant(0.0) })
            .fit(data, fit)?;
    } else {
        model.fit(data, fit)?;
    }
    Ok(model.into_model())
}

fn accuracy(model: &Model<Digit, Net>, data: &Dataset<Digit, Class<10>>) -> f64 {
    let right = model.predict_batch(&data.x).iter().zip(&data.y).filter(|(p, y)| p.argmax() == y.index()).count();
    right as f64 / data.len() as f64
}

/// The same pictures, one pixel to the right.
fn shifted(data: &Dataset<Digit, Class<10>>) -> taut::Result<Dataset<Digit, Class<10>>> {
    let mut data = data.clone();
    for image in &mut data.x {
        for row in &mut image.0 {
            row.rotate_right(1);
            row[0] = [0.0];
        }
    }
    Ok(data)
}

fn main() -> taut::Result<()> {
    let (test, train_data) = datasets::digits()?.shuffle(1).split(0.2)?;
    let moved = shifted(&test)?;
    for (name, augmented) in [("as they are", false), ("with shifts", true)] {
        let model = train(&train_data, augmented)?;
        let (plain, moved) = (accuracy(&model, &test), accuracy(&model, &moved));
        println!(
            "trained on {} digits {name:11}: {plain:.3} correct, {moved:.3} of those shifted by a pixel",
            train_data.len()
        );
    }
    Ok(())
}
