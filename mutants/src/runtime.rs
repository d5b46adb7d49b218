//! The switch that a crate with mutants has. `TAUT_MUTANT` is the number of the one that is on; with `TAUT_REACHED`,
//! the path of a file with a byte for each, those that are reached are marked there, also by a process that is killed.
//!
//! It allocates nothing: tests count allocations.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering::Relaxed};

/// Before the environment is read.
const UNKNOWN: u32 = u32::MAX;
/// None is on, and those that are reached are marked.
const MARKING: u32 = u32::MAX - 1;

static ACTIVE: AtomicU32 = AtomicU32::new(UNKNOWN);
static REACHED: AtomicPtr<u8> = AtomicPtr::new(core::ptr::null_mut());

/// Whether a mutant is on.
#[inline(always)]
pub fn on(id: u32) -> bool {
    let active = ACTIVE.load(Relaxed);
    active == id || (active >= MARKING && mark(id))
}

#[cold]
#[inline(never)]
fn mark(id: u32) -> bool {
    if ACTIVE.load(Relaxed) == UNKNOWN {
        start();
    }
    let active = ACTIVE.load(Relaxed);
    if active == MARKING {
        // SAFETY: the file has a byte for each mutant, and stays mapped. Threads write the same value.
        unsafe { REACHED.load(Relaxed).add(id as usize).write_volatile(1) };
    }
    active == id
}

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn mmap(at: *mut c_void, len: usize, protection: c_int, flags: c_int, file: c_int, offset: i64) -> *mut c_void;
}

fn start() {
    // SAFETY: the texts end with 0, and nobody writes to the environment while tests run. 2 is O_RDWR, 3 is
    // PROT_READ | PROT_WRITE, 1 is MAP_SHARED.
    unsafe {
        let path = getenv(c"TAUT_REACHED".as_ptr());
        if !path.is_null() {
            let file = open(path, 2);
            let bytes = mmap(core::ptr::null_mut(), MUTANTS + 1, 3, 1, file, 0);
            assert!(file >= 0 && bytes as isize != -1, "TAUT_REACHED cannot be mapped");
            REACHED.store(bytes.cast(), Relaxed);
            ACTIVE.store(MARKING, Relaxed);
            return;
        }
        let number = getenv(c"TAUT_MUTANT".as_ptr());
        let number = if number.is_null() { None } else { CStr::from_ptr(number).to_str().ok() };
        ACTIVE.store(number.and_then(|number| number.parse().ok()).unwrap_or(0), Relaxed);
    }
}
