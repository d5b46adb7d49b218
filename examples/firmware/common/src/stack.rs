//! How deep into the stack a function goes: the room below is painted, and looked at afterwards.

use core::arch::asm;

const PAINT: u32 = 0xA5A5_A5A5;
const WORDS: usize = 8 * 1024;

fn pointer() -> *mut u32 {
    let pointer;
    // SAFETY: it reads a register.
    unsafe {
        #[cfg(target_arch = "arm")]
        asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack));
        #[cfg(target_arch = "riscv32")]
        asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack));
    }
    pointer
}

/// The bytes of stack that `f` uses.
#[inline(never)]
pub fn used(f: impl FnOnce()) -> usize {
    // Our own frame lies above; below it is nobody's.
    let top = pointer();
    for i in 1..=WORDS {
        // SAFETY: the stack has megabytes of room.
        unsafe { top.sub(i).write_volatile(PAINT) };
    }
    f();
    // SAFETY: as above.
    let untouched = (1..=WORDS).rev().take_while(|i| unsafe { top.sub(*i).read_volatile() } == PAINT).count();
    (WORDS - untouched) * size_of::<u32>()
}
