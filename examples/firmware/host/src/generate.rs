//! Makes what the boards embed: networks, inputs, and what this computer predicts for them.

use std::fs;
use std::path::Path;
use taut::Train;
use taut::zoo::DsCnn;
use taut::{
    int8::{Int8, ToInt8},
    prelude::*,
};

type Digits = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
type Mlp = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>);
type Encoder =
    (Dense<640, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 8>, Relu);
type Decoder =
    (Dense<8, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 640>);

const INPUTS: usize = 100;

pub fn generate() -> taut::Result<()> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../generated"));
    fs::create_dir_all(folder).unwrap();

    let digits = datasets::digits()?;
    let ink = digits.x[..INPUTS].iter().flat_map(|x| x.values().iter().map(|x| (x * 16.0) as u8)).collect();
    let model =
        Model::<Image<8, 8, 1>, Digits>::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../data/digits.taut"))?;
    write(folder, "digits", &model, ink, 1.0 / 16.0)?;

    // Weights as they are before training: what is counted does not depend on them.
    let mut state = 1_u32;
    let mut noise = |count: usize| -> Vec<u8> {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    };
    let model = Model::<Image<28, 28, 1>, Mlp>::new(1);
    write(folder, "mlp", &model, noise(INPUTS * 784), 1.0 / 255.0)?;
    let model = Model::<Vector<640>, (Encoder, Decoder)>::new(2);
    write(folder, "autoencoder", &model, noise(INPUTS * 640), 1.0 / 255.0)?;
    // Few, since a processor without floats takes long.
    let model = Model::<Image<49, 10, 1>, DsCnn>::new(3).fold();
    write_floats(folder, "dscnn", &model, noise(4 * 490), 1.0 / 255.0)?;
    Ok(())
}

/// Writes the network, inputs and its outputs; returns the inputs.
fn write_floats<X: Sample, N: Train<X>>(
    folder: &Path,
    name: &str,
    model: &Model<X, N>,
    bytes: Vec<u8>,
    scale: f32,
) -> taut::Result<Vec<X>> {
    let sample = |bytes: &[u8]| {
        let mut x = X::ZERO;
        x.values_mut().iter_mut().zip(bytes).for_each(|(x, byte)| *x = f32::from(*byte) * scale);
        x
    };
    let samples: Vec<X> = bytes.chunks(X::LEN).map(sample).collect();
    let outputs: Vec<u8> =
        samples.iter().flat_map(|x| model.predict(x).values().to_vec()).flat_map(f32::to_le_bytes).collect();
    model.save_with_example(folder.join(format!("{name}.taut")), &samples[0])?;
    for (end, bytes) in [("inputs", bytes), ("outputs", outputs)] {
        fs::write(folder.join(format!("{name}.{end}")), bytes).unwrap();
    }
    Ok(samples)
}

/// That, and the same in signed bytes.
fn write<X: Sample, N: Train<X> + ToInt8<X>>(
    folder: &Path,
    name: &str,
    model: &Model<X, N>,
    bytes: Vec<u8>,
    scale: f32,
) -> taut::Result<()> {
    let samples = write_floats(folder, name, model, bytes, scale)?;
    let small = quantize(model, &samples)?;
    println!("{name} in signed bytes\n{small}\n");
    small.save_with_example(folder.join(format!("{name}.int8.taut")), &samples[0])?;
    let small_inputs: Vec<Int8<X>> = samples.iter().map(|x| Int8::of(x, small.net().input())).collect();
    let small_outputs: Vec<u8> = small_inputs.iter().flat_map(|x| unsigned(small.predict_bytes(x).bytes())).collect();
    let small_inputs: Vec<u8> = small_inputs.iter().flat_map(|x| unsigned(x.bytes())).collect();

    for (end, bytes) in [("int8.inputs", small_inputs), ("int8.outputs", small_outputs)] {
        fs::write(folder.join(format!("{name}.{end}")), bytes).unwrap();
    }
    Ok(())
}

fn unsigned(bytes: &[i8]) -> Vec<u8> {
    bytes.iter().map(|byte| *byte as u8).collect()
}
