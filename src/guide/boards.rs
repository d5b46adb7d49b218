//! On a real board: from a trained network to a blinking LED.
//!
//! [`firmware`](super::firmware) says what an embedded network is and costs; this is how it comes onto a chip. The
//! programs are in `examples/boards`, a package for each of
//!
//! | folder | board | processor | starts by | probe |
//! |---|---|---|---|---|
//! | `nrf52840` | nRF52840-DK | Cortex-M4F, 64 MHz | `cortex-m-rt` | on board |
//! | `rp2040` | Raspberry Pi Pico | Cortex-M0+, here 12 MHz | `cortex-m-rt`, a boot loader of 256 bytes | a second Pico, or a Debug Probe |
//! | `esp32c3` | an ESP32-C3, with an LED at GPIO 8 | RISC-V, no floats, 160 MHz | `esp-hal` | on board, by USB |
//!
//! CI builds them; **nobody has run them on hardware yet**, since no board is at hand where this is developed. What
//! runs there, in QEMU, is the same network on the same kinds of processors (`examples/firmware`).
//!
//! # 1. A project
//!
//! ```sh
//! cargo install cargo-generate --locked
//! cargo generate --path taut/templates/train --name flowers        # of a checkout of this crate, in the folder `taut`
//! cargo generate --path taut/templates/firmware --name flowers-firmware
//! ```
//!
//! The first trains a network on a table and saves `model.taut`; the second embeds it. It asks for the processor, the
//! name of the chip and where its memory lies. For the three boards above, copy their folders instead.
//!
//! # 2. The compiler and the probe
//!
//! ```sh
//! rustup target add thumbv7em-none-eabihf  # or thumbv6m-none-eabi, riscv32imc-unknown-none-elf
//! cargo install probe-rs-tools --locked    # or as https://probe.rs says
//! probe-rs list                            # shows the probe, if it is connected
//! ```
//!
//! On Linux, a probe needs udev rules: <https://probe.rs/docs/getting-started/probe-setup>.
//!
//! # 3. Where things are
//!
//! `.cargo/config.toml` names the target, and `probe-rs run` as what runs a program. `memory.x` says where flash and
//! RAM begin and end. `build.rs` tells the linker of both. The program has `#![no_std]`, `#![no_main]`, an entry and a
//! panic handler; no allocator:
//!
//! ```ignore
//! embed! {
//!     static NET: Net = "model.taut";
//!     static EXAMPLE: Example<Digit>; // of Model::save_with_example
//! }
//!
//! #[cortex_m_rt::entry]
//! fn main() -> ! {
//!     rtt_init_print!();
//!     let mut scratch = Budget::<Digit, Net>::scratch();
//!     assert!(EXAMPLE.agrees(&NET, &mut scratch)); // before anybody relies on this processor
//!     loop {
//!         let start = DWT::cycle_count();
//!         let digit = NET.predict(&sensor(), &mut scratch).argmax();
//!         rprintln!("a {} in {} cycles", digit, DWT::cycle_count().wrapping_sub(start));
//!     }
//! }
//! ```
//!
//! # 4. Run it
//!
//! ```sh
//! cd examples/boards/nrf52840
//! cargo run --release
//! ```
//!
//! `probe-rs` writes the program to flash, starts it, and prints what it prints. LED 1 blinks seven times, since the
//! digit is a seven.
//!
//! # 5. Count cycles
//!
//! A Cortex-M3 and larger ones count cycles (`DWT::cycle_count`). A Cortex-M0+ has the system's timer, of 24 bits. An
//! ESP32-C3 has a timer of microseconds, by which a hundred inferences are measured together. The first inference is
//! slower than the others where flash has a cache.
//!
//! Cycles are more than the instructions that QEMU counts: flash has wait states, and branches and loads take more
//! than one. Without a unit for floats (Cortex-M0+, ESP32-C3), signed bytes are the form to use: see
//! [`quantize`](crate::quantize()).
//!
//! # If it does not work
//!
//! | one sees | it is |
//! |---|---|
//! | `error: linking with rust-lld failed`, `memory.x` | the linker does not find it: `build.rs` is missing, or was not copied |
//! | `region FLASH overflowed` | the network does not fit: fewer units, or signed bytes; `Budget::FLASH` says how much it takes |
//! | it does not compile: `embed!` says another network | the type differs from the one that was trained |
//! | nothing is printed | another chip than `.cargo/config.toml` says, or a program without `--release` that is too slow |
//! | "this processor does not compute what the computer did" | please open an issue, with the processor and the compiler |
//! | a hard fault at the start | the stack is too small: `Budget::RAM` bytes are needed, beside those of the program |
