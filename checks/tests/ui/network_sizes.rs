use taut::prelude::*;

network! {
    type Mlp<const H: usize>: Image<8, 8, 1> = (
        Flatten,
        Dense<64, H>,
        Relu,
        Dense<65, 10>,
    );
}
type Net = Mlp<32>;

fn main() -> taut::Result<()> {
    let data = datasets::digits()?;
    let model = Model::<Image<8, 8, 1>, Net>::new(3).layers(|net| net.1.kernel.frozen = true);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.validation_split(0.25).fit(&data, Fit::default())?;
    println!("{} {:?}", model.evaluate(&data)?, model.predict(&data.x[0]));
    Ok(())
}
