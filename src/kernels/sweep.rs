//! Sweeps: the common form of all convolutions and of the gradients of their inputs.
//!
//! A [`Sweep`] visits the positions of an output, and adds up at each the products of its taps with the pixels of an
//! input. The positions whose windows lack the same taps at the edges are a [`Region`], in which all sums have as many
//! terms; so nothing is padded, and no window is copied. The gradient of the input is such a sweep as well: over the
//! gradient of the output, with the taps in reverse, and one sweep for each phase of the stride.

use crate::kernels::convolution::{Convolution, Direction, taps_inside};
use core::num::NonZero;

/// One convolution over images, of one group.
#[derive(Clone, Copy)]
pub(super) struct Sweep {
    /// Rows and columns of positions.
    pub positions: [usize; 2],
    /// Rows and columns of the input from one position to the next.
    pub stride: [usize; 2],
    /// Rows and columns of taps.
    pub taps: [usize; 2],
    /// Rows and columns of the input from one tap to the next.
    pub dilation: [usize; 2],
    /// How far before the input the first tap of the first position lies.
    pub padding: [isize; 2],
    /// Rows and columns of the input.
    pub input: [usize; 2],
    /// Floats from one pixel of the input to the next.
    pub pixel: usize,
    /// Channels of the input that are summed.
    pub depth: usize,
    /// The first tap's weights, and the floats from one row or column of taps to the next.
    pub first_weight: usize,
    pub tap_step: [isize; 2],
    /// Floats from one channel's weights to the next or, if they are `transposed`, from one filter's weights to the
    /// next: a filter's weights are then consecutive.
    pub weight_step: usize,
    pub transposed: bool,
    /// Channels of the output.
    pub columns: usize,
    /// Floats of the output from one row or column of positions to the next.
    pub output_step: [usize; 2],
}

/// Some taps of a kernel, and some of their channels.
#[derive(Clone, Copy)]
pub(super) struct KernelPart {
    pub taps: [(usize, usize); 2],
    pub channels: (usize, usize),
}

impl KernelPart {
    /// Rows and columns of taps, and channels.
    pub fn sizes(&self) -> [usize; 3] {
        [self.taps[0].1 - self.taps[0].0, self.taps[1].1 - self.taps[1].0, self.channels.1 - self.channels.0]
    }
}

/// Positions that meet the same taps.
pub(super) struct Region {
    /// Row and column of the first position.
    pub first: [usize; 2],
    /// Rows and columns of positions.
    pub sizes: [usize; 2],
    /// For each axis, the first tap and the one after the last.
    pub taps: [(usize, usize); 2],
    /// Where the first tap of the first position lies, in floats from the start of the input.
    pub from: isize,
}

/// The positions of a rectangle, and how far apart they are in the input (`x`) and the output (`y`).
pub(super) struct Grid {
    pub sizes: [usize; 2],
    pub x: [usize; 2],
    pub y: [usize; 2],
}

/// Where a group's numbers begin in the bias, in an input and in an output.
pub(super) struct Offsets {
    pub bias: usize,
    pub from: usize,
    pub to: usize,
}

impl Sweep {
    /// Part number `i` of the kernel, if there is one; a part has at most `max` channels of taps. The first part of a
    /// kernel without taps is empty.
    pub fn part(&self, i: usize, max: usize) -> Option<KernelPart> {
        let [rows, columns, depth] = [self.taps[0], self.taps[1], self.depth];
        // As many whole rows as possible or, if a row is too much, whole taps or, if a tap is too much, channels.
        let fitting = |all: usize, each: usize| (max / each.max(1)).min(all).max(1);
        let size = if columns * depth <= max {
            [fitting(rows, columns * depth), columns, depth]
        } else if depth <= max {
            [1, fitting(columns, depth), depth]
        } else {
            [1, 1, max]
        };
        // No size is zero, but the compiler cannot prove that, and would keep a panic.
        let parts = |all: usize, size: usize| all.div_ceil(size.max(1)).max(1);
        let count = [parts(rows, size[0]), parts(columns, size[1]), parts(depth, size[2])];
        let at = [i / count[2] / count[1], i / count[2] % count[1], i % count[2]];
        let range = |axis: usize, all: usize| {
            let first = at[axis] * size[axis];
            (first, all.min(first + size[axis]))
        };
        (at[0] < count[0]).then(|| KernelPart { taps: [range(0, rows), range(1, columns)], channels: range(2, depth) })
    }

    /// All taps and channels.
    pub fn all(&self) -> KernelPart {
        KernelPart { taps: [(0, self.taps[0]), (0, self.taps[1])], channels: (0, self.depth) }
    }

    /// The positions of a region, to be visited from its first tap on.
    #[inline(always)]
    pub fn grid(&self, sizes: [usize; 2]) -> Grid {
        let (row, column) = (self.input[1] * self.pixel, self.pixel);
        Grid { sizes, x: [self.stride[0] * row, self.stride[1] * column], y: self.output_step }
    }

    /// Calls `f` for each region of some taps.
    #[inline(always)]
    pub fn regions(&self, part: &KernelPart, f: impl Fn(Region)) {
        let mut top = 0;
        while top < self.positions[0] {
            let (bottom, rows) = self.end::<0>(part, top);
            let mut left = 0;
            while left < self.positions[1] {
                let (right, columns) = self.end::<1>(part, left);
                let (row, column) = (self.at::<0>(top, rows.0), self.at::<1>(left, columns.0));
                let from = (row * self.input[1] as isize + column) * self.pixel as isize;
                f(Region { first: [top, left], sizes: [bottom - top, right - left], taps: [rows, columns], from });
                left = right;
            }
            top = bottom;
        }
    }

    // An axis is a constant, so that indexing by it cannot panic, also in code that is compiled for its size.

    /// Where the taps that meet the input change for the first time after a position, and the taps until there.
    #[inline(always)]
    fn end<const AXIS: usize>(&self, part: &KernelPart, first: usize) -> (usize, (usize, usize)) {
        let taps = self.met::<AXIS>(part, first);
        let mut end = first + 1;
        while end < self.positions[AXIS] && self.met::<AXIS>(part, end) == taps {
            end += 1;
        }
        (end, taps)
    }

    /// The taps that meet the input at a position of the output.
    #[inline(always)]
    fn met<const AXIS: usize>(&self, part: &KernelPart, position: usize) -> (usize, usize) {
        let padding = self.padding[AXIS] - (position * self.stride[AXIS]) as isize;
        taps_inside(part.taps[AXIS], self.dilation[AXIS], padding, self.input[AXIS])
    }

    /// The position of the input that a tap meets at a position of the output.
    #[inline(always)]
    fn at<const AXIS: usize>(&self, position: usize, tap: usize) -> isize {
        (position * self.stride[AXIS] + tap * self.dilation[AXIS]) as isize - self.padding[AXIS]
    }

    /// The forward pass of a group.
    fn forward(of: &Convolution, group: usize) -> (Self, Offsets) {
        let groups = of.groups.max(1);
        let (depth, columns) = (of.channels / groups, of.filters / groups);
        let sweep = Sweep {
            positions: of.output,
            stride: of.stride,
            taps: of.kernel,
            dilation: of.dilation,
            padding: of.padding.map(|padding| padding as isize),
            input: of.input,
            pixel: of.channels,
            depth,
            first_weight: group * columns,
            tap_step: [of.kernel[1] * depth * of.filters, depth * of.filters].map(|step| step as isize),
            weight_step: of.filters,
            transposed: false,
            columns,
            output_step: [of.output[1] * of.filters, of.filters],
        };
        (sweep, Offsets { bias: group * columns, from: group * depth, to: group * columns })
    }

    /// The gradient of the inputs of a group that have one phase of the stride, if there are any.
    fn backward(of: &Convolution, group: usize, phase: [usize; 2]) -> Option<(Self, Offsets)> {
        let groups = of.groups.max(1);
        let (depth, columns) = (of.filters / groups, of.channels / groups);
        let tap_len = [of.kernel[1] * columns * of.filters, columns * of.filters];
        let (mut positions, mut taps, mut padding, mut first_weight) = ([0; 2], [0; 2], [0; 2], group * depth);
        // The strides are not zero, but the compiler cannot prove that.
        let strides = of.stride.map(|stride| NonZero::new(stride).unwrap_or(NonZero::<usize>::MIN));
        for axis in 0..2 {
            let (stride, dilation, kernel) = (strides[axis], of.dilation[axis], of.kernel[axis]);
            positions[axis] = (of.input[axis].saturating_sub(phase[axis]) + (stride.get() - 1)) / stride;
            // Input row p meets output row (p + padding - tap · dilation) / stride if that is whole. The last such tap
            // comes first.
            let reach = phase[axis] + of.padding[axis];
            let reached = reach + stride.get() * dilation * kernel;
            let of_phase = |tap: &usize| (reached - tap * dilation) % stride == 0;
            let mut with = (0..kernel).filter(of_phase);
            let last = with.next_back();
            taps[axis] = last.map_or(0, |_| 1 + with.count());
            let last = last.unwrap_or(0);
            padding[axis] =
                ((last * dilation) as isize - reach as isize).checked_div(stride.get() as isize).unwrap_or(0);
            first_weight += last * tap_len[axis];
        }
        // The phase has every n-th tap only.
        let every: [usize; 2] = core::array::from_fn(|axis| {
            let (stride, dilation) = (strides[axis], of.dilation[axis]);
            (1..=stride.get()).find(|n| (n * dilation) % stride == 0).unwrap_or(stride.get())
        });
        let sweep = Sweep {
            positions,
            stride: [1, 1],
            taps,
            dilation: core::array::from_fn(|axis| every[axis] * of.dilation[axis] / strides[axis]),
            padding,
            input: of.output,
            pixel: of.filters,
            depth,
            first_weight,
            tap_step: core::array::from_fn(|axis| -((tap_len[axis] * every[axis]) as isize)),
            weight_step: of.filters,
            transposed: true,
            columns,
            output_step: [of.stride[0] * of.input[1] * of.channels, of.stride[1] * of.channels],
        };
        let to = (phase[0] * of.input[1] + phase[1]) * of.channels + group * columns;
        (positions[0] * positions[1] > 0).then_some((sweep, Offsets { bias: 0, from: group * depth, to }))
    }
}

impl Convolution {
    /// Calls `f` for each sweep of a direction: for each group (once for all channels of a depthwise convolution) and,
    /// backwards, for each phase of the stride.
    #[inline(always)]
    pub(super) fn sweeps(&self, direction: Direction, f: impl Fn(&Sweep, Offsets)) {
        for group in 0..if self.is_depthwise() { 1 } else { self.groups } {
            if direction == Direction::Forward {
                let (sweep, offsets) = Sweep::forward(self, group);
                f(&sweep, offsets);
                continue;
            }
            for row in 0..self.stride[0] {
                for column in 0..self.stride[1] {
                    if let Some((sweep, offsets)) = Sweep::backward(self, group, [row, column]) {
                        f(&sweep, offsets);
                    }
                }
            }
        }
    }
}
