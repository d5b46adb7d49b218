//! Trains a network on `flowers.csv`, tests it, and saves it to `model.taut`. The comments say what to change.

use taut::{Csv, layers::Normalization, prelude::*};

/// The columns of the file that the network sees.
const FEATURES: [&str; 4] = ["sepal_length", "sepal_width", "petal_length", "petal_width"];
/// What it tells apart, as the column `species` names it.
const CLASSES: [&str; 3] = ["setosa", "versicolor", "virginica"];

// What goes in, as many numbers as there are features, and the network. The compiler says which layer does not fit.
type Flower = Vector<4>;
network! { type Net: Flower = (Normalization<4>, Dense<4, 16>, Relu, Dense<16, 3>, Softmax); }

fn main() -> taut::Result<()> {
    // Your own table: a header, numbers, and the label in the last of these columns.
    let columns = FEATURES.into_iter().chain(["species"]);
    let data: Dataset<Flower, Class<3>> = Csv::new("flowers.csv").columns(columns).classes(CLASSES).read()?;
    let (train, test) = data.shuffle(1).split(0.2)?;

    // The seed decides the first weights, and with them all bits of the result.
    let mut model = Model::<Flower, Net>::new(1);
    model.net_mut().0.adapt(&train.x)?; // Means and deviations of the features become a part of the network.
    let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
    println!("{}", model.summary());

    // Most epochs are not run: training stops when the validation has not improved for ten.
    let stop = EarlyStopping::new(ValLoss).patience(10).restore_best_weights();
    let history = model.validation_split(0.2).callbacks(stop).fit(&train, Fit { epochs: 200, ..Fit::default() })?;
    history.write_csv("history.csv")?;

    println!("flowers that it has never seen: {}", model.evaluate(&test)?);
    println!("one of them: {}", CLASSES[model.predict(&test.x[0]).argmax()]);
    // With a sample and its output, by which a microcontroller can check itself: see the template `firmware`.
    model.save_with_example("model.taut", &test.x[0])
}
