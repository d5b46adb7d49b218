use taut::prelude::*;

fn run(data: &Dataset<Vector<4>, Class<3>>) -> taut::Result<()> {
    let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(3);
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
    model
        .callbacks(EarlyStopping::new(Training(Accuracy)).patience(10))
        .fit(data, Fit { epochs: 20, ..Fit::default() })?;
    Ok(())
}
fn main() {
    run(&Dataset::new(vec![], vec![]).unwrap()).unwrap();
}
