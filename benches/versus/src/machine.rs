//! What the processor can do at most: multiply-adds of one core, and reading from its caches.

use cpu_time::ProcessTime;
use std::hint::black_box;

/// Independent chains: more than an instruction's latency times the instructions of a cycle.
const CHAINS: usize = 12;
const ROUNDS: usize = 200_000;

/// The most multiply-adds of one core, measured now: GFLOP/s.
pub fn peak() -> f64 {
    let start = ProcessTime::now();
    let lanes = multiply_adds();
    (2 * lanes * CHAINS * ROUNDS) as f64 / start.elapsed().as_secs_f64() / 1e9
}

/// Runs the chains with the widest vectors there are, and returns their width.
fn multiply_adds() -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: just checked.
            unsafe { chains_avx512() };
            return 16;
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: just checked.
            unsafe { chains_avx2() };
            return 8;
        }
    }
    chains();
    8
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn chains_avx512() {
    use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_set1_ps};
    let (a, b) = (_mm512_set1_ps(black_box(0.5)), _mm512_set1_ps(black_box(1.0)));
    let mut sums = [b; CHAINS];
    for _ in 0..ROUNDS {
        sums = sums.map(|sum| _mm512_fmadd_ps(sum, a, b));
    }
    black_box(sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn chains_avx2() {
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps};
    let (a, b) = (_mm256_set1_ps(black_box(0.5)), _mm256_set1_ps(black_box(1.0)));
    let mut sums = [b; CHAINS];
    for _ in 0..ROUNDS {
        sums = sums.map(|sum| _mm256_fmadd_ps(sum, a, b));
    }
    black_box(sums);
}

fn chains() {
    let (a, b) = (black_box(0.5_f32), black_box(1.0_f32));
    let mut sums = [[b; 8]; CHAINS];
    for _ in 0..ROUNDS {
        for lane in sums.as_flattened_mut() {
            *lane = if cfg!(target_arch = "aarch64") { lane.mul_add(a, b) } else { *lane * a + b };
        }
    }
    black_box(sums);
}

/// The sizes that fit the usual caches.
pub const CACHES: [(&str, usize); 3] = [("L1 (16 KB)", 16 << 10), ("L2 (200 KB)", 200 << 10), ("L3 (2 MB)", 2 << 20)];

/// Reading: sums up a buffer of so many bytes, again and again; the best of some tries, in GB/s.
pub fn bandwidth(bytes: usize) -> f64 {
    let buffer = vec![1.0_f32; bytes / 4];
    let times = ((32 << 20) / bytes).max(4);
    let try_once = || {
        let start = ProcessTime::now();
        for _ in 0..times {
            black_box(sum(black_box(&buffer)));
        }
        (bytes * times) as f64 / start.elapsed().as_secs_f64() / 1e9
    };
    (0..5).map(|_| try_once()).fold(0.0, f64::max)
}

#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn sum(x: &[f32]) -> f32 {
    let mut sums = [0.0; 128];
    for x in x.as_chunks::<128>().0 {
        sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
    }
    sums.iter().sum()
}
