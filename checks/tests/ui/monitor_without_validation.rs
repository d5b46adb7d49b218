use taut::prelude::*;

type Net = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

fn run(data: &Dataset<Image<28, 28, 1>, Class<10>>) {
    let mut model =
        Model::<Image<28, 28, 1>, Net>::new(3).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model
        .callbacks((EarlyStopping::new(ValLoss).patience(10), ModelCheckpoint::best("best.taut", Training(Accuracy))))
        .fit(data, Fit { epochs: 20, ..Fit::default() })
        .unwrap();
}
fn main() {
    run(&Dataset::new(vec![], vec![]).unwrap());
}
