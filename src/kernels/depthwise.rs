//! Convolutions of each channel by itself: no products, but sums of vectors of channels.

// Arrays that are indexed stay in registers; what iterators make of them does not always.
#![allow(clippy::needless_range_loop)]

use super::conv::{Block, Region, Rows, Sweep};
#[cfg(feature = "train")]
use super::conv::{Convolution, inside};
use super::simd::Simd;

simd! {
    /// Sweeps over one image, each channel with a kernel of its own, which has one number a tap; the channels are as many as in a pixel.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn sweep_channels(s: &Sweep, w: *const f32, start: Option<*const f32>, x: *const f32, y: *mut f32) {
        let all = Block { taps: [(0, s.taps[0]), (0, s.taps[1])], channels: (0, 1) };
        s.regions(&all, #[inline(always)] |region| {
            let (row, column) = (s.input[1] * s.pixel, s.pixel);
            let taps = Taps::of(s, &region, w, start);
            let Region { at: [top, left], sizes, from, .. } = region;
            let over = Rows { sizes, a: [s.step[0] * row, s.step[1] * column], c: s.to };
            // SAFETY: the taps lie inside of the input, and the caller's promise.
            unsafe {
                let (x, y) = (x.wrapping_offset(from), y.add(top * s.to[0] + left * s.to[1]));
                if s.pixel < S::LANES {
                    channels::<S::Eight>(&taps, &over, s.pixel, x, y);
                } else {
                    channels::<S>(&taps, &over, s.pixel, x, y);
                }
            }
        });
    }
}

#[cfg(feature = "train")]
simd! {
    /// Adds one image's part to the gradient of a kernel with one number a tap and channel, for channels from `first` to `end`.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn gradient_of_channels(of: &Convolution, range: (usize, usize), x: *const f32, dy: *const f32, dw: *mut f32) {
        let c = of.channels;
        for (i, j) in (0..of.kernel[0]).flat_map(|i| (0..of.kernel[1]).map(move |j| (i, j))) {
            // The positions at which this tap lies inside.
            let met = [i, j];
            let at: [(usize, usize); 2] = core::array::from_fn(|axis| {
                let shift = of.before[axis] as isize - (met[axis] * of.dilation[axis]) as isize;
                inside((0, of.output[axis]), of.stride[axis], shift, of.input[axis])
            });
            let dw = dw.wrapping_add((i * of.kernel[1] + j) * c);
            let mut k = range.0;
            while k < range.1 {
                let lanes = if k + S::LANES <= range.1 { S::LANES } else { 1 };
                // SAFETY: the tap lies inside at these positions, and the caller's promise.
                unsafe {
                    let mut sums = [S::splat(0.0); 4];
                    let mut rest = *dw.add(k);
                    for r in at[0].0..at[0].1 {
                        let row = r * of.stride[0] + i * of.dilation[0] - of.before[0];
                        let column = at[1].0 * of.stride[1] + j * of.dilation[1] - of.before[1];
                        let count = at[1].1 - at[1].0;
                        let x = x.wrapping_add((row * of.input[1] + column) * c + k);
                        let dy = dy.wrapping_add((r * of.output[1] + at[1].0) * c + k);
                        let step = of.stride[1] * c;
                        if lanes == 1 {
                            (0..count).for_each(|p| rest += *x.add(p * step) * *dy.add(p * c));
                            continue;
                        }
                        let mut p = 0;
                        while p + 4 <= count {
                            for q in 0..4 {
                                let (x, dy) = (S::load(x.add((p + q) * step)), S::load(dy.add((p + q) * c)));
                                sums[q] = S::multiply_add(x, dy, sums[q]);
                            }
                            p += 4;
                        }
                        while p < count {
                            sums[0] = S::multiply_add(S::load(x.add(p * step)), S::load(dy.add(p * c)), sums[0]);
                            p += 1;
                        }
                    }
                    if lanes == 1 {
                        *dw.add(k) = rest;
                    } else {
                        let one = S::splat(1.0);
                        let pair = S::multiply_add(sums[2], one, sums[3]);
                        let sum = S::multiply_add(S::multiply_add(sums[0], one, sums[1]), one, pair);
                        S::store(S::multiply_add(S::load(dw.add(k)), one, sum), dw.add(k));
                    }
                }
                k += lanes;
            }
        }
    }
}

/// Some taps of a kernel that has one number for each and each channel.
pub(super) struct Taps {
    pub counts: [usize; 2],
    /// Floats of the input, and of the kernel, from one to the next.
    pub a: [usize; 2],
    pub b: [isize; 2],
    pub w: *const f32,
    pub start: Option<*const f32>,
}

impl Taps {
    /// Those of a region.
    #[inline(always)]
    pub(super) fn of(s: &Sweep, region: &Region, w: *const f32, start: Option<*const f32>) -> Self {
        let [(i, i_end), (j, j_end)] = region.taps;
        Taps {
            counts: [i_end - i, j_end - j],
            a: [s.apart[0] * s.input[1] * s.pixel, s.apart[1] * s.pixel],
            b: s.tap,
            w: w.wrapping_add(s.first).wrapping_offset(i as isize * s.tap[0] + j as isize * s.tap[1]),
            start,
        }
    }
}

/// All channels at the positions of a rectangle.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(always)]
unsafe fn channels<S: Simd>(t: &Taps, over: &Rows, channels: usize, x: *const f32, y: *mut f32) {
    for row in 0..over.sizes[0] {
        let (x, y) = (x.wrapping_add(row * over.a[0]), y.wrapping_add(row * over.c[0]));
        let mut column = 0;
        while column < over.sizes[1] {
            let count = (over.sizes[1] - column).min(6);
            let (x, y) = (x.wrapping_add(column * over.a[1]), y.wrapping_add(column * over.c[1]));
            let mut k = 0;
            // SAFETY: the caller's promise.
            unsafe {
                while k < channels {
                    if channels < S::LANES {
                        (0..count)
                            .for_each(|p| channel(t, k, x.wrapping_add(p * over.a[1]), y.wrapping_add(p * over.c[1])));
                        k += 1;
                        continue;
                    }
                    // The last vector overlaps the one before it.
                    let at = k.min(channels - S::LANES);
                    match count {
                        1 => positions::<S, 1>(t, at, x, over.a[1], y, over.c[1]),
                        2 => positions::<S, 2>(t, at, x, over.a[1], y, over.c[1]),
                        3 => positions::<S, 3>(t, at, x, over.a[1], y, over.c[1]),
                        4 => positions::<S, 4>(t, at, x, over.a[1], y, over.c[1]),
                        5 => positions::<S, 5>(t, at, x, over.a[1], y, over.c[1]),
                        _ => positions::<S, 6>(t, at, x, over.a[1], y, over.c[1]),
                    }
                    k += S::LANES;
                }
            }
            column += count;
        }
    }
}

/// One vector of channels from `k` on, at R positions.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn positions<S: Simd, const R: usize>(t: &Taps, k: usize, x: *const f32, step: usize, y: *mut f32, to: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [t.start.map_or(S::splat(0.0), |start| S::load(start.add(k))); R];
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let w = S::load(t.w.wrapping_offset(i as isize * t.b[0] + j as isize * t.b[1]).add(k));
                let x = x.add(i * t.a[0] + j * t.a[1] + k);
                for r in 0..R {
                    sums[r] = S::multiply_add(S::load(x.add(r * step)), w, sums[r]);
                }
            }
        }
        for r in 0..R {
            S::store(sums[r], y.add(r * to + k));
        }
    }
}

/// One channel, at one position.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(always)]
unsafe fn channel(t: &Taps, k: usize, x: *const f32, y: *mut f32) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sum = t.start.map_or(0.0, |start| *start.add(k));
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let w = *t.w.wrapping_offset(i as isize * t.b[0] + j as isize * t.b[1]).add(k);
                sum += w * *x.add(i * t.a[0] + j * t.a[1] + k);
            }
        }
        *y.add(k) = sum;
    }
}

/// All channels, one by one, at one position.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(never)]
pub(super) unsafe fn each_channel(t: &Taps, channels: usize, x: *const f32, y: *mut f32) {
    // SAFETY: the caller's promise.
    (0..channels).for_each(|k| unsafe { channel(t, k, x, y) });
}
