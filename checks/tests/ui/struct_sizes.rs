use taut::prelude::*;

network! {
    struct Mlp<const H: usize>: Image<8, 8, 1> {
        flatten: Flatten,
        hidden: Dense<64, H>,
        relu: Relu,
        scores: Dense<65, 10>,
        softmax: Softmax,
    }
}
type Net = Mlp<32>;

fn main() -> taut::Result<()> {
    let data = datasets::digits()?;
    let model = Model::<Image<8, 8, 1>, Net>::new(3).layers(|net| net.hidden.kernel.frozen = true);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.validation_split(0.25).fit(&data, Fit::default())?;
    println!("{} {:?}", model.evaluate(&data)?, model.predict(&data.x[0]));
    Ok(())
}
