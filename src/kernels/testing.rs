//! Numbers for the tests of this folder.

extern crate std;

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
