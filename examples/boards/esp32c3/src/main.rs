//! The digits on an ESP32-C3: predicts, measures the time, prints, and blinks an LED at GPIO 8 as often as the digit
//! says. (On the DevKitM-1 that pin leads to an addressable LED, which this does not drive: connect a plain one.)
//!
//! `cargo run --release`, in this folder.

#![no_std]
#![no_main]

use esp_hal::clock::CpuClock;
use esp_hal::gpio::{Level, Output, OutputConfig};
use esp_hal::time::{Duration, Instant};
use rtt_target::{rprintln, rtt_init_print};

// What the boot loader reads of the program.
esp_bootloader_esp_idf::esp_app_desc!();

/// The timer's steps are near a microsecond: one inference is too short for it.
const TIMES: u32 = 100;

#[esp_hal::main]
fn main() -> ! {
    rtt_init_print!();
    let board = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let mut led = Output::new(board.GPIO8, Level::Low, OutputConfig::default());

    let Some(mut scratch) = digits::begin() else {
        rprintln!("this processor does not compute what the computer did");
        stop()
    };
    let seven = digits::seven();
    loop {
        let start = Instant::now();
        let mut digit = 0;
        for _ in 0..TIMES {
            digit = core::hint::black_box(digits::predict(core::hint::black_box(&seven), &mut scratch));
        }
        let time: Duration = start.elapsed();
        rprintln!("a {} in {} us", digit, time.as_micros() / u64::from(TIMES));
        for _ in 0..digit {
            led.set_high();
            wait(200);
            led.set_low();
            wait(200);
        }
        wait(2000);
    }
}

fn wait(milliseconds: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(milliseconds) {}
}

fn stop() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    rprintln!("{}", info);
    stop()
}
