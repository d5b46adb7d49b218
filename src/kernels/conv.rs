//! Convolutions: products whose rows are windows of an image, which are read where they lie.
//!
//! A [`Sweep`] goes over the positions of an output, and adds up at each the products of its taps with the input's pixels. Positions
//! whose window hangs over the same edges make up a region, in which all sums are equally long; so nothing is padded, and no
//! window is copied. The gradient of the input is such a sweep as well, over the gradient of the output and with the taps in reverse; where there is a
//! stride, one for each of its phases.

// Arrays that are indexed stay in registers; what iterators make of them does not always.
#![allow(clippy::needless_range_loop)]

use super::depthwise::{Taps, each_channel, sweep_channels};
use super::matrix::{WIDEST_INFER, WORTH, cut};
use super::simd::{Simd, lanes};
use super::threads::{run, threads};
use super::tiles::{MOST, WIDEST, copy, height, load, pack_turned, store};
use super::{LANES, Shared};

/// The sizes of a convolution; of two axes, rows come first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convolution {
    /// Of the input.
    pub(crate) input: [usize; 2],
    /// Of the output.
    pub(crate) output: [usize; 2],
    /// Of the kernel.
    pub(crate) kernel: [usize; 2],
    /// How far the window moves from one position to the next.
    pub(crate) stride: [usize; 2],
    /// How far apart the taps of the kernel are.
    pub(crate) dilation: [usize; 2],
    /// Zeros before the first row and column.
    pub(crate) before: [usize; 2],
    /// Channels of the input.
    pub(crate) channels: usize,
    /// Channels of the output.
    pub(crate) filters: usize,
    /// Groups, of which each has its share of both.
    pub(crate) groups: usize,
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
}

/// Floats of weights that are copied at a time: 24 KB, which stay in the L1 cache.
const BLOCK: usize = 6 * 1024;

/// Positions for which weights are read where they lie.
const FEW: usize = 40;

/// Rows that the registers have room for at most.
pub(super) const ROWS: usize = 8;

/// One convolution over images, of one group.
#[derive(Clone, Copy)]
pub(super) struct Sweep {
    /// How many there are.
    pub positions: [usize; 2],
    /// Rows and columns of the input from one position to the next.
    pub step: [usize; 2],
    /// How many taps there are.
    pub taps: [usize; 2],
    /// Rows and columns of the input from one tap to the next.
    pub apart: [usize; 2],
    /// How far before the input the first tap of the first position lies.
    pub before: [isize; 2],
    /// The input's rows and columns.
    pub input: [usize; 2],
    /// Floats from one pixel of the input to the next.
    pub pixel: usize,
    /// Channels of the input that are summed.
    pub depth: usize,
    /// Floats from one tap's weights to the next, and where the first tap's lie.
    pub tap: [isize; 2],
    pub first: usize,
    /// Floats from one column's weights to the next where those of one column lie in one run, or else from one channel's to the next.
    pub pitch: usize,
    pub turned: bool,
    /// Channels of the output.
    pub columns: usize,
    /// Floats of the output from one position to the next.
    pub to: [usize; 2],
}

/// Some of a kernel's taps, and of their channels.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub taps: [(usize, usize); 2],
    pub channels: (usize, usize),
}

impl Block {
    fn taps_and_channels(&self) -> [usize; 3] {
        [self.taps[0].1 - self.taps[0].0, self.taps[1].1 - self.taps[1].0, self.channels.1 - self.channels.0]
    }
}

impl Sweep {
    /// Part number `i` of the kernel, of as much as `most` steps have room for, if there is one; of a kernel without taps the first is empty.
    fn block(&self, i: usize, most: usize) -> Option<Block> {
        let [rows, columns, depth] = [self.taps[0], self.taps[1], self.depth];
        // As many whole rows as there is room for, or whole taps, or channels.
        let part = |all: usize, each: usize| (most / each.max(1)).min(all).max(1);
        let size = if columns * depth <= most {
            [part(rows, columns * depth), columns, depth]
        } else if depth <= most {
            [1, part(columns, depth), depth]
        } else {
            [1, 1, most]
        };
        // None is zero, but the compiler does not see that of all, and would keep a panic.
        let parts = |all: usize, size: usize| all.div_ceil(size.max(1)).max(1);
        let count = [parts(rows, size[0]), parts(columns, size[1]), parts(depth, size[2])];
        let at = [i / count[2] / count[1], i / count[2] % count[1], i % count[2]];
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
        let mut room = room!(BLOCK);
        let panel = room.as_mut_ptr().cast::<f32>();
        let mut padded = [0.0; WIDEST];
        let mut o = 0;
        while o < self.columns {
            let width = cut(self.columns - o);
            let whole = width.next_multiple_of(lanes());
            // Weights that meet few positions are not worth a copy.
            let direct = !self.turned && width == whole && images * self.positions[0] * self.positions[1] <= FEW;
            // SAFETY: the caller's promise.
            unsafe {
                if let Some(start) = start {
                    copy(start.add(o), width, padded.as_mut_ptr());
                }
                let mut i = 0;
                while let Some(block) = self.block(i, BLOCK / whole.max(1)) {
                    let weights = if direct {
                        let at = self.tap[0] * block.taps[0].0 as isize + self.tap[1] * block.taps[1].0 as isize;
                        let at = w.wrapping_add(self.first + o + block.channels.0 * self.pitch).wrapping_offset(at);
                        Weights { at, steps: [self.tap[0].cast_unsigned(), self.tap[1].cast_unsigned(), self.pitch] }
                    } else {
                        self.pack(w, (o, width), &block, panel);
                        let [_, columns, channels] = block.taps_and_channels();
                        Weights { at: panel, steps: [columns * channels * whole, channels * whole, whole] }
                    };
                    let start = if i > 0 { Start::There } else { Start::Row(padded.as_ptr()) };
                    for image in 0..images {
                        sweep(self, &block, weights, start, x.0.add(image * x.1), y.0.add(image * y.1 + o), width);
                    }
                    i += 1;
                }
            }
            o += width;
        }
    }
}

/// A block's weights of some columns.
#[derive(Clone, Copy)]
struct Weights {
    at: *const f32,
    /// Floats from one row of taps to the next, from one tap and from one channel.
    steps: [usize; 3],
}

/// What sums begin with.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// Each row with the same: whole vectors.
    Row(*const f32),
    /// What is there.
    There,
}

/// Sums of products over three nested axes, for some rows: c\[r] = start + Σ a\[r]\[…]·b\[…].
pub(super) struct Sums {
    pub counts: [usize; 3],
    /// Floats from one step to the next, of each axis.
    pub a: [usize; 3],
    pub b: [usize; 3],
    pub weights: *const f32,
    pub start: Start,
    /// Floats in a row of c.
    pub width: usize,
}

/// The taps from `low` to `high` that lie inside of an input of that size, at the position whose first tap lies so far before it.
pub(super) fn inside((low, high): (usize, usize), apart: usize, before: isize, size: usize) -> (usize, usize) {
    // A division takes long, and is seldom needed.
    let taps = |n: isize| match n.max(0).cast_unsigned() {
        n if apart == 1 => n,
        n => n.div_ceil(apart.max(1)),
    };
    let first = low.max(taps(before));
    let end = high.min(taps(size as isize + before));
    (first, end.max(first))
}

simd! {
    /// Sweeps over one image with some of the taps, whose weights are in the panel.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    [unsafe] fn sweep(s: &Sweep, block: &Block, weights: Weights, start: Start, x: *const f32, y: *mut f32, width: usize) {
        let [_, _, channels] = block.taps_and_channels();
        let in_one_run = s.apart[1] == 1 && channels == s.pixel;
        s.regions(block, #[inline(always)] |Region { at: [top, left], sizes, taps: [(i, i_end), (j, j_end)], from }| {
            // SAFETY: the taps lie inside of the input, and the caller's promise.
            unsafe {
                let skipped = (i - block.taps[0].0) * weights.steps[0] + (j - block.taps[1].0) * weights.steps[1];
                let (a_row, a_column) = (s.input[1] * s.pixel, s.pixel);
                let mut sums = Sums {
                    counts: [i_end - i, j_end - j, channels],
                    a: [s.apart[0] * a_row, s.apart[1] * a_column, 1],
                    b: weights.steps,
                    weights: weights.at.wrapping_add(skipped),
                    start,
                    width,
                };
                if in_one_run {
                    sums.counts = [i_end - i, 1, (j_end - j) * channels];
                }
                if sums.counts.contains(&0) {
                    sums.counts = [0; 3];
                }
                let a = x.wrapping_offset(from).wrapping_add(block.channels.0);
                let c = y.add(top * s.to[0] + left * s.to[1]);
                let over = Rows { sizes, a: [s.step[0] * a_row, s.step[1] * a_column], c: s.to };
                match width.div_ceil(S::LANES) {
                    1 if width <= LANES => rows_of_tiles::<S::Eight, 1>(&sums, &over, a, c),
                    1 => rows_of_tiles::<S, 1>(&sums, &over, a, c),
                    2 => rows_of_tiles::<S, 2>(&sums, &over, a, c),
                    _ => rows_of_tiles::<S, 3>(&sums, &over, a, c),
                }
            }
        });
    }

}

/// Positions that meet the same taps.
pub(super) struct Region {
    /// The first row and column.
    pub at: [usize; 2],
    /// How many rows and columns.
    pub sizes: [usize; 2],
    /// The first tap and the one behind the last, of both axes.
    pub taps: [(usize, usize); 2],
    /// Where the first tap of the first position lies, in floats from the input's begin.
    pub from: isize,
}

impl Sweep {
    /// Calls `f` for each region of some taps.
    #[inline(always)]
    pub(super) fn regions(&self, block: &Block, f: impl Fn(Region)) {
        let met = |axis: usize, position: usize| {
            let before = self.before[axis] - (position * self.step[axis]) as isize;
            inside(block.taps[axis], self.apart[axis], before, self.input[axis])
        };
        let end = |axis: usize, first: usize| {
            let taps = met(axis, first);
            let mut end = first + 1;
            while end < self.positions[axis] && met(axis, end) == taps {
                end += 1;
            }
            (end, taps)
        };
        let mut top = 0;
        while top < self.positions[0] {
            let (bottom, rows) = end(0, top);
            let mut left = 0;
            while left < self.positions[1] {
                let (right, columns) = end(1, left);
                let at = |axis: usize, position: usize, tap: usize| {
                    (position * self.step[axis] + tap * self.apart[axis]) as isize - self.before[axis]
                };
                let (row, column) = (at(0, top, rows.0), at(1, left, columns.0));
                let from = (row * self.input[1] as isize + column) * self.pixel as isize;
                f(Region { at: [top, left], sizes: [bottom - top, right - left], taps: [rows, columns], from });
                left = right;
            }
            top = bottom;
        }
    }
}

/// Rows of tiles in a rectangle, and how far apart they are in a and c.
pub(super) struct Rows {
    pub sizes: [usize; 2],
    pub a: [usize; 2],
    pub c: [usize; 2],
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

/// The tile of so many rows.
///
/// # Safety
///
/// That of [`tile`].
#[inline(always)]
pub(super) unsafe fn tile_of<S: Simd, const V: usize>(
    sums: &Sums,
    rows: usize,
    a: &[*const f32; ROWS],
    c: &[*mut f32; ROWS],
) {
    macro_rules! tile {
        ($($R:literal)*) => {
            match rows {
                // SAFETY: the caller's promise.
                $($R if $R <= MOST[V - 1] => unsafe { tile::<S, V, $R>(sums, a, c) },)*
                _ => debug_assert!(false, "a tile of {rows} rows"),
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
        from.copy_from_slice(&a[..R]);
        // Few sums wait for themselves: then each is four that are added up at the end.
        let mut more = [[[S::splat(0.0); V]; R]; 3];
        for i in 0..t.counts[0] {
            for j in 0..t.counts[1] {
                let mut at = i * t.a[0] + j * t.a[1];
                let mut b = t.weights.add(i * t.b[0] + j * t.b[1]);
                let mut left = t.counts[2];
                macro_rules! step {
                    ($sums:expr) => {
                        let of_b = load::<S, V>(b);
                        for r in 0..R {
                            let x = S::splat(*from[r].add(at));
                            for v in 0..V {
                                $sums[r][v] = S::multiply_add(x, of_b[v], $sums[r][v]);
                            }
                        }
                        (at, b) = (at + t.a[2], b.wrapping_add(t.b[2]));
                    };
                }
                if R * V <= 3 {
                    while left >= 4 {
                        step!(sums);
                        step!(more[0]);
                        step!(more[1]);
                        step!(more[2]);
                        left -= 4;
                    }
                }
                while left > 0 {
                    step!(sums);
                    left -= 1;
                }
            }
        }
        if R * V <= 3 {
            let one = S::splat(1.0);
            for r in 0..R {
                for v in 0..V {
                    let pair = S::multiply_add(more[1][r][v], one, more[2][r][v]);
                    let first = S::multiply_add(sums[r][v], one, more[0][r][v]);
                    sums[r][v] = S::multiply_add(first, one, pair);
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

/// Floats of an image that is read and of one that is written, and channels of the latter.
struct Ends {
    from: usize,
    to: usize,
    columns: usize,
}

/// Calls `f` for runs of images, each on a thread of its own where there is enough to do.
fn in_runs(images: usize, macs: usize, f: impl Fn(usize, usize) + Sync) {
    let parts = threads().min(images * macs / WORTH).min(images).max(1);
    let part = images.div_ceil(parts).max(1);
    run(images.div_ceil(part), &|i| f(i * part, part.min(images - i * part)));
}

impl Convolution {
    /// Those of the one direction or the other.
    const fn ends(&self, back: bool) -> Ends {
        let (input, output) = (self.input_len(), self.output_len());
        if back {
            Ends { from: output, to: input, columns: self.channels }
        } else {
            Ends { from: input, to: output, columns: self.filters }
        }
    }

    /// The forward pass of a group.
    fn forward(&self, group: usize) -> (Sweep, [usize; 3]) {
        let groups = self.groups.max(1);
        let (depth, columns) = (self.channels / groups, self.filters / groups);
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
        let groups = self.groups.max(1);
        let (depth, columns) = (self.filters / groups, self.channels / groups);
        let tap = [self.kernel[1] * columns * self.filters, columns * self.filters];
        let (mut positions, mut taps, mut before, mut first) = ([0; 2], [0; 2], [0; 2], group * depth);
        // Not zero either way.
        let strides = self.stride.map(|stride| stride.max(1));
        for axis in 0..2 {
            let stride = strides[axis];
            let (dilation, kernel) = (self.dilation[axis], self.kernel[axis]);
            positions[axis] = self.input[axis].saturating_sub(phase[axis]).div_ceil(stride);
            // Input row p meets output row (p + before - tap · dilation) / stride, where that is whole; with the last such tap first.
            let reach = phase[axis] + self.before[axis];
            let of_phase = |tap: &usize| (reach + stride * dilation * kernel - tap * dilation).is_multiple_of(stride);
            let mut with = (0..kernel).filter(of_phase);
            let last = with.next_back();
            taps[axis] = last.map_or(0, |_| 1 + with.count());
            let last = last.unwrap_or(0);
            before[axis] = ((last * dilation) as isize - reach as isize).wrapping_div(stride as isize);
            first += last * tap[axis];
        }
        // From one tap of the phase to the next.
        let taps_apart: [usize; 2] = core::array::from_fn(|axis| {
            let (stride, dilation) = (strides[axis], self.dilation[axis]);
            (1..=stride).find(|n| (n * dilation).is_multiple_of(stride)).unwrap_or(stride)
        });
        let sweep = Sweep {
            positions,
            step: [1, 1],
            taps,
            apart: core::array::from_fn(|axis| taps_apart[axis] * self.dilation[axis] / strides[axis]),
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

impl Convolution {
    /// Whether each channel has a kernel of its own.
    pub(super) const fn is_depthwise(&self) -> bool {
        self.groups > 1 && self.groups == self.channels && self.groups == self.filters
    }

    /// Sweeps over images, in the one direction or the other.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn sweep(
        &self,
        back: bool,
        images: usize,
        w: *const f32,
        start: Option<*const f32>,
        x: (*const f32, usize),
        y: (*mut f32, usize),
    ) {
        let depthwise = self.is_depthwise();
        self.sweeps(back, |sweep, [o, from, to]| {
            // SAFETY: the caller's promise, for a group and a phase of the stride.
            unsafe {
                let (start, x, y) = (start.map(|start| start.add(o)), (x.0.add(from), x.1), (y.0.add(to), y.1));
                if depthwise {
                    for i in 0..images {
                        sweep_channels(sweep, w, start, x.0.add(i * x.1), y.0.add(i * y.1));
                    }
                } else {
                    sweep.over(images, w, start, x, y);
                }
            }
        });
    }

    /// Calls `f` for each group, or once for all channels of a depthwise one, and backwards for each phase of the stride; also says where in the
    /// bias, the input and the output it begins.
    #[inline(always)]
    fn sweeps(&self, back: bool, f: impl Fn(&Sweep, [usize; 3])) {
        for group in 0..if self.is_depthwise() { 1 } else { self.groups } {
            if !back {
                let (sweep, at) = self.forward(group);
                f(&sweep, at);
                continue;
            }
            for row in 0..self.stride[0] {
                for column in 0..self.stride[1] {
                    if let Some((sweep, at)) = &self.backward(group, [row, column]) {
                        f(sweep, *at);
                    }
                }
            }
        }
    }
}

/// `y[r][c][o] = bias[o] + Σ_ijk w[i][j][k][o]·x[r·stride + i·dilation - before][…][k]`, for a batch of images.
pub fn convolve(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    batch(of, false, w, bias, x, y);
}

/// The gradient of a convolution's input: `dx[p][…][k] = start[k] + Σ w[i][j][k][o]·dy[r][…][o]`, over all r and i that meet at p; a transposed
/// convolution, whose bias is the start.
pub fn convolve_input_gradient(of: &Convolution, w: &[f32], start: Option<&[f32]>, dy: &[f32], dx: &mut [f32]) {
    batch(of, true, w, start, dy, dx);
}

/// A batch of images, in the one direction or the other.
fn batch(of: &Convolution, back: bool, w: &[f32], start: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let Ends { from, to, columns } = of.ends(back);
    let images = y.len() / to.max(1);
    assert!(w.len() == of.kernel_len(), "a kernel of its size");
    assert!(x.len() == images * from && y.len() == images * to, "as many outputs as inputs");
    assert!(start.is_none_or(|start| start.len() == columns), "one number a channel of the output");
    let (start, y) = (start.map(Shared::from), Shared(y.as_mut_ptr()));
    in_runs(images, of.macs(), |first, images| {
        let start = start.map(|start| start.at(0).cast_const());
        // SAFETY: the sizes were just checked, and the runs do not overlap.
        unsafe {
            of.sweep(back, images, w.as_ptr(), start, (x[first * from..].as_ptr(), from), (y.at(first * to), to))
        };
    });
}

/// [`convolve`] of one image, without a branch that could panic: where the sizes do not fit, nothing is written.
#[inline]
pub fn infer_convolution(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    infer(of, false, w, bias, x, y);
}

/// [`convolve_input_gradient`] of one image, without a branch that could panic: where the sizes do not fit, nothing is written.
#[inline]
pub fn infer_transposed(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    infer(of, true, w, bias, x, y);
}

/// One image, in the one direction or the other.
#[inline]
fn infer(of: &Convolution, back: bool, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let Ends { from, to, columns } = of.ends(back);
    let fits = w.len() == of.kernel_len() && bias.is_none_or(|bias| bias.len() == columns);
    if !fits || x.len() != from || y.len() != to {
        return;
    }
    let bias = bias.map(<[f32]>::as_ptr);
    // SAFETY: the sizes were just checked.
    unsafe {
        if WIDEST_INFER > 1 {
            of.sweep(back, 1, w.as_ptr(), bias, (x.as_ptr(), from), (y.as_mut_ptr(), to));
        } else {
            of.plain(back, w.as_ptr(), bias, x.as_ptr(), y.as_mut_ptr());
        }
    }
}

impl Convolution {
    /// As [`sweep`](Self::sweep), for processors without vectors and with little memory: four outputs at a time, and no copy of anything.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn plain(&self, back: bool, w: *const f32, start: Option<*const f32>, x: *const f32, y: *mut f32) {
        let depthwise = self.is_depthwise();
        self.sweeps(back, |sweep, [o, from, to]| {
            // SAFETY: the caller's promise, for a group and a phase of the stride.
            unsafe { sweep.plain(depthwise, w, start.map(|start| start.add(o)), x.add(from), y.add(to)) };
        });
    }
}

impl Sweep {
    /// Sweeps over one image; `depthwise`: each channel with a kernel of its own, as [`sweep_channels`].
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
    unsafe fn plain(&self, depthwise: bool, w: *const f32, start: Option<*const f32>, x: *const f32, y: *mut f32) {
        let all = Block { taps: [(0, self.taps[0]), (0, self.taps[1])], channels: (0, self.depth) };
        self.regions(&all, |region| {
            let (row, column) = (self.input[1] * self.pixel, self.pixel);
            let taps = Taps::of(self, &region, w, start);
            let Region { at: [top, left], sizes, from, .. } = region;
            for r in 0..sizes[0] {
                for c in 0..sizes[1] {
                    let x = x.wrapping_offset(from).wrapping_add(r * self.step[0] * row + c * self.step[1] * column);
                    let y = y.wrapping_add((top + r) * self.to[0] + (left + c) * self.to[1]);
                    // SAFETY: the taps lie inside of the input, and the caller's promise.
                    unsafe {
                        if depthwise {
                            each_channel(&taps, self.pixel, x, y);
                        } else {
                            (0..self.columns).step_by(4).for_each(|k| self.four(&taps, k, x, y));
                        }
                    }
                }
            }
        });
    }

    /// Four outputs from `k` on, or those that are left, at one position.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
    unsafe fn four(&self, t: &Taps, k: usize, x: *const f32, y: *mut f32) {
        let count = (self.columns - k).min(4);
        let (next, column) = if self.turned { (1, self.pitch) } else { (self.pitch, 1) };
        let mut sums = [0.0; 4];
        // SAFETY: the caller's promise.
        unsafe {
            if let Some(start) = t.start {
                (0..count).for_each(|c| sums[c] = *start.add(k + c));
            }
            for i in 0..t.counts[0] {
                for j in 0..t.counts[1] {
                    let mut w = t.w.wrapping_offset(i as isize * t.b[0] + j as isize * t.b[1]).wrapping_add(k * column);
                    let mut x = x.wrapping_add(i * t.a[0] + j * t.a[1]);
                    if count == 4 && column == 1 {
                        for _ in 0..self.depth {
                            (0..4).for_each(|c| sums[c] += *x * *w.add(c));
                            (x, w) = (x.wrapping_add(1), w.wrapping_add(next));
                        }
                    } else {
                        for _ in 0..self.depth {
                            (0..count).for_each(|c| sums[c] += *x * *w.add(c * column));
                            (x, w) = (x.wrapping_add(1), w.wrapping_add(next));
                        }
                    }
                }
            }
            (0..count).for_each(|c| *y.add(k + c) = sums[c]);
        }
    }
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
        infer_convolution(&of, &w, Some(&bias), &x[inputs..2 * inputs], &mut one);
        assert_eq!(one, &y[outputs..2 * outputs], "{of:?}: one inferred");
        // SAFETY: these are the sizes.
        unsafe { of.plain(false, w.as_ptr(), Some(bias.as_ptr()), x[inputs..].as_ptr(), one.as_mut_ptr()) };
        assert_close(&one, &expected[0][outputs..2 * outputs], &std::format!("{of:?}, without vectors"));
        convolve_input_gradient(&of, &w, None, &dy, &mut dx);
        let mut one = vec![9.0; inputs];
        infer_transposed(&of, &w, None, &dy[outputs..2 * outputs], &mut one);
        assert_eq!(one, &dx[inputs..2 * inputs], "{of:?}: one transposed");
        // SAFETY: these are the sizes.
        unsafe { of.plain(true, w.as_ptr(), None, dy[outputs..].as_ptr(), one.as_mut_ptr()) };
        assert_close(&one, &expected[1][inputs..2 * inputs], &std::format!("{of:?}, transposed without vectors"));
        assert_close(&dx, &expected[1], &std::format!("{of:?}, gradient of the input"));
        #[cfg(feature = "train")]
        {
            let mut room = vec![7.0; 100];
            crate::kernels::convolve_weight_gradient(&of, &x, &dy, &mut dw, &mut room);
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
            with_each_set(|_| crate::kernels::threads::with_threads(1, || check(of)));
            check(of);
        };
        // Miri takes its time.
        if cfg!(miri) {
            let small = Convolution { input: [4, 3], kernel: [3, 2], ..base };
            check(same(small));
            check(valid(Convolution { stride: [2, 1], filters: 9, ..small }));
            check(same(Convolution { stride: [1, 2], groups: 9, channels: 9, filters: 9, ..small }));
            check(same(Convolution { dilation: [2, 1], groups: 2, channels: 2, filters: 4, ..small }));
        } else {
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
                for c in [1, 2, 7, 8, 19] {
                    check(pad(Convolution { groups: c, channels: c, filters: c, ..base }));
                    check(pad(Convolution {
                        groups: c,
                        channels: c,
                        filters: c,
                        stride: [2, 1],
                        kernel: [2, 3],
                        ..base
                    }));
                    check(pad(Convolution { groups: c, channels: c, filters: 2 * c, ..base }));
                }
                check(pad(Convolution { kernel: [5, 5], channels: 40, filters: 3, ..base }));
                check(pad(Convolution { input: [3, 3], kernel: [3, 3], channels: 300, filters: 17, ..base }));
            }
            check(same(Convolution { input: [2, 3], kernel: [5, 7], channels: 2, ..base }));
        }
    }
}
