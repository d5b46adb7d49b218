//! The digits on a Raspberry Pi Pico: predicts, counts cycles, prints, and blinks its LED as often as the digit says.
//!
//! `cargo run --release`, in this folder.

#![no_std]
#![no_main]

use cortex_m::{asm, peripheral::syst::SystClkSource};
use rp2040_pac as pac;
use rtt_target::{rprintln, rtt_init_print};

/// The boot loader of the second stage, for the flash of a Pico.
#[unsafe(link_section = ".boot2")]
#[used]
static BOOT2: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;

/// The crystal of a Pico, in hertz, by which this runs. (The chip can do 133 MHz, by a PLL that `rp2040-hal` sets up.)
const HERTZ: u32 = 12_000_000;
/// The pin of its LED.
const LED: usize = 25;
/// A Cortex-M0+ counts no cycles. The system's timer counts them down, 24 bits of them.
const TIMER: u32 = 0x00FF_FFFF;

#[cortex_m_rt::entry]
fn main() -> ! {
    rtt_init_print!();
    let (Some(board), Some(mut core)) = (pac::Peripherals::take(), cortex_m::Peripherals::take()) else { stop() };
    clock(&board);
    board.RESETS.reset().modify(|_, w| w.io_bank0().clear_bit().pads_bank0().clear_bit());
    while board.RESETS.reset_done().read().io_bank0().bit_is_clear() {}
    board.IO_BANK0.gpio(LED).gpio_ctrl().write(|w| w.funcsel().sio());
    // SAFETY: each bit of these registers is a pin.
    let (output, on, off) = (
        || board.SIO.gpio_oe_set().write(|w| unsafe { w.bits(1 << LED) }),
        || board.SIO.gpio_out_set().write(|w| unsafe { w.bits(1 << LED) }),
        || board.SIO.gpio_out_clr().write(|w| unsafe { w.bits(1 << LED) }),
    );
    output();
    core.SYST.set_clock_source(SystClkSource::Core);
    core.SYST.set_reload(TIMER);
    core.SYST.clear_current();
    core.SYST.enable_counter();

    let Some(mut scratch) = digits::begin() else {
        rprintln!("this processor does not compute what the computer did");
        stop()
    };
    let seven = digits::seven();
    loop {
        let start = cortex_m::peripheral::SYST::get_current();
        let digit = digits::predict(&seven, &mut scratch);
        let cycles = start.wrapping_sub(cortex_m::peripheral::SYST::get_current()) & TIMER;
        rprintln!("a {} in {} cycles, {} us", digit, cycles, cycles / (HERTZ / 1_000_000));
        for _ in 0..digit {
            on();
            asm::delay(HERTZ / 5);
            off();
            asm::delay(HERTZ / 5);
        }
        asm::delay(2 * HERTZ);
    }
}

/// From the oscillator with which the chip starts, whose frequency is not exactly known, to the crystal.
fn clock(board: &pac::Peripherals) {
    // SAFETY: 47 times 256 cycles are the millisecond that the crystal takes to start.
    board.XOSC.startup().write(|w| unsafe { w.delay().bits(47) });
    board.XOSC.ctrl().write(|w| w.freq_range()._1_15mhz().enable().enable());
    while board.XOSC.status().read().stable().bit_is_clear() {}
    board.CLOCKS.clk_ref_ctrl().write(|w| w.src().xosc_clksrc());
    // The bit of the third source.
    while board.CLOCKS.clk_ref_selected().read().bits() & 0b100 == 0 {}
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
