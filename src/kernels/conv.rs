//! Convolutions: products whose rows are windows of an image, which are read where they lie.
//!
//! A [`Sweep`] goes over the positions of an output, and adds up at each the products of its taps with the input's pixels. Positions
//! whose window hangs over the same edges make up a region, in which all sums are equally long; so nothing is padded, and no
//! window is copied. The gradient of the input is such a sweep as well, over the gradient of the output and with the taps in reverse; where there is a
//! stride, one for each of its phases.

// Arrays that are indexed stay in registers; what iterators make of them does not always.
#![allow(clippy::needless_range_loop)]

use super::Shared;
use super::simd::{Simd, lanes};
use super::threads::{run, threads};
use super::tiles::{copy, load, pack_turned, store};
use core::mem::MaybeUninit;

/// The sizes of a convolution; of two axes, rows come first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convolution {
    /// Of the input.
    pub input: [usize; 2],
    /// Of the output.
    pub output: [usize; 2],
    /// Of the kernel.
    pub kernel: [usize; 2],
    /// How far the window moves from one position to the next.
    pub stride: [usize; 2],
    /// How far apart the taps of the kernel are.
    pub dilation: [usize; 2],
    /// Zeros before the first row and column.
    pub before: [usize; 2],
    /// Channels of the input.
    pub channels: usize,
    /// Channels of the output.
    pub filters: usize,
    /// Groups, of which each has its share of both.
    pub groups: usize,
}

impl Convolution {
    /// Floats in an image of the input.
    pub const fn input_len(&self) -> usize {
        self.input[0] * self.input[1] * self.channels
    }

    /// Floats in an image of the output.
    pub const fn output_len(&self) -> usize {
        self.output[0] * self.output[1] * self.filters
    }

    /// Floats in the kernel: `kernel[row][column][channel of a group][filter]`.
    pub const fn kernel_len(&self) -> usize {
        self.kernel[0] * self.kernel[1] * (self.channels / self.groups) * self.filters
    }

    /// Multiply-adds for an image, where those with padding count as well.
    pub const fn macs(&self) -> usize {
        self.output[0] * self.output[1] * self.kernel_len()
    }

    /// How far an input reaches from the first tap to the last, of all positions.
    fn reach(&self, axis: usize) -> usize {
        (self.output[axis] - 1) * self.stride[axis] + (self.kernel[axis] - 1) * self.dilation[axis] + 1
    }
}

/// Multiplications that are worth a thread of their own: some five microseconds.
const WORTH: usize = 1 << 18;

/// Floats of weights that are copied at a time: 24 KB, which stay in the L1 cache.
const BLOCK: usize = 6 * 1024;

/// Floats in the widest panel: three of the longest vectors.
const WIDEST: usize = 3 * 16;

/// Rows that the registers have room for, of one, two and three vectors.
const MOST: [usize; 3] = [8, 6, 3];

/// The most of them.
const ROWS: usize = 8;

/// Floats so aligned that no vector of them lies in two cache lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] [f32; 16]);

/// One convolution over images, of one group.
#[derive(Clone, Copy)]
struct Sweep {
    /// How many there are.
    positions: [usize; 2],
    /// Rows and columns of the input from one position to the next.
    step: [usize; 2],
    /// How many taps there are.
    taps: [usize; 2],
    /// Rows and columns of the input from one tap to the next.
    apart: [usize; 2],
    /// How far before the input the first tap of the first position lies.
    before: [isize; 2],
    /// The input's rows and columns.
    input: [usize; 2],
    /// Floats from one pixel of the input to the next.
    pixel: usize,
    /// Channels of the input that are summed.
    depth: usize,
    /// Floats from one tap's weights to the next, and where the first tap's lie.
    tap: [isize; 2],
    first: usize,
    /// Floats from one column's weights to the next where those of one column lie in one run, or else from one channel's to the next.
    pitch: usize,
    turned: bool,
    /// Channels of the output.
    columns: usize,
    /// Floats of the output from one position to the next.
    to: [usize; 2],
}

/// Some of a kernel's taps, and of their channels.
#[derive(Clone, Copy)]
struct Block {
    taps: [(usize, usize); 2],
    channels: (usize, usize),
}

impl Block {
    fn taps_and_channels(&self) -> [usize; 3] {
        [self.taps[0].1 - self.taps[0].0, self.taps[1].1 - self.taps[1].0, self.channels.1 - self.channels.0]
    }
}

impl Sweep {
    /// The part of the kernel from number `i` on that `most` steps have room for, if there is one.
    fn block(&self, i: usize, most: usize) -> Option<Block> {
        let [rows, columns, depth] = [self.taps[0], self.taps[1], self.depth];
        if rows * columns * depth == 0 {
            return None;
        }
        // As many whole rows as there is room for, or whole taps, or channels.
        let part = |all: usize, each: usize| (most / each).clamp(1, all);
        let size = if columns * depth <= most {
            [part(rows, columns * depth), columns, depth]
        } else if depth <= most {
            [1, part(columns, depth), depth]
        } else {
            [1, 1, most]
        };
        let count = [rows.div_ceil(size[0]), columns.div_ceil(size[1]), depth.div_ceil(size[2])];
        let at = [i / (count[1] * count[2]), i / count[2] % count[1], i % count[2]];
        let range = |axis: usize, all: usize| {
            let first = at[axis] * size[axis];
            (first, all.min(first + size[axis]))
        };
        (at[0] < count[0]).then(|| Block { taps: [range(0, rows), range(1, columns)], channels: range(2, depth) })
    }

    /// Writes a block's weights of `width` columns from `o` to the panel, step after step.
    ///
    /// # Safety
    ///
    /// They are of the kernel that `w` points to, and the panel has room for whole vectors.
    unsafe fn pack(&self, w: *const f32, (o, width): (usize, usize), block: &Block, mut panel: *mut f32) {
        let whole = width.next_multiple_of(lanes());
        let [_, _, count] = block.taps_and_channels();
        for i in block.taps[0].0..block.taps[0].1 {
            for j in block.taps[1].0..block.taps[1].1 {
                // SAFETY: the caller's promise.
                unsafe {
                    let tap = w.add(self.first).offset(self.tap[0] * i as isize + self.tap[1] * j as isize);
                    if self.turned {
                        let from = tap.add(o * self.pitch + block.channels.0);
                        pack_turned(from, self.pitch, width, count, panel, whole);
                        panel = panel.add(count * whole);
                    } else {
                        for k in block.channels.0..block.channels.1 {
                            copy(tap.add(k * self.pitch + o), width, panel);
                            (width..whole).for_each(|l| *panel.add(l) = 0.0);
                            panel = panel.add(whole);
                        }
                    }
                }
            }
        }
    }

    /// Sweeps over `images`, of which each begins with `start`, or with zeros.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn over(
        &self,
        images: usize,
        w: *const f32,
        start: Option<*const f32>,
        x: (*const f32, usize),
        y: (*mut f32, usize),
    ) {
        let mut room = [const { MaybeUninit::<Line>::uninit() }; BLOCK.div_ceil(16)];
        let panel = room.as_mut_ptr().cast::<f32>();
        let mut padded = [0.0; WIDEST];
        let mut o = 0;
        while o < self.columns {
            let left = self.columns - o;
            let width = if left > 3 * lanes() { 2 * lanes() } else { left };
            let whole = width.next_multiple_of(lanes());
            // SAFETY: the caller's promise.
            unsafe {
                if let Some(start) = start {
                    copy(start.add(o), width, padded.as_mut_ptr());
                }
                let mut i = 0;
                while let Some(block) = self.block(i, BLOCK / whole) {
                    self.pack(w, (o, width), &block, panel);
                    let start = if i > 0 { Start::There } else { Start::Row(padded.as_ptr()) };
                    for image in 0..images {
                        sweep(self, &block, panel, start, x.0.add(image * x.1), y.0.add(image * y.1 + o), width);
                    }
                    i += 1;
                }
                if i == 0 {
                    let nothing = Block { taps: [(0, 0); 2], channels: (0, 0) };
                    for image in 0..images {
                        let y = y.0.add(image * y.1 + o);
                        sweep(self, &nothing, panel, Start::Row(padded.as_ptr()), x.0, y, width);
                    }
                }
            }
            o += width;
        }
    }
}

/// What sums begin with.
#[derive(Clone, Copy)]
enum Start {
    /// Each row with the same: whole vectors.
    Row(*const f32),
    /// What is there.
    There,
    /// Zeros.
    Zero,
}

/// Sums of products over three nested axes, for some rows: c\[r] = start + Σ a\[r]\[…]·b\[…].
struct Sums {
    counts: [usize; 3],
    /// Floats from one step to the next, of each axis.
    a: [usize; 3],
    b: [usize; 3],
    weights: *const f32,
    start: Start,
    /// Floats in a row of c.
    width: usize,
}

/// The taps from `low` to `high` that lie inside of an input of that size, at the position whose first tap lies so far before it.
fn inside((low, high): (usize, usize), apart: usize, before: isize, size: usize) -> (usize, usize) {
    let first = low.max(before.max(0).cast_unsigned().div_ceil(apart));
    let end = high.min((size as isize + before).max(0).cast_unsigned().div_ceil(apart));
    (first, end.max(first))
}

simd! {
    /// Sweeps over one image with some of the taps, whose weights are in the panel.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    [unsafe] fn sweep(s: &Sweep, block: &Block, panel: *const f32, start: Start, x: *const f32, y: *mut f32, width: usize) {
        let whole = width.next_multiple_of(S::LANES);
        let [_, columns, channels] = block.taps_and_channels();
        let met = |axis: usize, position: usize| {
            inside(block.taps[axis], s.apart[axis], s.before[axis] - (position * s.step[axis]) as isize, s.input[axis])
        };
        // Positions that meet the same taps.
        let region = |axis: usize, first: usize| {
            let taps = met(axis, first);
            let mut end = first + 1;
            while end < s.positions[axis] && met(axis, end) == taps {
                end += 1;
            }
            (end, taps)
        };
        let in_one_run = s.apart[1] == 1 && channels == s.pixel;
        let mut top = 0;
        while top < s.positions[0] {
            let (bottom, (i, i_end)) = region(0, top);
            let mut left = 0;
            while left < s.positions[1] {
                let (right, (j, j_end)) = region(1, left);
                // SAFETY: the taps lie inside of the input, and the caller's promise.
                unsafe {
                    let skipped = (i - block.taps[0].0) * columns + (j - block.taps[1].0);
                    let (a_row, a_column) = (s.input[1] * s.pixel, s.pixel);
                    let mut sums = Sums {
                        counts: [i_end - i, j_end - j, channels],
                        a: [s.apart[0] * a_row, s.apart[1] * a_column, 1],
                        b: [columns * channels * whole, channels * whole, whole],
                        weights: panel.add(skipped * channels * whole),
                        start,
                        width,
                    };
                    if in_one_run {
                        sums.counts = [i_end - i, 1, (j_end - j) * channels];
                    }
                    if sums.counts.contains(&0) {
                        sums.counts = [0; 3];
                    }
                    // Where the first tap's first channel lies, as floats from the input's begin.
                    let at = |axis: usize, position: usize, tap: usize| {
                        (position * s.step[axis] + tap * s.apart[axis]) as isize - s.before[axis]
                    };
                    let (row, column) = (at(0, top, i), at(1, left, j));
                    let a = x.wrapping_offset(row * a_row as isize + column * a_column as isize).wrapping_add(block.channels.0);
                    let c = y.add(top * s.to[0] + left * s.to[1]);
                    let over = Rows {
                        sizes: [bottom - top, right - left],
                        a: [s.step[0] * a_row, s.step[1] * a_column],
                        c: s.to,
                    };
                    match width.div_ceil(S::LANES) {
                        1 => rows_of_tiles::<S, 1>(&sums, &over, a, c),
                        2 => rows_of_tiles::<S, 2>(&sums, &over, a, c),
                        _ => rows_of_tiles::<S, 3>(&sums, &over, a, c),
                    }
                }
                left = right;
            }
            top = bottom;
        }
    }

    /// Adds to the rows of a kernel's gradient, or writes them: `Σ x[position + row]·dy[position]`.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    [unsafe] fn gradient_rows(sums: &Sums, taps: &Rows3, x: *const f32, dw: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe {
            match sums.width.div_ceil(S::LANES) {
                1 => gradient_tiles::<S, 1>(sums, taps, x, dw),
                2 => gradient_tiles::<S, 2>(sums, taps, x, dw),
                _ => gradient_tiles::<S, 3>(sums, taps, x, dw),
            }
        }
    }
}

/// Rows of tiles in a rectangle, and how far apart they are in a and c.
struct Rows {
    sizes: [usize; 2],
    a: [usize; 2],
    c: [usize; 2],
}

/// Some rows of a kernel's gradient: `range` of those that `sizes` count (the last axis is of one run of the input), and how far apart they are.
struct Rows3 {
    range: (usize, usize),
    sizes: [usize; 3],
    a: [usize; 2],
    c: usize,
}

/// How many rows the next tile has, of those left.
#[inline(always)]
fn height(left: usize, most: usize) -> usize {
    // Two tiles of a like size are quicker than a full one and a low one.
    if left <= most {
        left
    } else if left < most + 3 {
        left - left / 2
    } else {
        most
    }
}

/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(always)]
unsafe fn rows_of_tiles<S: Simd, const V: usize>(sums: &Sums, over: &Rows, a: *const f32, c: *mut f32) {
    let (mut done, all, mut row, mut column) = (0, over.sizes[0] * over.sizes[1], 0, 0);
    while done < all {
        let rows = height(all - done, MOST[V - 1]);
        let (mut from, mut to) = ([a; ROWS], [c; ROWS]);
        for r in 0..rows {
            from[r] = a.wrapping_add(row * over.a[0] + column * over.a[1]);
            to[r] = c.wrapping_add(row * over.c[0] + column * over.c[1]);
            column += 1;
            if column == over.sizes[1] {
                (row, column) = (row + 1, 0);
            }
        }
        // SAFETY: the caller's promise.
        unsafe { tile_of::<S, V>(sums, rows, &from, &to) };
        done += rows;
    }
}

/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(always)]
unsafe fn gradient_tiles<S: Simd, const V: usize>(sums: &Sums, taps: &Rows3, x: *const f32, dw: *mut f32) {
    let (mut r, end) = taps.range;
    let [_, columns, channels] = taps.sizes;
    while r < end {
        let rows = height(end - r, MOST[V - 1]);
        let (mut from, mut to) = ([x; ROWS], [dw; ROWS]);
        for i in 0..rows {
            let (tap, channel) = ((r + i) / channels, (r + i) % channels);
            from[i] = x.wrapping_add(tap / columns * taps.a[0] + tap % columns * taps.a[1] + channel);
            to[i] = dw.wrapping_add((r + i) * taps.c);
        }
        // SAFETY: the caller's promise.
        unsafe { tile_of::<S, V>(sums, rows, &from, &to) };
        r += rows;
    }
}

/// The tile of so many rows.
///
/// # Safety
///
/// That of [`tile`].
#[inline(always)]
unsafe fn tile_of<S: Simd, const V: usize>(sums: &Sums, rows: usize, a: &[*const f32; ROWS], c: &[*mut f32; ROWS]) {
    macro_rules! tile {
        ($($R:literal)*) => {
            match rows {
                // SAFETY: the caller's promise.
                $($R if $R <= MOST[V - 1] => unsafe { tile::<S, V, $R>(sums, a, c) },)*
                _ => unreachable!(),
            }
        };
    }
    tile!(1 2 3 4 5 6 7 8);
}

/// V vectors × R rows of sums. (Where nothing is optimized, all of them in one function would take much stack.)
///
/// # Safety
///
/// The pointers are readable and writable as far as the sizes say: the weights in whole vectors.
#[cfg_attr(not(unoptimized), inline(always))]
#[cfg_attr(unoptimized, inline(never))]
unsafe fn tile<S: Simd, const V: usize, const R: usize>(t: &Sums, a: &[*const f32; ROWS], c: &[*mut f32; ROWS]) {
    let whole = t.width == V * S::LANES;
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [[S::splat(0.0); V]; R];
        match t.start {
            Start::Zero => {}
            Start::Row(row) => sums = [load::<S, V>(row); R],
            Start::There if whole => {
                for r in 0..R {
                    sums[r] = load::<S, V>(c[r]);
                }
            }
            Start::There => {
                let mut padded = [[S::splat(0.0); V]; R];
                for r in 0..R {
                    copy(c[r], t.width, padded[r].as_mut_ptr().cast());
                }
                for r in 0..R {
                    sums[r] = load::<S, V>(padded[r].as_ptr().cast());
                }
            }
        }
        let mut from = [a[0]; R];
        for r in 0..R {
            from[r] = a[r];
        }
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let mut at = i * t.a[0] + j * t.a[1];
                let mut b = t.weights.add(i * t.b[0] + j * t.b[1]);
                for _ in 0..t.counts[2] {
                    let of_b = load::<S, V>(b);
                    for r in 0..R {
                        let x = S::splat(*from[r].add(at));
                        for v in 0..V {
                            sums[r][v] = S::multiply_add(x, of_b[v], sums[r][v]);
                        }
                    }
                    (at, b) = (at + t.a[2], b.wrapping_add(t.b[2]));
                }
            }
        }
        if whole {
            for r in 0..R {
                store::<S, V>(sums[r], c[r]);
            }
        } else {
            // Loops of their own, which may stay loops: where one is over the sums, these are not in registers.
            let mut padded = [[S::splat(0.0); V]; R];
            for r in 0..R {
                store::<S, V>(sums[r], padded[r].as_mut_ptr().cast());
            }
            for r in 0..R {
                copy(padded[r].as_ptr().cast(), t.width, c[r]);
            }
        }
    }
}

/// Calls `f` for runs of images, each on a thread of its own where there is enough to do.
fn in_runs(images: usize, macs: usize, f: impl Fn(usize, usize) + Sync) {
    let parts = threads().min(images * macs / WORTH).min(images).max(1);
    let part = images.div_ceil(parts).max(1);
    run(images.div_ceil(part), &|i| f(i * part, part.min(images - i * part)));
}

impl Convolution {
    fn assert(&self, images: usize, w: &[f32], x: usize, y: usize) {
        assert!(w.len() == self.kernel_len(), "a kernel of its size");
        assert!(x == images * self.input_len() && y == images * self.output_len(), "as many outputs as inputs");
    }

    /// The forward pass of a group.
    fn forward(&self, group: usize) -> (Sweep, [usize; 3]) {
        let (depth, columns) = (self.channels / self.groups, self.filters / self.groups);
        let sweep = Sweep {
            positions: self.output,
            step: self.stride,
            taps: self.kernel,
            apart: self.dilation,
            before: self.before.map(|before| before as isize),
            input: self.input,
            pixel: self.channels,
            depth,
            tap: [self.kernel[1] * depth * self.filters, depth * self.filters].map(|tap| tap as isize),
            first: group * columns,
            pitch: self.filters,
            turned: false,
            columns,
            to: [self.output[1] * self.filters, self.filters],
        };
        (sweep, [group * columns, group * depth, group * columns])
    }

    /// The gradient of those inputs of a group that are one phase of the stride apart, if there are any.
    fn backward(&self, group: usize, phase: [usize; 2]) -> Option<(Sweep, [usize; 3])> {
        let (depth, columns) = (self.filters / self.groups, self.channels / self.groups);
        let tap = [self.kernel[1] * columns * self.filters, columns * self.filters];
        let (mut positions, mut taps, mut before, mut first) = ([0; 2], [0; 2], [0; 2], group * depth);
        for axis in 0..2 {
            let (stride, dilation, kernel) = (self.stride[axis], self.dilation[axis], self.kernel[axis]);
            positions[axis] = self.input[axis].saturating_sub(phase[axis]).div_ceil(stride);
            // Input row p meets output row (p + before - tap · dilation) / stride, where that is whole; with the last such tap first.
            let reach = phase[axis] + self.before[axis];
            let of_phase = |tap: &usize| (reach + stride * dilation * kernel - tap * dilation).is_multiple_of(stride);
            let mut with = (0..kernel).filter(of_phase);
            let last = with.next_back();
            taps[axis] = last.map_or(0, |_| 1 + with.count());
            let last = last.unwrap_or(0);
            before[axis] = ((last * dilation) as isize - reach as isize) / stride as isize;
            first += last * tap[axis];
        }
        // From one tap of the phase to the next.
        let taps_apart: [usize; 2] = core::array::from_fn(|axis| {
            let (stride, dilation) = (self.stride[axis], self.dilation[axis]);
            (1..=stride).find(|n| (n * dilation).is_multiple_of(stride)).unwrap_or(stride)
        });
        let sweep = Sweep {
            positions,
            step: [1, 1],
            taps,
            apart: core::array::from_fn(|axis| taps_apart[axis] * self.dilation[axis] / self.stride[axis]),
            before,
            input: self.output,
            pixel: self.filters,
            depth,
            tap: core::array::from_fn(|axis| -((tap[axis] * taps_apart[axis]) as isize)),
            first,
            pitch: self.filters,
            turned: true,
            columns,
            to: [self.stride[0] * self.input[1] * self.channels, self.stride[1] * self.channels],
        };
        let to = (phase[0] * self.input[1] + phase[1]) * self.channels + group * columns;
        (positions[0] * positions[1] > 0).then_some((sweep, [0, group * depth, to]))
    }
}

/// `y[r][c][o] = bias[o] + Σ_ijk w[i][j][k][o]·x[r·stride + i·dilation - before][…][k]`, for a batch of images.
pub fn convolve(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let images = y.len() / of.output_len().max(1);
    of.assert(images, w, x.len(), y.len());
    assert!(bias.is_none_or(|bias| bias.len() == of.filters), "one number a filter");
    let y = Shared(y.as_mut_ptr());
    in_runs(images, of.macs(), |first, images| {
        for group in 0..of.groups {
            let (sweep, [o, from, to]) = of.forward(group);
            let start = bias.map(|bias| bias[o..].as_ptr());
            let x = (x[first * of.input_len()..][from..].as_ptr(), of.input_len());
            // SAFETY: the sizes were just checked, and the runs do not overlap.
            unsafe { sweep.over(images, w.as_ptr(), start, x, (y.at(first * of.output_len() + to), of.output_len())) };
        }
    });
}

/// The gradient of a convolution's input: `dx[p][…][k] = start[k] + Σ w[i][j][k][o]·dy[r][…][o]`, over all r and i that meet at p; a transposed
/// convolution, whose bias is the start.
pub fn convolve_input_gradient(of: &Convolution, w: &[f32], start: Option<&[f32]>, dy: &[f32], dx: &mut [f32]) {
    let images = dx.len() / of.input_len().max(1);
    of.assert(images, w, dx.len(), dy.len());
    assert!(start.is_none_or(|start| start.len() == of.channels), "one number a channel");
    let dx = Shared(dx.as_mut_ptr());
    in_runs(images, of.macs(), |first, images| {
        for group in 0..of.groups {
            for phase in 0..of.stride[0] * of.stride[1] {
                let phase = [phase / of.stride[1], phase % of.stride[1]];
                let Some((sweep, [_, from, to])) = of.backward(group, phase) else { continue };
                let start = start.map(|start| start[group * sweep.columns..].as_ptr());
                let dy = (dy[first * of.output_len()..][from..].as_ptr(), of.output_len());
                // SAFETY: the sizes were just checked, and the runs do not overlap.
                unsafe {
                    sweep.over(images, w.as_ptr(), start, dy, (dx.at(first * of.input_len() + to), of.input_len()));
                }
            }
        }
    });
}

/// The gradient of a convolution's kernel: `dw[i][j][k][o] = Σ x[…][k]·dy[r][c][o]`, over all positions of all images.
///
/// - `room`: what it needs for copies; grown in the first call.
#[cfg(feature = "train")]
pub fn convolve_weight_gradient(of: &Convolution, x: &[f32], dy: &[f32], dw: &mut [f32], room: &mut Vec<f32>) {
    let images = dy.len() / of.output_len().max(1);
    of.assert(images, dw, x.len(), dy.len());
    let (depth, columns) = (of.channels / of.groups, of.filters / of.groups);
    let [rows, positions] = [of.kernel[0] * of.kernel[1] * depth, of.output[0] * of.output[1]];
    if images == 0 {
        return dw.fill(0.0);
    }
    // Where a window hangs over the edge, it is over a copy with zeros around.
    let padded = (0..2).any(|axis| of.before[axis] > 0 || of.reach(axis) > of.input[axis]);
    let plane = if padded { [of.reach(0), of.reach(1)] } else { of.input };
    let last = columns - (columns.div_ceil(lanes()) - 1) * lanes();
    // The columns that do not fill a vector are copied to where they do.
    let of_last = if last < lanes() || of.groups > 1 { positions * columns.next_multiple_of(lanes()) } else { 0 };
    let of_padded = if padded { (plane[0] * plane[1] * of.channels).next_multiple_of(16) } else { 0 };
    let parts = threads().min(images * of.macs() / WORTH).min(rows.div_ceil(2 * ROWS)).max(1);
    let part = rows.div_ceil(parts).next_multiple_of(6).max(1);
    let parts = rows.div_ceil(part);
    if room.len() < parts * (of_last + of_padded) {
        room.resize(parts * (of_last + of_padded), 0.0);
    }
    // What another layer of the same room left around the images must not stay.
    room[..parts * (of_last + of_padded)].fill(0.0);
    let (room, dw) = (Shared(room.as_mut_ptr()), Shared(dw.as_mut_ptr()));
    run(parts, &|i| {
        let range = (i * part, rows.min((i + 1) * part));
        let of_padded_room = room.at(i * (of_last + of_padded));
        let of_last_room = of_padded_room.wrapping_add(of_padded);
        for image in 0..images {
            let (x, dy) = (&x[image * of.input_len()..][..of.input_len()], &dy[image * of.output_len()..]);
            // SAFETY: the sizes were just checked, and each part has room and rows of its own.
            unsafe {
                let mut from = x.as_ptr();
                if padded {
                    let pitch = plane[1] * of.channels;
                    let count = of.input[1].min(plane[1] - of.before[1]) * of.channels;
                    for row in 0..of.input[0].min(plane[0] - of.before[0]) {
                        let to = of_padded_room.add((row + of.before[0]) * pitch + of.before[1] * of.channels);
                        core::ptr::copy_nonoverlapping(x.as_ptr().add(row * of.input[1] * of.channels), to, count);
                    }
                    from = of_padded_room;
                }
                for group in 0..of.groups {
                    let mut o = 0;
                    while o < columns {
                        let left = columns - o;
                        let width = if left > 3 * lanes() { 2 * lanes() } else { left };
                        let whole = width.next_multiple_of(lanes());
                        let (mut b, mut pitch) = (dy.as_ptr().add(group * columns + o), of.filters);
                        if width < whole {
                            for position in 0..positions {
                                copy(b.add(position * pitch), width, of_last_room.add(position * whole));
                            }
                            (b, pitch) = (of_last_room.cast_const(), whole);
                        }
                        let sums = Sums {
                            counts: [1, of.output[0], of.output[1]],
                            a: [0, of.stride[0] * plane[1] * of.channels, of.stride[1] * of.channels],
                            b: [0, of.output[1] * pitch, pitch],
                            weights: b,
                            start: if image == 0 { Start::Zero } else { Start::There },
                            width,
                        };
                        let taps = Rows3 {
                            range,
                            sizes: [of.kernel[0], of.kernel[1], depth],
                            a: [of.dilation[0] * plane[1] * of.channels, of.dilation[1] * of.channels],
                            c: of.filters,
                        };
                        gradient_rows(&sums, &taps, from.add(group * depth), dw.at(group * columns + o));
                        o += width;
                    }
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(feature = "std")]
    use crate::kernels::simd::with_each_set;
    extern crate std;
    use std::{vec, vec::Vec};

    fn numbers(seed: usize, n: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 7 + seed * 13) % 23) as f32 / 8.0 - 1.4).collect()
    }

    /// Calls `f` for each product that is part of the sum: floats of w, x and y.
    fn each(of: &Convolution, mut f: impl FnMut(usize, usize, usize)) {
        let (depth, columns) = (of.channels / of.groups, of.filters / of.groups);
        for (r, c) in (0..of.output[0]).flat_map(|r| (0..of.output[1]).map(move |c| (r, c))) {
            for (i, j) in (0..of.kernel[0]).flat_map(|i| (0..of.kernel[1]).map(move |j| (i, j))) {
                let row = (r * of.stride[0] + i * of.dilation[0]).wrapping_sub(of.before[0]);
                let column = (c * of.stride[1] + j * of.dilation[1]).wrapping_sub(of.before[1]);
                if row < of.input[0] && column < of.input[1] {
                    for (k, o) in (0..depth).flat_map(|k| (0..of.filters).map(move |o| (k, o))) {
                        let w = ((i * of.kernel[1] + j) * depth + k) * of.filters + o;
                        let x = (row * of.input[1] + column) * of.channels + o / columns * depth + k;
                        f(w, x, (r * of.output[1] + c) * of.filters + o);
                    }
                }
            }
        }
    }

    fn assert_close(found: &[f32], expected: &[f64], what: &str) {
        let scale = expected.iter().fold(1.0f64, |most, x| most.max(x.abs()));
        for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((*found as f64 - expected).abs() < 1e-5 * scale, "{what} {i}: {found} for {expected}");
        }
    }

    fn check(of: Convolution) {
        let images = 3;
        let (inputs, outputs) = (of.input_len(), of.output_len());
        let (w, bias) = (numbers(1, of.kernel_len()), numbers(2, of.filters));
        let (x, dy) = (numbers(3, images * inputs), numbers(4, images * outputs));
        let mut expected = [vec![0.0; images * outputs], vec![0.0; images * inputs], vec![0.0; w.len()]];
        for image in 0..images {
            (0..outputs).for_each(|i| expected[0][image * outputs + i] = bias[i % of.filters] as f64);
            each(&of, |k, i, o| {
                let (i, o) = (image * inputs + i, image * outputs + o);
                expected[0][o] += w[k] as f64 * x[i] as f64;
                expected[1][i] += w[k] as f64 * dy[o] as f64;
                expected[2][k] += x[i] as f64 * dy[o] as f64;
            });
        }
        let (mut y, mut dx, mut dw) = (vec![9.0; images * outputs], vec![9.0; x.len()], vec![9.0; w.len()]);
        convolve(&of, &w, Some(&bias), &x, &mut y);
        assert_close(&y, &expected[0], &std::format!("{of:?}, output"));
        let mut one = vec![9.0; outputs];
        convolve(&of, &w, Some(&bias), &x[inputs..2 * inputs], &mut one);
        assert_eq!(one, &y[outputs..2 * outputs], "{of:?}: one alone");
        convolve_input_gradient(&of, &w, None, &dy, &mut dx);
        assert_close(&dx, &expected[1], &std::format!("{of:?}, gradient of the input"));
        #[cfg(feature = "train")]
        {
            let mut room = vec![7.0; 100];
            convolve_weight_gradient(&of, &x, &dy, &mut dw, &mut room);
            assert_close(&dw, &expected[2], &std::format!("{of:?}, gradient of the kernel"));
        }
        let _ = &mut dw;
    }

    #[test]
    fn convolutions_of_any_size() {
        let base = Convolution {
            input: [7, 9],
            output: [7, 9],
            kernel: [3, 3],
            stride: [1, 1],
            dilation: [1, 1],
            before: [1, 1],
            channels: 3,
            filters: 5,
            groups: 1,
        };
        // What padding leaves, and as much before as after.
        let same = |of: Convolution| {
            let output = core::array::from_fn(|axis| of.input[axis].div_ceil(of.stride[axis]));
            let of = Convolution { output, ..of };
            let before = core::array::from_fn(|axis| of.reach(axis).saturating_sub(of.input[axis]) / 2);
            Convolution { before, ..of }
        };
        let valid = |of: Convolution| {
            let output = core::array::from_fn(|axis| {
                (of.input[axis] - (of.kernel[axis] - 1) * of.dilation[axis] - 1) / of.stride[axis] + 1
            });
            Convolution { output, before: [0, 0], ..of }
        };
        let check = |of: Convolution| {
            // The set is picked for this thread alone.
            #[cfg(feature = "std")]
            with_each_set(|_| crate::with_threads(1, || check(of)));
            check(of);
        };
        {
            for pad in [&same as &dyn Fn(Convolution) -> Convolution, &valid] {
                check(pad(base));
                check(pad(Convolution { channels: 16, filters: 16, ..base }));
                check(pad(Convolution { channels: 5, filters: 70, ..base }));
                check(pad(Convolution { stride: [2, 2], ..base }));
                check(pad(Convolution { stride: [2, 3], kernel: [4, 2], filters: 9, ..base }));
                check(pad(Convolution { kernel: [1, 1], stride: [2, 2], channels: 17, filters: 24, ..base }));
                check(pad(Convolution { dilation: [2, 3], kernel: [3, 2], ..base }));
                check(pad(Convolution { dilation: [2, 2], stride: [3, 2], kernel: [3, 2], ..base }));
                check(pad(Convolution {
                    input: [1, 12],
                    kernel: [1, 5],
                    stride: [1, 2],
                    channels: 1,
                    filters: 1,
                    ..base
                }));
                check(pad(Convolution { groups: 3, channels: 6, filters: 12, ..base }));
                check(pad(Convolution { groups: 2, channels: 4, filters: 2, stride: [2, 1], ..base }));
                check(pad(Convolution { kernel: [5, 5], channels: 40, filters: 3, ..base }));
                check(pad(Convolution { input: [3, 3], kernel: [3, 3], channels: 300, filters: 17, ..base }));
            }
            check(same(Convolution { input: [2, 3], kernel: [5, 7], channels: 2, ..base }));
        }
    }
}
