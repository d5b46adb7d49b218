//! What the processor can do at most: multiply-adds, and reading from its caches and its memory, on one core and on
//! several.

use cpu_time::ThreadTime;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

/// Independent chains: more than an instruction's latency times the instructions of a cycle.
const CHAINS: usize = 12;
/// Some milliseconds of multiply-adds.
const ROUNDS: usize = 2_000_000;
const BYTES: [usize; 4] = [16 << 10, 256 << 10, 4 << 20, 128 << 20];
const PLACES: [&str; 4] = ["16 KiB", "256 KiB", "4 MiB", "128 MiB"];

/// What was measured of one number of threads.
struct Cores {
    threads: usize,
    /// GFLOP/s of all cores together.
    peak: f64,
    /// GB/s, of buffers of [`BYTES`] a thread.
    reading: [f64; BYTES.len()],
}

/// The most that was seen so far.
pub struct Machine {
    cores: Vec<Cores>,
    /// What is read.
    buffer: Vec<f32>,
}

impl Machine {
    pub fn new() -> Self {
        Machine { cores: vec![], buffer: vec![1.0; BYTES[BYTES.len() - 1] / 4] }
    }

    /// Measures so many threads once more, and keeps what is better.
    pub fn measure(&mut self, threads: usize) {
        let peak = peak(threads);
        let reading = BYTES.map(|bytes| bandwidth(&self.buffer, bytes, threads));
        match self.cores.iter_mut().find(|cores| cores.threads == threads) {
            Some(cores) => {
                cores.peak = cores.peak.max(peak);
                cores.reading.iter_mut().zip(reading).for_each(|(best, new)| *best = best.max(new));
            }
            None => self.cores.push(Cores { threads, peak, reading }),
        }
    }

    fn of(&self, threads: usize) -> Option<&Cores> {
        self.cores.iter().find(|cores| cores.threads == threads)
    }

    /// GFLOP/s of so many threads.
    pub fn peak(&self, threads: usize) -> Option<f64> {
        self.of(threads).map(|cores| cores.peak)
    }

    /// GB/s of reading, by so many threads, what has so many bytes in all, and the size of the buffer of which it was
    /// measured.
    pub fn reading(&self, threads: usize, bytes: usize) -> Option<(f64, &'static str)> {
        let place = BYTES.iter().position(|size| *size >= bytes).unwrap_or(BYTES.len() - 1);
        self.of(threads).map(|cores| (cores.reading[place], PLACES[place]))
    }

    /// The numbers of threads, with GFLOP/s and GB/s.
    pub fn all(&self) -> impl Iterator<Item = (usize, f64, [(&'static str, f64); BYTES.len()])> {
        self.cores.iter().map(|cores| {
            let reading = std::array::from_fn(|place| (PLACES[place], cores.reading[place]));
            (cores.threads, cores.peak, reading)
        })
    }
}

/// The seconds on the clock of the same multiply-adds: by one thread, and by each of several at the same time.
pub fn scaling(threads: usize) -> (f64, f64) {
    (on_the_clock(1, &multiply_adds), on_the_clock(threads, &multiply_adds))
}

fn peak(threads: usize) -> f64 {
    (2 * lanes() * CHAINS * ROUNDS * threads) as f64 / fair_clock(threads, &multiply_adds) / 1e9
}

/// The seconds of the processor if there is one thread, else on the clock.
fn fair_clock(threads: usize, work: &(dyn Fn() + Sync)) -> f64 {
    if threads > 1 {
        return on_the_clock(threads, work);
    }
    let start = ThreadTime::now();
    work();
    start.elapsed().as_secs_f64()
}

/// The seconds until all threads have done it, which begin at the same time.
fn on_the_clock(threads: usize, work: &(dyn Fn() + Sync)) -> f64 {
    let barrier = Barrier::new(threads);
    let one = || {
        barrier.wait();
        let start = Instant::now();
        work();
        (start, Instant::now())
    };
    let times: Vec<(Instant, Instant)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(one)).collect();
        let mine = one();
        others.into_iter().filter_map(|other| other.join().ok()).chain([mine]).collect()
    });
    let start = times.iter().map(|(start, _)| *start).min();
    let end = times.iter().map(|(_, end)| *end).max();
    start.zip(end).map_or(f64::NAN, |(start, end)| (end - start).as_secs_f64())
}

/// The width of the widest vectors there are.
fn lanes() -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        return 16;
    }
    8
}

/// Runs the chains with the widest vectors there are.
fn multiply_adds() {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: just checked.
            unsafe { chains_avx512() };
            return;
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: just checked.
            unsafe { chains_avx2() };
            return;
        }
    }
    chains();
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

/// Reading: sums up what lies in so many bytes for each thread, again and again; the best of some tries, in GB/s.
fn bandwidth(buffer: &[f32], bytes: usize, threads: usize) -> f64 {
    let floats = (bytes / 4).min(buffer.len() / threads);
    let times = ((16 << 20) / (4 * floats)).max(1);
    let next = AtomicUsize::new(0);
    let read = || {
        // Each thread has its own part.
        let part = &buffer[next.fetch_add(1, Relaxed) % threads * floats..][..floats];
        for _ in 0..times {
            black_box(sum(black_box(part)));
        }
    };
    let seconds = (0..3).map(|_| fair_clock(threads, &read)).fold(f64::INFINITY, f64::min);
    (4 * floats * times * threads) as f64 / seconds / 1e9
}

#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn sum(x: &[f32]) -> f32 {
    let mut sums = [0.0; 128];
    for x in x.as_chunks::<128>().0 {
        sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
    }
    sums.iter().sum()
}
