//! A network on a RISC-V of 32 bits without floats.

#![no_std]
#![no_main]

#[riscv_rt::entry]
fn main() -> ! {
    common::run()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    common::stop(info)
}
