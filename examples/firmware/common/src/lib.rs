//! What the boards have in common: the network, and what is measured of it.
//!
//! Which network it is, is a feature: 784-64-10 (`mlp`), an autoencoder of eleven layers (`autoencoder`), DS-CNN with
//! its normalizations folded (`dscnn`) or, without one, the digits'.

#![no_std]

mod activations;
mod count;
mod stack;

use core::hint::black_box;
use semihosting::{eprintln, println, process};
use taut::{int8::Int8, prelude::*};

/// The network in flash, some inputs, a byte a number, and what the computer computed for them.
#[cfg(not(feature = "int8"))]
macro_rules! network_data {
    ($name:literal) => {
        pub type Net = Floats;
        pub type Input = X;
        embed! {
            pub static NET: Net = generated!($name, ".taut");
            pub static EXAMPLE: Example<X>;
        }
        pub const INPUTS: &[u8] = include_bytes!(generated!($name, ".inputs"));
        pub const OUTPUTS: &[u8] = include_bytes!(generated!($name, ".outputs"));
    };
}

/// The same in signed bytes.
#[cfg(feature = "int8")]
macro_rules! network_data {
    ($name:literal) => {
        pub type Net = Quantized<X, Floats>;
        pub type Input = Int8<X>;
        embed! {
            pub static NET: Net = generated!($name, ".int8.taut");
            pub static EXAMPLE: Example<Int8<X>>;
        }
        pub const INPUTS: &[u8] = include_bytes!(generated!($name, ".int8.inputs"));
        pub const OUTPUTS: &[u8] = include_bytes!(generated!($name, ".int8.outputs"));
    };
}

macro_rules! generated {
    ($name:literal, $end:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../generated/", $name, $end)
    };
}

#[cfg(not(any(feature = "mlp", feature = "autoencoder", feature = "dscnn")))]
mod network {
    use super::*;

    pub type X = Image<8, 8, 1>;
    network! { pub type Floats: X = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax); }
    network_data!("digits");
}

#[cfg(feature = "mlp")]
mod network {
    use super::*;

    pub type X = Image<28, 28, 1>;
    network! { pub type Floats: X = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>); }
    network_data!("mlp");
}

#[cfg(feature = "autoencoder")]
mod network {
    use super::*;

    pub type X = Vector<640>;
    type Encoder = (
        Dense<640, 128>,
        Relu,
        Dense<128, 128>,
        Relu,
        Dense<128, 128>,
        Relu,
        Dense<128, 128>,
        Relu,
        Dense<128, 8>,
        Relu,
    );
    type Decoder =
        (Dense<8, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 128>, Relu, Dense<128, 640>);
    network! { pub type Floats: X = (Encoder, Decoder); }
    network_data!("autoencoder");
}

#[cfg(feature = "dscnn")]
mod network {
    use super::*;

    pub type X = Image<49, 10, 1>;
    pub type Floats = Folded<taut::zoo::DsCnn>;
    network_data!("dscnn");
}

use network::{EXAMPLE, INPUTS, Input, NET, Net, OUTPUTS, X};

type Cost = Budget<Input, Net>;
type Scratch = <Net as Layer<Input>>::Scratch;
type Output = <Net as Layer<Input>>::Y;

/// What a device does again and again: no allocation, no panic.
#[inline(never)]
pub fn predict<'a>(x: &'a Input, work: &'a mut Scratch) -> &'a Output {
    NET.predict(x, work)
}

/// Does nothing else.
pub fn forever() -> ! {
    static X: Input = Input::ZERO;
    let mut work = Cost::scratch();
    loop {
        let x = black_box(&X);
        if cfg!(not(feature = "nothing")) {
            black_box(predict(x, &mut work));
        }
    }
}

#[cfg(not(feature = "int8"))]
mod ends {
    use super::*;

    /// A byte's worth: digits have ink from 0 to 16.
    const SCALE: f32 = if X::LEN == 64 { 1.0 / 16.0 } else { 1.0 / 255.0 };

    pub fn input(i: usize) -> Input {
        let mut x = X::ZERO;
        x.values_mut().iter_mut().zip(&INPUTS[i * X::LEN..]).for_each(|(x, byte)| *x = f32::from(*byte) * SCALE);
        x
    }

    /// Whether an output is the computer's: each number within 1e-5 of it.
    pub fn agrees(i: usize, y: &Output) -> bool {
        let (host, _) = OUTPUTS[4 * i * Output::LEN..].as_chunks::<4>();
        y.values().iter().zip(host).all(|(y, host)| {
            let host = f32::from_le_bytes(*host);
            (y - host).abs() <= 1e-5 * host.abs().max(1.0)
        })
    }

    pub fn scores(y: &Output) -> impl Iterator<Item = f32> {
        y.values().iter().copied()
    }
}

#[cfg(feature = "int8")]
mod ends {
    use super::*;

    pub fn input(i: usize) -> Input {
        let mut x = Input::ZERO;
        x.bytes_mut().iter_mut().zip(&INPUTS[i * X::LEN..]).for_each(|(x, byte)| *x = *byte as i8);
        x
    }

    /// Whether an output is the computer's, bit by bit.
    pub fn agrees(i: usize, y: &Output) -> bool {
        y.bytes().iter().zip(&OUTPUTS[i * y.bytes().len()..]).all(|(y, host)| *y == *host as i8)
    }

    pub fn scores(y: &Output) -> impl Iterator<Item = f32> {
        y.bytes().iter().map(|y| NET.output().dequantize(*y))
    }
}

pub use activations::activations;
pub use ends::input;
use ends::{agrees, scores};

/// Predicts, prints the largest output, measures, and prints the instructions of a prediction, the bytes of weights and
/// of memory, those that the type promises, and for how many inputs this processor agrees with the computer. Ends with
/// 1 where one is otherwise.
pub fn run() -> ! {
    let inputs = INPUTS.len() / X::LEN;
    let x = input(0);
    let mut work = Cost::scratch();
    if !EXAMPLE.agrees(&NET, &mut work) {
        eprintln!("the example of the checkpoint does not come out");
        process::exit(1);
    }
    let stack = stack::used(|| {
        black_box(predict(black_box(&x), &mut work));
    });
    let counter = count::Counter::new();
    let instructions = counter.count(|| {
        black_box(predict(black_box(&x), &mut work));
    });
    let agree = (0..inputs).filter(|i| agrees(*i, predict(&input(*i), &mut work))).count();

    let y = predict(&x, &mut work);
    let best = scores(y).enumerate().fold((0, f32::MIN), |best, now| if now.1 > best.1 { now } else { best });
    println!("the largest of the first sample's outputs is number {}, {:.4}", best.0, best.1);
    // Without input and output.
    let ram = size_of::<Scratch>() - size_of::<Output>() + stack;
    let promised = Cost::RAM - size_of::<Output>();
    println!("{instructions} {} {ram} {promised} {agree} {inputs}", Cost::FLASH);
    process::exit(if agree == inputs && ram <= promised { 0 } else { 1 })
}

/// Says why, and ends with 2.
pub fn stop(info: &core::panic::PanicInfo) -> ! {
    eprintln!("{info}");
    process::exit(2)
}
