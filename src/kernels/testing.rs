//! Numbers for the tests of this folder.

extern crate std;

use core::ops::{Deref, DerefMut};
use std::vec::Vec;

/// Numbers from -1 to 1, by a linear congruential generator.
pub fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Rows of such numbers.
pub fn rows<const N: usize>(count: usize, seed: u32) -> Vec<[f32; N]> {
    numbers(count * N, seed).as_chunks().0.to_vec()
}

/// Whether `got` equals `want` but for a rounding error, relative to `size`.
pub fn near(got: f32, want: f64, size: f64) -> bool {
    (f64::from(got) - want).abs() <= 1e-6 * size
}

/// A copy of some floats. On Linux, memory that no process may touch begins right behind them: a kernel that reads or
/// writes past the end, if only lanes that it does not use, ends the test by a signal.
pub struct Guarded {
    floats: *mut f32,
    len: usize,
    #[cfg(all(target_os = "linux", feature = "train", not(miri)))]
    pages: (*mut libc::c_void, usize),
    #[cfg(not(all(target_os = "linux", feature = "train", not(miri))))]
    _owner: Vec<f32>,
}

impl Guarded {
    /// So many equal floats.
    pub fn full(x: f32, len: usize) -> Self {
        Self::of(&std::vec![x; len])
    }

    #[cfg(all(target_os = "linux", feature = "train", not(miri)))]
    pub fn of(x: &[f32]) -> Self {
        // SAFETY: the arguments are those of the manual; the floats lie in the pages before the last one, which is
        // taken away, and are aligned, since a page is a multiple of them.
        unsafe {
            let page = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap();
            let bytes = size_of_val(x).next_multiple_of(page) + page;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let start = libc::mmap(core::ptr::null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
            assert_ne!(start, libc::MAP_FAILED);
            let end = start.byte_add(bytes - page);
            assert_eq!(libc::mprotect(end, page, libc::PROT_NONE), 0);
            let floats = end.cast::<f32>().sub(x.len());
            core::ptr::copy_nonoverlapping(x.as_ptr(), floats, x.len());
            Guarded { floats, len: x.len(), pages: (start, bytes) }
        }
    }

    /// As on Linux, but nothing watches the end, unless miri does.
    #[cfg(not(all(target_os = "linux", feature = "train", not(miri))))]
    pub fn of(x: &[f32]) -> Self {
        let mut owner = x.to_vec();
        owner.shrink_to_fit();
        Guarded { floats: owner.as_mut_ptr(), len: x.len(), _owner: owner }
    }
}

impl Deref for Guarded {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: the floats are there until `self` is dropped.
        unsafe { core::slice::from_raw_parts(self.floats, self.len) }
    }
}

impl DerefMut for Guarded {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above, and nothing else has them.
        unsafe { core::slice::from_raw_parts_mut(self.floats, self.len) }
    }
}

#[cfg(all(target_os = "linux", feature = "train", not(miri)))]
impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: these are the pages that were asked for.
        unsafe { libc::munmap(self.pages.0, self.pages.1) };
    }
}
