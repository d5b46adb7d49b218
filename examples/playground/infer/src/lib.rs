//! Reads an 8×8 digit and keeps what each layer puts out, for a page that draws it.
//!
//! There is no standard library, no allocator, and no `unsafe` but for what the panic handler would call. The page
//! writes the digit to [`input`], calls [`predict`], and reads [`output`] of each layer. A number is kept as the bits
//! of an `f32` in an atomic, which costs nothing in WebAssembly of one thread.

#![no_std]

mod net;

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use net::{Digit, Net};
use taut::prelude::*;

embed! {
    static NET: Net = "../digits.taut";
    /// A digit, and what the computer that trained the network made of it.
    static EXAMPLE: Example<Digit>;
}

/// Digits that the network was not trained on: ten of each class, of 64 bytes from 0 to 16.
static SAMPLES: [u8; 6400] = *include_bytes!("../samples.bin");

/// A layer as the page shows it.
struct Shown {
    /// Its type as text.
    name: &'static str,
    /// The sizes of its output: rows, columns, channels.
    shape: [usize; 3],
    parameters: usize,
    /// The multiply-adds of one inference.
    macs: usize,
}

/// The layer `L` of samples `X`.
const fn shown<X, L: Layer<X>>() -> Shown
where
    L::Y: Sample,
{
    let shape = match *<L::Y as Sample>::SHAPE {
        [rows, columns, channels] => [rows, columns, channels],
        [n] => [1, 1, n],
        _ => panic!("the page draws images and vectors"),
    };
    Shown { name: L::NAME.as_str(), shape, parameters: L::PARAMS, macs: L::MACS }
}

/// The layers in order, each with its input: the table of what the page shows, and the pass that keeps all outputs.
/// (`NET.predict` alone returns only the last one.)
macro_rules! layers { ($($field:ident: $layer:ty, $x:ty;)+) => {
    static LAYERS: &[Shown] = &[$(shown::<$x, $layer>()),+];
    /// The numbers that all of them put out.
    const OUTPUTS: usize = 0 $(+ <<$layer as Layer<$x>>::Y as taut::Floats>::LEN)+;

    fn run(x: &Digit) {
        let mut free = OUTPUT.iter();
        $(
            let mut scratch = Budget::<$x, $layer>::scratch();
            let x = NET.$field.infer(x, &mut scratch);
            for (value, kept) in x.values().iter().zip(&mut free) {
                kept.store(value.to_bits(), Relaxed);
            }
        )+
        let _ = x;
    }
} }
layers! {
    edges: Conv2d<1, 8, 3, Same>, Digit;
    edges_relu: Relu, Image<8, 8, 8>;
    shapes: Conv2d<8, 16, 3, Same>, Image<8, 8, 8>;
    shapes_relu: Relu, Image<8, 8, 16>;
    pool: MaxPool2d<2>, Image<8, 8, 16>;
    flatten: Flatten, Image<4, 4, 16>;
    scores: Dense<256, 10>, Vector<256>;
    softmax: Softmax, Vector<10>;
}

static INPUT: [AtomicU32; 64] = [const { AtomicU32::new(0) }; 64];
static OUTPUT: [AtomicU32; OUTPUTS] = [const { AtomicU32::new(0) }; OUTPUTS];

/// Where the page writes the digit: 64 numbers from 0 to 1, row by row.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *const AtomicU32 {
    INPUT.as_ptr()
}

/// Reads the digit: the outputs of all layers are then at [`output`].
#[unsafe(no_mangle)]
pub extern "C" fn predict() {
    let mut digit = Digit::ZERO;
    for (pixel, bits) in digit.values_mut().iter_mut().zip(&INPUT) {
        *pixel = f32::from_bits(bits.load(Relaxed));
    }
    run(&digit);
}

/// As [`predict`], as a program does that wants nothing but the class: what the page measures the time of.
#[unsafe(no_mangle)]
pub extern "C" fn class() -> usize {
    let mut digit = Digit::ZERO;
    for (pixel, bits) in digit.values_mut().iter_mut().zip(&INPUT) {
        *pixel = f32::from_bits(bits.load(Relaxed));
    }
    NET.predict(&digit, &mut Budget::<Digit, Net>::scratch()).argmax()
}

/// Whether this browser computes what the computer that trained the network did.
#[unsafe(no_mangle)]
pub extern "C" fn agrees() -> bool {
    EXAMPLE.agrees(&NET, &mut Budget::<Digit, Net>::scratch())
}

/// The digits to try: class after class, ten of each, 64 bytes from 0 to 16 a digit.
#[unsafe(no_mangle)]
pub extern "C" fn samples() -> *const u8 {
    SAMPLES.as_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn layers() -> usize {
    LAYERS.len()
}

/// The numbers that a layer put out, channel by channel for each pixel; null where there is no such layer.
#[unsafe(no_mangle)]
pub extern "C" fn output(layer: usize) -> *const AtomicU32 {
    let before = LAYERS.iter().take(layer).map(|layer| layer.shape.iter().product::<usize>()).sum();
    OUTPUT.get(before..).filter(|_| layer < LAYERS.len()).map_or(ptr::null(), <[_]>::as_ptr)
}

/// The rows, columns or channels, for an axis of 0, 1 or 2, of what a layer puts out.
#[unsafe(no_mangle)]
pub extern "C" fn size(layer: usize, axis: usize) -> usize {
    LAYERS.get(layer).and_then(|layer| layer.shape.get(axis)).map_or(0, |size| *size)
}

#[unsafe(no_mangle)]
pub extern "C" fn parameters(layer: usize) -> usize {
    LAYERS.get(layer).map_or(0, |layer| layer.parameters)
}

#[unsafe(no_mangle)]
pub extern "C" fn macs(layer: usize) -> usize {
    LAYERS.get(layer).map_or(0, |layer| layer.macs)
}

/// A layer's type as text, in UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn name(layer: usize) -> *const u8 {
    LAYERS.get(layer).map_or(ptr::null(), |layer| layer.name.as_ptr())
}

/// How many bytes [`name`] has.
#[unsafe(no_mangle)]
pub extern "C" fn name_len(layer: usize) -> usize {
    LAYERS.get(layer).map_or(0, |layer| layer.name.len())
}

/// In a release build, a program that could panic would import a function, which the page's test refuses.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    #[link(wasm_import_module = "env")]
    unsafe extern "C" {
        safe fn this_program_can_panic() -> !;
    }
    this_program_can_panic()
}
