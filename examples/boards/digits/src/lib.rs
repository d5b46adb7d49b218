//! What the boards have in common: the network that `01_digits` trained, and a digit.

#![no_std]

use taut::prelude::*;

/// Eight by eight pixels, from 0, paper, to 1, ink.
pub type Digit = Image<8, 8, 1>;
network! { pub type Net: Digit = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax); }
embed! {
    /// In flash, as a part of the program.
    pub static NET: Net = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../data/digits.taut");
    /// A digit, and what the computer that trained the network made of it.
    pub static EXAMPLE: Example<Digit>;
}

type Cost = Budget<Digit, Net>;
const _: () = assert!(Cost::FLASH <= 20 * 1024 && Cost::RAM <= 2 * 1024);

/// What an inference writes to.
pub type Scratch = <Net as Layer<Digit>>::Scratch;

/// Memory for inferences. Fails if this processor does not compute what the computer did.
pub fn begin() -> Option<Scratch> {
    let mut scratch = Cost::scratch();
    EXAMPLE.agrees(&NET, &mut scratch).then_some(scratch)
}

/// A seven, as a sensor might give it: ink from 0 to 16.
pub fn seven() -> Digit {
    const PIXELS: [[u8; 8]; 8] = [
        [0, 0, 1, 12, 16, 15, 3, 0],
        [0, 0, 7, 11, 9, 16, 5, 0],
        [0, 0, 0, 0, 5, 15, 0, 0],
        [0, 0, 4, 10, 15, 16, 8, 0],
        [0, 0, 9, 15, 16, 9, 1, 0],
        [0, 0, 0, 12, 11, 0, 0, 0],
        [0, 0, 3, 16, 4, 0, 0, 0],
        [0, 0, 9, 12, 0, 0, 0, 0],
    ];
    let mut digit = Digit::ZERO;
    for (row, ink) in digit.0.iter_mut().zip(&PIXELS) {
        for (pixel, ink) in row.iter_mut().zip(ink) {
            *pixel = [f32::from(*ink) / 16.0];
        }
    }
    digit
}

/// The digit that the network sees. Cannot allocate, cannot fail, cannot panic.
#[inline(never)]
pub fn predict(digit: &Digit, scratch: &mut Scratch) -> usize {
    NET.predict(digit, scratch).argmax()
}
