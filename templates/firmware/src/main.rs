//! The network of `model.taut` on a microcontroller. The comments say what to change.

#![no_std]
#![no_main]

// Only linked: it lets the printing know that nothing interrupts it.
#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(target_arch = "riscv32")]
use riscv as _;
use rtt_target::{rprintln, rtt_init_print};
use taut::{layers::Normalization, prelude::*};

// Copied from the program that trained the network: its input, and the network itself.
type Flower = Vector<4>;
network! { type Net: Flower = (Normalization<4>, Dense<4, 16>, Relu, Dense<16, 3>, Softmax); }
const CLASSES: [&str; 3] = ["setosa", "versicolor", "virginica"];

// Read while this compiles: a file of another network, or a damaged one, does not.
embed! {
    static NET: Net = concat!(env!("CARGO_MANIFEST_DIR"), "/model.taut");
    /// A sample, and what the computer that trained the network made of it.
    static EXAMPLE: Example<Flower>;
}

// What the network may cost, in bytes: one that needs more does not compile.
type Cost = Budget<Flower, Net>;
const _: () = assert!(Cost::FLASH <= 16 * 1024 && Cost::RAM <= 4 * 1024);

#[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
#[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
fn main() -> ! {
    rtt_init_print!();
    // What an inference writes to: there is no allocator.
    let mut scratch = Cost::scratch();
    if !EXAMPLE.agrees(&NET, &mut scratch) {
        panic!("this processor does not compute what the computer did");
    }
    rprintln!("the network agrees with the computer that trained it");

    // Your sensor, instead of two flowers.
    for flower in [Vector::new([5.1, 3.5, 1.4, 0.2]), Vector::new([6.3, 3.3, 6.0, 2.5])] {
        // Cannot allocate, cannot fail, cannot panic.
        let scores = NET.predict(&flower, &mut scratch);
        rprintln!("{}", CLASSES[scores.argmax() % CLASSES.len()]);
    }
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    rprintln!("{}", info);
    loop {
        core::hint::spin_loop();
    }
}
