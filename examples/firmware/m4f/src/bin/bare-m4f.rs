//! The network and nothing else. The panic handler calls a function that does not exist: that the program links is the
//! proof that nothing in it can panic.

#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    common::forever()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unsafe extern "C" {
        fn this_program_can_panic() -> !;
    }
    // SAFETY: the linker refuses a program that could get here.
    unsafe { this_program_can_panic() }
}
