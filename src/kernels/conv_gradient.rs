//! The gradient of a convolution's kernel: products over all positions, of which each row is one tap and channel.

// Arrays that are indexed stay in registers; what iterators make of them does not always.
#![allow(clippy::needless_range_loop)]

use super::conv::{Convolution, ROWS, Start, Sums, tile_of};
use super::depthwise::gradient_of_channels;
use super::matrix::{WORTH, cut};
use super::simd::{Simd, lanes};
use super::threads::{run, threads};
use super::tiles::{MOST, WIDEST, copy, height};
use super::{LANES, Shared};

impl Convolution {
    /// How far an input reaches from the first tap to the last, of all positions.
    pub(super) fn reach(&self, axis: usize) -> usize {
        (self.output[axis] - 1) * self.stride[axis] + (self.kernel[axis] - 1) * self.dilation[axis] + 1
    }
}

/// Some rows of a kernel's gradient: `range` of those that `sizes` count (the last axis is of one run of the input), and how far apart they are.
struct KernelRows {
    range: (usize, usize),
    sizes: [usize; 3],
    a: [usize; 2],
    c: usize,
}

simd! {
    /// Adds to the rows of a kernel's gradient, or writes them: `Σ x[position + row]·dy[position]`.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    [unsafe] fn gradient_rows(sums: &Sums, taps: &KernelRows, x: *const f32, dw: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe {
            match sums.width.div_ceil(S::LANES) {
                1 if sums.width <= LANES => gradient_tiles::<S::Eight, 1>(sums, taps, x, dw),
                1 => gradient_tiles::<S, 1>(sums, taps, x, dw),
                2 => gradient_tiles::<S, 2>(sums, taps, x, dw),
                _ => gradient_tiles::<S, 3>(sums, taps, x, dw),
            }
        }
    }
}

/// # Safety
///
/// The pointers are readable and writable as far as the sizes say.
#[inline(always)]
unsafe fn gradient_tiles<S: Simd, const V: usize>(sums: &Sums, taps: &KernelRows, x: *const f32, dw: *mut f32) {
    let (mut r, end) = taps.range;
    let [_, columns, channels] = taps.sizes;
    let (mut row, mut column, mut channel) = (r / channels / columns, r / channels % columns, r % channels);
    while r < end {
        let rows = height(end - r, MOST[V - 1]);
        let (mut from, mut to) = ([x; ROWS], [dw; ROWS]);
        for i in 0..rows {
            from[i] = x.wrapping_add(row * taps.a[0] + column * taps.a[1] + channel);
            to[i] = dw.wrapping_add((r + i) * taps.c);
            channel += 1;
            if channel == channels {
                (column, channel) = (column + 1, 0);
            }
            if column == columns {
                (row, column) = (row + 1, 0);
            }
        }
        // SAFETY: the caller's promise.
        unsafe { tile_of::<S, V>(sums, rows, &from, &to) };
        r += rows;
    }
}

/// The gradient of a convolution's kernel: `dw[i][j][k][o] = Σ x[…][k]·dy[r][c][o]`, over all positions of all images.
///
/// - `room`: what it needs for copies; grown in the first call.
pub fn convolve_weight_gradient(of: &Convolution, x: &[f32], dy: &[f32], dw: &mut [f32], room: &mut Vec<f32>) {
    let images = dy.len() / of.output_len().max(1);
    assert!(dw.len() == of.kernel_len(), "a kernel of its size");
    assert!(x.len() == images * of.input_len() && dy.len() == images * of.output_len(), "as many outputs as inputs");
    let (depth, columns) = (of.channels / of.groups, of.filters / of.groups);
    let [rows, positions] = [of.kernel[0] * of.kernel[1] * depth, of.output[0] * of.output[1]];
    if images == 0 || of.is_depthwise() {
        dw.fill(0.0);
        let (dw, lanes) = (Shared(dw.as_mut_ptr()), lanes());
        let parts = threads().min(images * of.macs() / WORTH).min(of.channels / lanes).max(1);
        let part = of.channels.div_ceil(parts).next_multiple_of(lanes);
        return run(of.channels.div_ceil(part), &|i| {
            let range = (i * part, of.channels.min((i + 1) * part));
            for (x, dy) in x.chunks_exact(of.input_len()).zip(dy.chunks_exact(of.output_len())) {
                // SAFETY: the sizes were just checked, and each part has channels of its own.
                unsafe { gradient_of_channels(of, range, x.as_ptr(), dy.as_ptr(), dw.at(0)) };
            }
        });
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
    let zeros = [0.0; WIDEST];
    let zeros = Shared::from(&zeros[..]);
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
                        let width = cut(columns - o);
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
                            start: if image == 0 { Start::Row(zeros.at(0)) } else { Start::There },
                            width,
                        };
                        let taps = KernelRows {
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
