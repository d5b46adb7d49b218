use taut::prelude::*;

network! {
    struct Net: Image<8, 8, 1> {
        flatten: Flatten,
        hidden: Dense<64, 64>,
        scores: Dense<64, 10>,
        softmax: Softmax,
    }
}

fn main() -> taut::Result<()> {
    let data = datasets::digits()?;
    let model = Model::<Image<8, 8, 1>, Net>::new(3).layers(|net| net.hiden.kernel.frozen = true);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.validation_split(0.25).fit(&data, Fit::default())?;
    println!("{} {:?}", model.evaluate(&data)?, model.predict(&data.x[0]));
    Ok(())
}
