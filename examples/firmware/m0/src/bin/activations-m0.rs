//! What an element of each common activation costs.

#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    common::activations()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    common::stop(info)
}
