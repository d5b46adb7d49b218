//! Counts instructions in QEMU, where time advances by 64 ns for each (`-icount shift=6`).
//!
//! A RISC-V has a register for it. On a Cortex-M it is the system's timer, whose ticks are set in relation to a loop of
//! known length.

#[cfg(target_arch = "riscv32")]
mod timer {
    pub fn start() {}

    /// The instructions so far.
    pub fn now() -> u64 {
        let (mut high, mut low, mut again): (u32, u32, u32);
        loop {
            // SAFETY: it reads three registers.
            unsafe {
                core::arch::asm!(
                    "csrr {}, minstreth", "csrr {}, minstret", "csrr {}, minstreth",
                    out(reg) high, out(reg) low, out(reg) again, options(nomem, nostack),
                );
            }
            if high == again {
                return u64::from(high) << 32 | u64::from(low);
            }
        }
    }

    /// Executes 2 n instructions.
    #[inline(never)]
    pub fn spin(n: u32) {
        // SAFETY: it counts down.
        unsafe {
            core::arch::asm!("2: addi {0}, {0}, -1", "bnez {0}, 2b", inout(reg) n => _, options(nomem, nostack));
        }
    }
}

#[cfg(target_arch = "arm")]
mod timer {
    use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

    const CONTROL: *mut u32 = 0xE000_E010 as *mut u32;
    const RELOAD: *mut u32 = 0xE000_E014 as *mut u32;
    const VALUE: *mut u32 = 0xE000_E018 as *mut u32;
    const LARGEST: u32 = 0x00FF_FFFF;
    static WRAPS: AtomicU32 = AtomicU32::new(0);

    #[cortex_m_rt::exception]
    fn SysTick() {
        WRAPS.store(WRAPS.load(Relaxed) + 1, Relaxed);
    }

    pub fn start() {
        // SAFETY: these are the timer's registers, and nobody else is at them. It runs by the core's clock, and calls
        // `SysTick`.
        unsafe {
            RELOAD.write_volatile(LARGEST);
            VALUE.write_volatile(0);
            CONTROL.write_volatile(0b111);
        }
    }

    /// The ticks so far.
    pub fn now() -> u64 {
        loop {
            let wraps = WRAPS.load(Relaxed);
            // SAFETY: as above.
            let left = unsafe { VALUE.read_volatile() };
            if wraps == WRAPS.load(Relaxed) {
                return u64::from(wraps) << 24 | u64::from(LARGEST - left);
            }
        }
    }

    /// Executes 2 n instructions.
    #[inline(never)]
    pub fn spin(n: u32) {
        // SAFETY: it counts down.
        unsafe {
            core::arch::asm!("2: subs {0}, {0}, #1", "bne 2b", inout(reg) n => _, options(nomem, nostack));
        }
    }
}

const KNOWN: u64 = 1_000_000;

pub struct Counter {
    /// For [`KNOWN`] instructions.
    ticks: u64,
    /// What it takes to look.
    overhead: u64,
}

impl Counter {
    pub fn new() -> Self {
        timer::start();
        let (short, long) = (ticks(|| timer::spin(1000)), ticks(|| timer::spin(1000 + KNOWN as u32 / 2)));
        let ticks = long - short;
        Counter { ticks, overhead: short - 2000 * ticks / KNOWN }
    }

    /// The instructions that `f` executes.
    #[inline(never)]
    pub fn count(&self, f: impl FnOnce()) -> u64 {
        (ticks(f).saturating_sub(self.overhead) * KNOWN + self.ticks / 2) / self.ticks
    }
}

fn ticks(f: impl FnOnce()) -> u64 {
    let start = timer::now();
    f();
    timer::now() - start
}
