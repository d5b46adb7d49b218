//! A network on a Cortex-M4F.

#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    common::run()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo) -> ! {
    common::stop(info)
}
