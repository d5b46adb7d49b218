//! Writes the files that the targets begin with to `seeds`: `cargo run --bin seeds`.

use std::path::{Path, PathBuf};
use taut::{Arch, prelude::*};

type Net = (Dense<3, 4>, BatchNorm<4>, Relu, Dropout<20>, Dense<4, 2>, Softmax);
type Trained = (Dense<2, 3>, Relu, Dense<3, 2>, Softmax);
type Small = (Flatten, Dense<4, 3>, Relu, Dense<3, 2>, Softmax);

/// Writes a seed, which must be small.
fn seed(target: &str, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let path = Path::new("seeds").join(target).join(name);
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    std::fs::write(&path, bytes)?;
    println!("{}: {} bytes", path.display(), bytes.len());
    Ok(path)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
    let path = seed("checkpoint", "parameters", &[])?;
    let mut model = Model::<Vector<3>, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.save(path)?;
    model.save_with_example(seed("checkpoint", "example", &[])?, &Vector::new([1.0, 2.0, 3.0]))?;
    let fit = Fit { epochs: 2, verbose: Verbose::Silent, ..Fit::default() };
    model.fit(&Dataset::new(vec![Vector::new([0.5; 3])], vec![Class::<2>::new(1).ok_or("a class")?])?, fit)?;
    model.save_training(seed("checkpoint", "training", &[])?)?;

    // The state alone: the target writes what stands before it.
    let path = seed("training", "state", &[])?;
    let mut model =
        Model::<Vector<2>, Trained>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.fit(&Dataset::new(vec![Vector::new([0.5; 2])], vec![Class::<2>::new(1).ok_or("a class")?])?, fit)?;
    model.save_training(&path)?;
    let state = std::fs::read(&path)?.split_off(36 + Trained::NAME.bytes().len() + Trained::BYTES);
    std::fs::write(&path, state)?;

    let path = seed("quantized", "parameters", &[])?;
    let small = quantize(&Model::<Image<2, 2, 1>, Small>::new(1), &[Image([[[0.5], [1.0]], [[-1.0], [0.0]]])])?;
    small.save(&path)?;
    let file = std::fs::read(&path)?;
    std::fs::write(&path, &file[file.len() - Quantized::<Image<2, 2, 1>, Small>::BYTES..])?;

    let images = [&[0, 0, 8, 3][..], &[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2], &[1, 2, 3, 4]].concat();
    seed("idx", "images", &images)?;
    seed("idx", "labels", &[0, 0, 8, 1, 0, 0, 0, 2, 0, 2])?;
    seed("idx", "floats", &[&[0, 0, 13, 1, 0, 0, 0, 1][..], &1.5_f32.to_be_bytes()].concat())?;
    // The labels, as gzip writes them.
    let gzipped = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 100, 96, 96, 96, 98, 96, 2, 0, 53, 205, 146, 123, 10, 0, 0, 0,
    ];
    seed("idx", "gzipped", &gzipped)?;

    // One array, two in an archive, and one that zlib has compressed.
    taut::datasets::Npy::new(seed("npy", "array", &[])?).write(&[Image([[[0.5], [1.0]], [[-1.0], [0.0]]])][..])?;
    let (x, y) = ([Vector::new([1.0, 2.0]), Vector::new([3.0, 4.0])], [2, 0].map(Class::<3>::new));
    let y = y.into_iter().flatten().collect::<Vec<_>>();
    taut::datasets::Npz::new(seed("npy", "archive", &[])?).write(&[("y", &y), ("x", &x.to_vec())])?;
    seed("npy", "compressed", &std::fs::read("../tests/fixtures/arrays_compressed.npz")?)?;
    seed("npy", "fortran", &std::fs::read("../tests/fixtures/fortran.npy")?)?;

    seed("csv", "header", b"\x00a,b,c\n1,2,0\n3,\"4\",1\n")?;
    seed("csv", "classes", b"\x321.5;-2e3;yes\r\n;4;no\r\n")?;
    seed("csv", "aligned", b"\x66  1   2  0\n 10  ?  1\n")?;
    seed("cifar", "one", &[&[3][..], &[7; 3072]].concat())?;

    let mut pixels = image::RgbImage::new(4, 3);
    pixels.put_pixel(1, 1, image::Rgb([200, 100, 50]));
    let formats = [
        (image::ImageFormat::Png, 0_u8),
        (image::ImageFormat::Jpeg, 1),
        (image::ImageFormat::Gif, 2),
        (image::ImageFormat::Bmp, 3),
    ];
    for (format, end) in formats {
        let mut bytes = std::io::Cursor::new(vec![]);
        pixels.write_to(&mut bytes, format)?;
        seed("picture", &format!("{format:?}").to_lowercase(), &[&[end], &bytes.into_inner()[..]].concat())?;
    }
    for (i, name) in ["net.taut", "{epoch:02}-{loss:.2}.taut", "{{{epoch}}}", "{val_loss}"].into_iter().enumerate() {
        seed("names", &i.to_string(), name.as_bytes())?;
    }
    Ok(())
}
