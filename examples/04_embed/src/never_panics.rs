//! What stands where the standard library's panics would: nothing that could be linked, so that a program that could
//! panic is none.

/// Debug builds keep the parts of the core library that name it.
#[cfg(debug_assertions)]
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    #[cfg(not(debug_assertions))]
    {
        unsafe extern "C" {
            fn this_program_can_panic() -> !;
        }
        // SAFETY: the linker refuses a program that could get here.
        unsafe { this_program_can_panic() }
    }
    #[cfg(debug_assertions)]
    loop {}
}
