//! From the trained network to a microcontroller.
//!
//! # 1. Know what there is room for, before training
//!
//! A network is a type, and its costs are constants of the type: a design that does not fit does not compile.
//!
//! ```
//! use taut::prelude::*;
//! type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
//! type Cost = Budget<Image<8, 8, 1>, Net>;
//! const _: () = assert!(Cost::FLASH <= 20 * 1024); // bytes of parameters
//! const _: () = assert!(Cost::RAM <= 2048); // bytes that an inference writes to
//! assert_eq!(Cost::MACS, 64 * 64 + 64 * 10); // multiply-adds
//! ```
//!
//! # 2. Train it on a computer, save the best
//!
//! ```
//! use taut::prelude::*;
//! # fn main() -> taut::Result<()> {
//! # type Net = (Flatten, Dense<64, 10>, Softmax);
//! # let folder = tempfile::tempdir().map_err(|error| taut::Error::Other(error.into()))?;
//! # let path = folder.path().join("digits.taut");
//! let (train, test) = datasets::digits()?.take(300).split(0.2)?;
//! let mut model = Model::<_, Net>::new(1).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
//! model
//!     .validation(&test)
//!     .callbacks(ModelCheckpoint::best(&path, ValLoss))
//!     .fit(&train, Fit { epochs: 5, ..Fit::default() })?;
//! # assert!(Model::<Image<8, 8, 1>, Net>::load(&path).is_ok());
//! # Ok(())
//! # }
//! ```
//!
//! Batch normalization is folded into the layer before it by [`Model::fold`](crate::Model::fold), and the program
//! embeds the type [`Folded`](crate::Folded)`<Net>`.
//!
//! # 3. Embed it
//!
//! The firmware depends on this crate with `default-features = false`: no `std`, no allocator.
//! [`embed!`](crate::embed!) reads the checkpoint when the firmware compiles. Another network, a NaN or a damaged file
//! does not compile.
//!
//! ```
//! use taut::prelude::*;
//! type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
//! taut::embed! { static NET: Net = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"); }
//!
//! let mut scratch = Budget::<Image<8, 8, 1>, Net>::scratch(); // or a `static`: its size is RAM above
//! let scores = NET.predict(&Image([[[0.5]; 8]; 8]), &mut scratch);
//! assert!(scores.argmax() < 10);
//! ```
//!
//! `predict` cannot allocate, cannot fail and cannot panic. `examples/04_embed` is a program of which that is proven: a
//! panic would be an error of the linker.
//!
//! # 4. Signed bytes, for a quarter of the flash
//!
//! [`quantize`](crate::quantize()) makes a trained dense network one of signed bytes, with the ranges that it sees in
//! some samples. The result is what TensorFlow Lite's reference kernels compute, bit by bit. It needs no floats on the
//! chip. `examples/12_int8.rs` shows it and prints how many answers differ.
//!
//! # 5. Check that it is the same network
//!
//! [`Model::save_with_example`](crate::Model::save_with_example) stores an input and its output in the checkpoint. The
//! embedded network, on the chip, is to give the same answer.
//!
//! # 6. Count the instructions
//!
//! `examples/firmware` runs networks on a Cortex-M4F, a Cortex-M0+ and a RISC-V, in QEMU, with one command, and prints
//! instructions, flash and stack of each. A number from QEMU is a count of instructions, not of cycles: flash with wait
//! states makes a chip slower than it says.
//!
//! What to do where it is too slow or too large: fewer inputs first (a smaller picture, a shorter window), then
//! narrower layers, then depthwise instead of full convolutions, then signed bytes. `Budget` tells what each step
//! brings without training anything.
