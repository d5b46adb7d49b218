//! The digits network that `01_digits` saved, in a program without a standard library and without an allocator, as
//! firmware is.
//!
//! `cargo run --release --manifest-path examples/04_embed/Cargo.toml`
//!
//! In a release build the panic handler calls a function that does not exist: that the program links at all is the
//! proof that nothing in it can panic.

#![no_std]
#![no_main]

mod never_panics;

use taut::prelude::*;

type Digit = Image<8, 8, 1>;
network! { type Net: Digit = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax); }
embed! {
    static NET: Net = "../../../data/digits.taut";
    /// A digit, and what the computer that trained the network made of it.
    static EXAMPLE: Example<Digit>;
}

type Cost = Budget<Digit, Net>;
const _: () = assert!(Cost::PARAMS == 4_810 && Cost::MACS == 4_736);
const _: () = assert!(Cost::FLASH <= 20 * 1024, "the weights must fit in 20 KiB of flash");
const _: () = assert!(Cost::SCRATCH <= 1024, "the network must work in 1 KiB of RAM");

/// A seven, as a sensor might give it: ink from 0 to 16.
static PIXELS: [[u8; 8]; 8] = [
    [0, 0, 1, 12, 16, 15, 3, 0],
    [0, 0, 7, 11, 9, 16, 5, 0],
    [0, 0, 0, 0, 5, 15, 0, 0],
    [0, 0, 4, 10, 15, 16, 8, 0],
    [0, 0, 9, 15, 16, 9, 1, 0],
    [0, 0, 0, 12, 11, 0, 0, 0],
    [0, 0, 3, 16, 4, 0, 0, 0],
    [0, 0, 9, 12, 0, 0, 0, 0],
];

/// Cannot allocate, cannot panic, cannot fail.
#[unsafe(no_mangle)]
#[inline(never)]
fn predict<'a>(digit: &'a Digit, scratch: &'a mut <Net as Layer<Digit>>::Scratch) -> &'a Vector<10> {
    NET.predict(digit, scratch)
}

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    let mut digit = Digit::ZERO;
    for (row, ink) in digit.0.iter_mut().zip(&PIXELS) {
        for (pixel, ink) in row.iter_mut().zip(ink) {
            *pixel = [f32::from(*ink) / 16.0];
        }
    }
    let mut scratch = Cost::scratch();
    // Before anybody relies on this processor.
    if !EXAMPLE.agrees(&NET, &mut scratch) {
        return 2;
    }
    let scores = predict(&digit, &mut scratch);

    for (class, score) in (b'0'..).zip(scores.values()) {
        let percent = (100.0 * score) as u8;
        let digit = |n: u8| b'0' + n % 10;
        let hundreds = if percent >= 100 { b'1' } else { b' ' };
        print(&[class, b':', b' ', hundreds, digit(percent / 10), digit(percent), b' ', b'%', b'\n']);
    }
    print(b"it is a ");
    print(&[b'0' + scores.argmax() as u8, b'\n']);
    if scores.argmax() == 7 { 0 } else { 1 }
}

/// To the standard output, by the one function that this program takes from the system.
fn print(text: &[u8]) {
    #[link(name = "c")]
    unsafe extern "C" {
        fn write(file: i32, text: *const u8, len: usize) -> isize;
    }
    // SAFETY: the pointer and the length are those of a slice.
    unsafe { write(1, text.as_ptr(), text.len()) };
}
