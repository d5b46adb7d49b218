//! Scratch memory on the stack.

use core::mem::MaybeUninit;

/// Floats aligned to a cache line, so that no vector of them lies in two lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct CacheLine(#[allow(dead_code)] [f32; FLOATS]);

const FLOATS: usize = 16;

/// One line, not written yet: `[UNINIT; lines(n)]` is memory for `n` floats. (An array alone: a debug build would copy
/// any type around it.)
pub(super) const UNINIT: MaybeUninit<CacheLine> = MaybeUninit::uninit();

/// How many cache lines hold so many floats.
pub(super) const fn lines(floats: usize) -> usize {
    floats.div_ceil(FLOATS)
}
