//! The digits on an nRF52840-DK: predicts, counts cycles, prints, and blinks LED 1 as often as the digit says.
//!
//! `cargo run --release`, in this folder.

#![no_std]
#![no_main]

use cortex_m::{asm, peripheral::DWT};
use nrf52840_pac as pac;
use rtt_target::{rprintln, rtt_init_print};

/// Of the processor, a second.
const CYCLES: u32 = 64_000_000;

#[cortex_m_rt::entry]
fn main() -> ! {
    rtt_init_print!();
    let (Some(board), Some(mut core)) = (pac::Peripherals::take(), cortex_m::Peripherals::take()) else { stop() };
    // LED 1 of the kit shines while its pin is low.
    let pins = board.P0;
    pins.outset.write(|w| w.pin13().set());
    pins.pin_cnf[13].write(|w| w.dir().output());
    core.DCB.enable_trace();
    core.DWT.enable_cycle_counter();

    let Some(mut scratch) = digits::begin() else {
        rprintln!("this processor does not compute what the computer did");
        stop()
    };
    let seven = digits::seven();
    loop {
        let start = DWT::cycle_count();
        let digit = digits::predict(&seven, &mut scratch);
        let cycles = DWT::cycle_count().wrapping_sub(start);
        rprintln!("a {} in {} cycles, {} us", digit, cycles, cycles / (CYCLES / 1_000_000));
        for _ in 0..digit {
            pins.outclr.write(|w| w.pin13().clear());
            asm::delay(CYCLES / 5);
            pins.outset.write(|w| w.pin13().set());
            asm::delay(CYCLES / 5);
        }
        asm::delay(2 * CYCLES);
    }
}

fn stop() -> ! {
    loop {
        asm::wfi();
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    rprintln!("{}", info);
    stop()
}
