use taut::prelude::*;

network! {
    type Net: Image<8, 8, 1> = (
        Conv2d<1, 4, 3>,
        (
            MaxPool2d<4>,
            MaxPool2d<2>,
        ),
        Flatten,
        Dense<4, 10>,
    );
}

fn main() -> taut::Result<()> {
    let data = datasets::digits()?;
    let model = Model::<Image<8, 8, 1>, Net>::new(3).layers(|net| net.0.kernel.frozen = true);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.validation_split(0.25).fit(&data, Fit::default())?;
    println!("{} {:?}", model.evaluate(&data)?, model.predict(&data.x[0]));
    Ok(())
}
