//! The network of the digits in signed bytes: a quarter of the flash, integers alone, and nearly the same answers.
//!
//! `cargo run --release --example 12_int8`

use taut::prelude::*;

type Digit = Image<8, 8, 1>;
type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);

fn main() -> taut::Result<()> {
    let data = datasets::digits()?;
    let model = Model::<Digit, Net>::load(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"))?;

    // Typical inputs tell how large the numbers between the layers become.
    let small = quantize(&model, &data.x[..500])?;
    println!("{small}");

    let floats = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy).evaluate(&data)?;
    println!("floats:       {:.4}", floats.get(Accuracy));
    println!("signed bytes: {:.4}", small.evaluate(&data, Accuracy)?.get(Accuracy));
    println!("{:?}", small.predict(&data.x[0]));
    Ok(())
}
