//! Depthwise convolutions, in which each channel has a kernel of its own: sums of vectors of channels.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

#[cfg(feature = "train")]
use crate::kernels::convolution::{Convolution, taps_inside};
use crate::kernels::dispatch::simd;
use crate::kernels::simd::Simd;
use crate::kernels::sweep::{Grid, KernelPart, Region, Sweep};

simd! {
    /// Sweeps over one image. The kernel has one number for each tap and channel of a pixel.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn sweep_channels(
        s: &Sweep, w: *const f32, bias: Option<*const f32>, x: *const f32, y: *mut f32,
    ) {
        let all = KernelPart { taps: [(0, s.taps[0]), (0, s.taps[1])], channels: (0, 1) };
        s.regions(&all, #[inline(always)] |region| {
            let taps = Taps::of(s, &region, w, bias);
            let Region { first: [top, left], sizes, from, .. } = region;
            let grid = s.grid(sizes);
            // SAFETY: the taps lie inside of the input, and the caller's contract.
            unsafe {
                let (x, y) = (x.wrapping_offset(from), y.add(top * grid.y[0] + left * grid.y[1]));
                if s.pixel < S::LANES {
                    channels::<S::EightLanes>(&taps, &grid, s.pixel, x, y);
                } else {
                    channels::<S>(&taps, &grid, s.pixel, x, y);
                }
            }
        });
    }
}

#[cfg(feature = "train")]
simd! {
    /// Adds one image's part of the gradient of a depthwise kernel, for some taps and a range of channels.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) [unsafe] fn gradient_of_channels(
        of: &Convolution, taps: (usize, usize), range: (usize, usize), x: *const f32, dy: *const f32, dw: *mut f32,
    ) {
        let c = of.channels;
        let all_taps = (0..of.kernel[0]).flat_map(|i| (0..of.kernel[1]).map(move |j| (i, j)));
        for (i, j) in all_taps.skip(taps.0).take(taps.1 - taps.0) {
            // The positions at which this tap lies inside the input.
            let tap = [i, j];
            let at: [(usize, usize); 2] = core::array::from_fn(|axis| {
                let shift = of.padding[axis] as isize - (tap[axis] * of.dilation[axis]) as isize;
                taps_inside((0, of.output[axis]), of.stride[axis], shift, of.input[axis])
            });
            let dw = dw.wrapping_add((i * of.kernel[1] + j) * c);
            let mut k = range.0;
            while k < range.1 {
                let lanes = if k + S::LANES <= range.1 { S::LANES } else { 1 };
                // SAFETY: the tap lies inside at these positions, and the caller's contract.
                unsafe {
                    let mut sums = [S::splat(0.0); 4];
                    let mut rest = *dw.add(k);
                    for r in at[0].0..at[0].1 {
                        let row = r * of.stride[0] + i * of.dilation[0] - of.padding[0];
                        let column = at[1].0 * of.stride[1] + j * of.dilation[1] - of.padding[1];
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

/// The taps of a region.
pub(super) struct Taps {
    /// Rows and columns of taps.
    pub counts: [usize; 2],
    /// Floats of the input from one row or column of taps to the next.
    pub x: [usize; 2],
    /// The weights of the first tap, and the floats from one row or column of taps to the next.
    pub w: *const f32,
    pub w_step: [isize; 2],
    pub bias: Option<*const f32>,
}

impl Taps {
    /// The taps of a region of a sweep.
    #[inline(always)]
    pub(super) fn of(s: &Sweep, region: &Region, w: *const f32, bias: Option<*const f32>) -> Self {
        let [(i, i_end), (j, j_end)] = region.taps;
        Taps {
            counts: [i_end - i, j_end - j],
            x: [s.dilation[0] * s.input[1] * s.pixel, s.dilation[1] * s.pixel],
            w: w.wrapping_add(s.first_weight).wrapping_offset(i as isize * s.tap_step[0] + j as isize * s.tap_step[1]),
            w_step: s.tap_step,
            bias,
        }
    }
}

/// All channels at the positions of a rectangle.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(always)]
unsafe fn channels<S: Simd>(t: &Taps, grid: &Grid, channels: usize, x: *const f32, y: *mut f32) {
    for row in 0..grid.sizes[0] {
        let (x, y) = (x.wrapping_add(row * grid.x[0]), y.wrapping_add(row * grid.y[0]));
        let mut column = 0;
        while column < grid.sizes[1] {
            let count = (grid.sizes[1] - column).min(6);
            let (x, y) = (x.wrapping_add(column * grid.x[1]), y.wrapping_add(column * grid.y[1]));
            let mut k = 0;
            // SAFETY: the caller's contract.
            unsafe {
                while k < channels {
                    if channels < S::LANES {
                        (0..count)
                            .for_each(|p| channel(t, k, x.wrapping_add(p * grid.x[1]), y.wrapping_add(p * grid.y[1])));
                        k += 1;
                        continue;
                    }
                    // The last vector overlaps the one before it.
                    let at = k.min(channels - S::LANES);
                    match count {
                        1 => positions::<S, 1>(t, at, x, grid.x[1], y, grid.y[1]),
                        2 => positions::<S, 2>(t, at, x, grid.x[1], y, grid.y[1]),
                        3 => positions::<S, 3>(t, at, x, grid.x[1], y, grid.y[1]),
                        4 => positions::<S, 4>(t, at, x, grid.x[1], y, grid.y[1]),
                        5 => positions::<S, 5>(t, at, x, grid.x[1], y, grid.y[1]),
                        _ => positions::<S, 6>(t, at, x, grid.x[1], y, grid.y[1]),
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
    // SAFETY: the caller's contract.
    unsafe {
        let mut sums = [t.bias.map_or(S::splat(0.0), |bias| S::load(bias.add(k))); R];
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let w = S::load(t.w.wrapping_offset(i as isize * t.w_step[0] + j as isize * t.w_step[1]).add(k));
                let x = x.add(i * t.x[0] + j * t.x[1] + k);
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
    // SAFETY: the caller's contract.
    unsafe {
        let mut sum = t.bias.map_or(0.0, |bias| *bias.add(k));
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let w = *t.w.wrapping_offset(i as isize * t.w_step[0] + j as isize * t.w_step[1]).add(k);
                sum += w * *x.add(i * t.x[0] + j * t.x[1] + k);
            }
        }
        *y.add(k) = sum;
    }
}

/// All channels at one position, one by one.
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(never)]
pub(super) unsafe fn each_channel(t: &Taps, channels: usize, x: *const f32, y: *mut f32) {
    // SAFETY: the caller's contract.
    (0..channels).for_each(|k| unsafe { channel(t, k, x, y) });
}
