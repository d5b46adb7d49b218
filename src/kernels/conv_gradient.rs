//! The gradient of a convolution's kernel: products over all positions, whose rows are the kernel's taps and channels.

// Indexed arrays stay in registers; the compiler does not always keep iterators' values there.
#![allow(clippy::needless_range_loop)]

use crate::kernels::convolution::Convolution;
use crate::kernels::depthwise::gradient_of_channels;
use crate::kernels::panel::{Init, MAX_ROWS, MAX_WIDTH, MIN_AFTER_FULL, copy, panel_width};
use crate::kernels::shared_ptr::SharedPtr;
use crate::kernels::simd::vector_lanes;
use crate::kernels::threads::{run, threads_for};
use crate::kernels::window_tiles::{MAX_TILE, Rows, Sums, tiles};

/// The gradient of a convolution's kernel: `dw[i][j][k][o] = Σ x[…][k]·dy[r][c][o]`, over all positions of all images.
///
/// - `scratch`: memory for copies; grows in the first call.
pub fn convolve_weight_gradient(of: &Convolution, x: &[f32], dy: &[f32], dw: &mut [f32], scratch: &mut Vec<f32>) {
    let images = dy.len() / of.output_len().max(1);
    assert!(dw.len() == of.kernel_len(), "a kernel of its size");
    assert!(x.len() == images * of.input_len() && dy.len() == images * of.output_len(), "as many outputs as inputs");
    if dw.is_empty() || images == 0 {
        return dw.fill(0.0);
    }
    if of.is_depthwise() {
        return depthwise(of, images, x, dy, dw);
    }
    let layout = Layout::new(of);
    let (part, parts) = layout.parts(threads_for(images * of.macs()));
    let len = layout.padded_len + layout.columns_len;
    if scratch.len() < parts * len {
        scratch.resize(parts * len, 0.0);
    }
    // Another layer may have left numbers where this one expects zeros around an image.
    scratch[..parts * len].fill(0.0);
    let (scratch, to) = (SharedPtr(scratch.as_mut_ptr()), SharedPtr(dw.as_mut_ptr()));
    run(parts, &|i| {
        let range = (i * part, if i + 1 == parts { layout.rows } else { (i + 1) * part });
        for (image, (x, dy)) in x.chunks_exact(of.input_len()).zip(dy.chunks_exact(of.output_len())).enumerate() {
            // SAFETY: the sizes were just checked, and each part has scratch memory and rows of its own.
            unsafe { layout.add_image(range, image == 0, x.as_ptr(), dy.as_ptr(), to.at(0), scratch.at(i * len)) };
        }
    });
}

/// The gradient of a depthwise kernel.
fn depthwise(of: &Convolution, images: usize, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    dw.fill(0.0);
    let (dw, lanes, taps) = (SharedPtr(dw.as_mut_ptr()), vector_lanes(), of.kernel[0] * of.kernel[1]);
    let threads = threads_for(images * of.macs());
    // Parts are ranges of channels or, if there are few, of taps.
    let by_channels = of.channels >= threads * lanes;
    let (all, unit) = if by_channels { (of.channels, lanes) } else { (taps, 1) };
    let part = all.div_ceil(threads).next_multiple_of(unit);
    run(all.div_ceil(part), &|i| {
        let range = (i * part, all.min((i + 1) * part));
        let (taps, channels) = if by_channels { ((0, taps), range) } else { (range, (0, of.channels)) };
        for (x, dy) in x.chunks_exact(of.input_len()).zip(dy.chunks_exact(of.output_len())) {
            // SAFETY: the sizes were just checked, and each part has numbers of its own.
            unsafe { gradient_of_channels(of, taps, channels, x.as_ptr(), dy.as_ptr(), dw.at(0)) };
        }
    });
}

/// The sizes of a kernel's gradient, and of the copies that are made of each image.
struct Layout<'a> {
    of: &'a Convolution,
    /// Rows of the gradient: one for each tap and each channel of a group.
    rows: usize,
    /// Columns of the gradient: the filters of a group.
    columns: usize,
    /// Rows and columns of the image that is read. If windows hang over its edges, it is a copy with zeros around, of
    /// `padded_len` floats.
    image: [usize; 2],
    padded_len: usize,
    /// Floats for a copy of the columns of `dy` that do not fill a vector.
    columns_len: usize,
}

impl<'a> Layout<'a> {
    fn new(of: &'a Convolution) -> Self {
        let columns = of.filters / of.groups;
        let rows = of.kernel[0] * of.kernel[1] * (of.channels / of.groups);
        let is_padded = (0..2).any(|axis| of.padding[axis] > 0 || of.reach(axis) > of.input[axis]);
        let image = if is_padded { [of.reach(0), of.reach(1)] } else { of.input };
        let padded_len = if is_padded { (image[0] * image[1] * of.channels).next_multiple_of(16) } else { 0 };
        let whole = columns.next_multiple_of(vector_lanes());
        let columns_len = if columns < whole { of.output[0] * of.output[1] * whole } else { 0 };
        Layout { of, rows, columns, image, padded_len, columns_len }
    }

    /// How many rows a part has, and how many parts there are, `max` at most; the last part takes the remaining rows.
    ///
    /// The last bits of a sum depend on the height of its tile. So the parts end where full tiles of the whole end, and
    /// each row is in the same tile for any number of parts.
    fn parts(&self, max: usize) -> (usize, usize) {
        let full_tiles =
            if self.columns <= vector_lanes() { MAX_ROWS[0] } else { MAX_ROWS[1].next_multiple_of(MAX_ROWS[2]) };
        let parts = max.min(self.rows.div_ceil(2 * MAX_TILE)).max(1);
        let part = self.rows.div_ceil(parts).next_multiple_of(full_tiles);
        (part, self.rows.saturating_sub(MIN_AFTER_FULL) / part + 1)
    }

    /// Computes rows of the gradient for the `first` image, or adds those of another one.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say; `scratch` for `padded_len + columns_len` floats,
    /// and zero where no image was copied to.
    unsafe fn add_image(
        &self,
        range: (usize, usize),
        first: bool,
        mut x: *const f32,
        dy: *const f32,
        dw: *mut f32,
        scratch: *mut f32,
    ) {
        let of = self.of;
        let row = self.image[1] * of.channels;
        // SAFETY: the caller's contract.
        unsafe {
            if self.padded_len > 0 {
                self.copy_image(x, scratch);
                x = scratch;
            }
            let (zeros, columns) = ([0.0; MAX_WIDTH], scratch.add(self.padded_len));
            for group in 0..of.groups {
                let (dy, dw) = (dy.add(group * self.columns), dw.add(group * self.columns));
                let mut o = 0;
                while o < self.columns {
                    let width = panel_width(self.columns - o);
                    let (b, pixel) = self.panel(dy.add(o), width, columns);
                    let sums = Sums {
                        counts: [1, of.output[0], of.output[1]],
                        a: [0, of.stride[0] * row, of.stride[1] * of.channels],
                        b: [0, of.output[1] * pixel, pixel],
                        weights: b,
                        init: if first { Init::Row(zeros.as_ptr()) } else { Init::Existing },
                        width,
                    };
                    let depth = of.channels / of.groups;
                    let ((first, end), taps) = (range, of.kernel[1]);
                    // A row is the products `Σ x[position + row]·dy[position]` of a tap and a channel.
                    let rows = Rows {
                        first: [first / depth / taps, first / depth % taps, first % depth],
                        count: end - first,
                        sizes: [taps, depth],
                        a: [of.dilation[0] * row, of.dilation[1] * of.channels, 1],
                        c: [taps * depth * of.filters, depth * of.filters, of.filters],
                    };
                    tiles(&sums, &rows, x.add(group * depth), dw.add(o));
                    o += width;
                }
            }
        }
    }

    /// Copies an image to the middle of the padded one.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn copy_image(&self, x: *const f32, padded: *mut f32) {
        let (of, row) = (self.of, self.image[1] * self.of.channels);
        let count = of.input[1].min(self.image[1] - of.padding[1]) * of.channels;
        for r in 0..of.input[0].min(self.image[0] - of.padding[0]) {
            // SAFETY: the caller's contract.
            unsafe {
                let to = padded.add((r + of.padding[0]) * row + of.padding[1] * of.channels);
                core::ptr::copy_nonoverlapping(x.add(r * of.input[1] * of.channels), to, count);
            }
        }
    }

    /// The address of `width` columns of `dy` as whole vectors, and the number of floats from one position to the next:
    /// in place or, if they do not fill the vectors, in a copy.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    unsafe fn panel(&self, dy: *const f32, width: usize, to: *mut f32) -> (*const f32, usize) {
        let (filters, whole) = (self.of.filters, width.next_multiple_of(vector_lanes()));
        if width == whole {
            return (dy, filters);
        }
        for position in 0..self.of.output[0] * self.of.output[1] {
            // SAFETY: the caller's contract.
            unsafe { copy(dy.add(position * filters), width, to.add(position * whole)) };
        }
        (to, whole)
    }
}
