use taut::prelude::*;

fn main() -> taut::Result<()> {
    let data: Dataset<Vector<4>, Class<3>> = Dataset::new(vec![], vec![])?;
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.validation(&data).callbacks(EarlyStopping::new(Accuracy)).fit(&data, Fit::default())?;
    Ok(())
}
