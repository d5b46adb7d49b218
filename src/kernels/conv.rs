//! Convolutions in both directions, for a batch and for one image.
//!
//! A convolution is a product whose rows are windows of an image, which are read in place; see `sweep.rs`.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::convolution::{Convolution, Direction, Ends};
use crate::kernels::depthwise::sweep_channels;
use crate::kernels::lanes::HAS_VECTORS;
use crate::kernels::panel::{Init, MAX_WIDTH, copy, panel_width};
#[cfg(feature = "train")]
use crate::kernels::shared_ptr::SharedPtr;
use crate::kernels::simd::vector_lanes;
use crate::kernels::stack::{UNINIT, lines};
use crate::kernels::sweep::{Grid, KernelPart, Offsets, Region, Sweep};
#[cfg(feature = "train")]
use crate::kernels::threads::{run, threads_for};
use crate::kernels::transpose::pack_transposed;
use crate::kernels::window_tiles::{Rows, Sums, tiles};

/// Floats of weights that are packed at a time: 24 KB, which stay in the L1 cache.
const PACKED_WEIGHTS: usize = 6 * 1024;

/// Up to so many positions, weights are read in place, because a copy would cost more than it gains.
const FEW_POSITIONS: usize = 40;

/// The weights of some columns, for a part of the kernel.
#[derive(Clone, Copy)]
struct Weights {
    first: *const f32,
    /// Floats from one row of taps, one column of taps, one channel to the next.
    steps: [usize; 3],
}

impl Sweep {
    /// Packs the weights of a part of the kernel, for `width` columns from `o` on, into a panel.
    ///
    /// # Safety
    ///
    /// The columns belong to the kernel that `w` points to, and the panel has capacity for whole vectors.
    unsafe fn pack(&self, w: *const f32, (o, width): (usize, usize), part: &KernelPart, mut panel: *mut f32) {
        let whole = width.next_multiple_of(vector_lanes());
        let [_, _, count] = part.sizes();
        for i in part.taps[0].0..part.taps[0].1 {
            for j in part.taps[1].0..part.taps[1].1 {
                // SAFETY: the caller's contract.
                unsafe {
                    let tap =
                        w.add(self.first_weight).offset(self.tap_step[0] * i as isize + self.tap_step[1] * j as isize);
                    if self.transposed {
                        let from = tap.add(o * self.weight_step + part.channels.0);
                        pack_transposed(from, self.weight_step, width, count, panel, whole);
                        panel = panel.add(count * whole);
                    } else {
                        for k in part.channels.0..part.channels.1 {
                            copy(tap.add(k * self.weight_step + o), width, panel);
                            (width..whole).for_each(|l| *panel.add(l) = 0.0);
                            panel = panel.add(whole);
                        }
                    }
                }
            }
        }
    }

    /// Sweeps over `images`. The sums begin with the bias, or with zeros.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn images(
        &self,
        images: usize,
        w: *const f32,
        bias: Option<*const f32>,
        x: (*const f32, usize),
        y: (*mut f32, usize),
    ) {
        let mut panel = [UNINIT; lines(PACKED_WEIGHTS)];
        let panel = panel.as_mut_ptr().cast::<f32>();
        let mut padded = [0.0; MAX_WIDTH];
        let mut o = 0;
        while o < self.columns {
            let width = panel_width(self.columns - o);
            let whole = width.next_multiple_of(vector_lanes());
            let few = images * self.positions[0] * self.positions[1] <= FEW_POSITIONS;
            let in_place = !self.transposed && width == whole && few;
            // SAFETY: the caller's contract.
            unsafe {
                if let Some(bias) = bias {
                    copy(bias.add(o), width, padded.as_mut_ptr());
                }
                let mut i = 0;
                while let Some(part) = self.part(i, PACKED_WEIGHTS / whole.max(1)) {
                    let weights = if in_place {
                        let taps =
                            self.tap_step[0] * part.taps[0].0 as isize + self.tap_step[1] * part.taps[1].0 as isize;
                        let first = w.wrapping_add(self.first_weight + o + part.channels.0 * self.weight_step);
                        let [row, column] = self.tap_step.map(isize::cast_unsigned);
                        Weights { first: first.wrapping_offset(taps), steps: [row, column, self.weight_step] }
                    } else {
                        self.pack(w, (o, width), &part, panel);
                        let [_, columns, channels] = part.sizes();
                        Weights { first: panel, steps: [columns * channels * whole, channels * whole, whole] }
                    };
                    let init = if i > 0 { Init::Existing } else { Init::Row(padded.as_ptr()) };
                    for image in 0..images {
                        self.image(&part, weights, init, x.0.add(image * x.1), y.0.add(image * y.1 + o), width);
                    }
                    i += 1;
                }
            }
            o += width;
        }
    }

    /// Sweeps over one image with some of the taps, for `width` columns.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn image(&self, part: &KernelPart, weights: Weights, init: Init, x: *const f32, y: *mut f32, width: usize) {
        let [_, _, channels] = part.sizes();
        let consecutive = self.dilation[1] == 1 && channels == self.pixel;
        self.regions(part, |Region { first: [top, left], sizes, taps: [(i, i_end), (j, j_end)], from }| {
            // SAFETY: the taps lie inside of the input, and the caller's contract.
            unsafe {
                let skipped = (i - part.taps[0].0) * weights.steps[0] + (j - part.taps[1].0) * weights.steps[1];
                let (row, column) = (self.input[1] * self.pixel, self.pixel);
                let mut sums = Sums {
                    counts: [i_end - i, j_end - j, channels],
                    a: [self.dilation[0] * row, self.dilation[1] * column, 1],
                    b: weights.steps,
                    weights: weights.first.wrapping_add(skipped),
                    init,
                    width,
                };
                if consecutive {
                    sums.counts = [i_end - i, 1, (j_end - j) * channels];
                }
                if sums.counts.contains(&0) {
                    sums.counts = [0; 3];
                }
                let x = x.wrapping_offset(from).wrapping_add(part.channels.0);
                let y = y.add(top * self.output_step[0] + left * self.output_step[1]);
                let Grid { sizes, x: [x_row, x_column], y: [y_row, y_column] } = self.grid(sizes);
                let rows = Rows {
                    first: [0; 3],
                    count: sizes[0] * sizes[1],
                    sizes: [sizes[0], sizes[1]],
                    a: [0, x_row, x_column],
                    c: [0, y_row, y_column],
                };
                tiles(&sums, &rows, x, y);
            }
        });
    }
}

impl Convolution {
    /// Computes images in one direction.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn images(
        &self,
        direction: Direction,
        images: usize,
        w: *const f32,
        bias: Option<*const f32>,
        x: (*const f32, usize),
        y: (*mut f32, usize),
    ) {
        let depthwise = self.is_depthwise();
        self.sweeps(direction, |sweep, Offsets { bias: o, from, to }| {
            // SAFETY: the caller's contract, for a group and a phase of the stride.
            unsafe {
                let (bias, x, y) = (bias.map(|bias| bias.add(o)), (x.0.add(from), x.1), (y.0.add(to), y.1));
                if depthwise {
                    for i in 0..images {
                        sweep_channels(sweep, w, bias, x.0.add(i * x.1), y.0.add(i * y.1));
                    }
                } else {
                    sweep.images(images, w, bias, x, y);
                }
            }
        });
    }
}

/// `y[r][c][o] = bias[o] + Σ_ijk w[i][j][k][o]·x[r·stride + i·dilation - padding][…][k]`, for a batch of images.
#[cfg(feature = "train")]
pub fn convolve(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    batch(of, Direction::Forward, w, bias, x, y);
}

/// The gradient of a convolution's input: `dx[p][…][k] = bias[k] + Σ w[i][j][k][o]·dy[r][…][o]`, over all r and i that
/// meet at p. It is a transposed convolution as well; the gradient has no bias.
#[cfg(feature = "train")]
pub fn convolve_input_gradient(of: &Convolution, w: &[f32], bias: Option<&[f32]>, dy: &[f32], dx: &mut [f32]) {
    batch(of, Direction::Backward, w, bias, dy, dx);
}

/// Computes a batch of images in one direction, on several threads if there is enough to do.
#[cfg(feature = "train")]
fn batch(of: &Convolution, direction: Direction, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let Ends { from, to, columns } = of.ends(direction);
    let images = y.len() / to.max(1);
    assert!(w.len() == of.kernel_len(), "a kernel of its size");
    assert!(x.len() == images * from && y.len() == images * to, "as many outputs as inputs");
    assert!(bias.is_none_or(|bias| bias.len() == columns), "one number a channel of the output");
    let (bias, y) = (bias.map(SharedPtr::from), SharedPtr(y.as_mut_ptr()));
    let parts = threads_for(images * of.macs()).min(images).max(1);
    let part = images.div_ceil(parts).max(1);
    run(images.div_ceil(part), &|i| {
        let (first, images) = (i * part, part.min(images - i * part));
        let bias = bias.map(|bias| bias.at(0).cast_const());
        // SAFETY: the sizes were just checked, and the parts do not overlap.
        unsafe {
            of.images(direction, images, w.as_ptr(), bias, (x[first * from..].as_ptr(), from), (y.at(first * to), to))
        };
    });
}

/// The convolution of one image, without a branch that could panic: if the slices do not have the right sizes, nothing
/// is written.
#[inline]
pub fn infer_convolution(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    infer(of, Direction::Forward, w, bias, x, y);
}

/// The transposed convolution of one image, without a branch that could panic: if the slices do not have the right
/// sizes, nothing is written.
#[inline]
pub fn infer_transposed(of: &Convolution, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    infer(of, Direction::Backward, w, bias, x, y);
}

/// Computes one image in one direction.
#[inline]
fn infer(of: &Convolution, direction: Direction, w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let Ends { from, to, columns } = of.ends(direction);
    let fits = w.len() == of.kernel_len() && bias.is_none_or(|bias| bias.len() == columns);
    if !fits || x.len() != from || y.len() != to {
        return;
    }
    let bias = bias.map(<[f32]>::as_ptr);
    // SAFETY: the sizes were just checked.
    unsafe {
        if HAS_VECTORS {
            of.images(direction, 1, w.as_ptr(), bias, (x.as_ptr(), from), (y.as_mut_ptr(), to));
        } else {
            of.scalar_image(direction, w.as_ptr(), bias, x.as_ptr(), y.as_mut_ptr());
        }
    }
}

#[cfg(all(test, feature = "train"))]
mod tests;
