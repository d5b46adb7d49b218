//! Pooling: the largest number or the mean of each channel in a window. The sizes are those of a [`Convolution`] with
//! as many filters as channels. If the slices do not have these sizes, nothing is written.

use crate::kernels::convolution::{Convolution, taps_inside};
use crate::kernels::dispatch::simd;

/// The pixels of a window that lie inside the image.
#[derive(Clone, Copy)]
struct Window {
    /// The first pixel.
    first: usize,
    /// Rows and columns of pixels.
    rows: usize,
    columns: usize,
    /// Pixels from one row or column of the window to the next.
    row_step: usize,
    column_step: usize,
}

impl Window {
    /// Calls `f` with the index of each pixel.
    #[inline(always)]
    fn each(self, mut f: impl FnMut(usize)) {
        for i in 0..self.rows {
            for j in 0..self.columns {
                f(self.first + i * self.row_step + j * self.column_step);
            }
        }
    }
}

/// Calls `f` with the index of each position and its window.
#[inline(always)]
fn each_window(of: &Convolution, mut f: impl FnMut(usize, Window)) {
    let met = |axis: usize, position: usize| {
        let padding = of.padding[axis] as isize - (position * of.stride[axis]) as isize;
        let (first, end) = taps_inside((0, of.kernel[axis]), of.dilation[axis], padding, of.input[axis]);
        (((first * of.dilation[axis]) as isize - padding).max(0).cast_unsigned(), end - first)
    };
    let mut at = 0;
    for r in 0..of.output[0] {
        let (top, rows) = met(0, r);
        for c in 0..of.output[1] {
            let (left, columns) = met(1, c);
            let first = top * of.input[1] + left;
            let (row_step, column_step) = (of.dilation[0] * of.input[1], of.dilation[1]);
            f(at, Window { first, rows, columns, row_step, column_step });
            at += 1;
        }
    }
}

/// Whether x and y have as many pixels as input and output.
fn fits<const C: usize>(of: &Convolution, x: &[[f32; C]], y: &[[f32; C]]) -> bool {
    x.len() == of.input[0] * of.input[1] && y.len() == of.output[0] * of.output[1]
}

/// Sets `y` to `init` and calls `f`, which computes `y`: few channels in registers, many in place, because they would
/// not fit into the registers and the stack may be small.
#[inline(always)]
fn in_registers<const C: usize>(y: &mut [f32; C], init: f32, f: impl FnOnce(&mut [f32; C])) {
    if C <= 16 {
        let mut numbers = [init; C];
        f(&mut numbers);
        *y = numbers;
    } else {
        y.fill(init);
        f(y);
    }
}

simd! {
    /// The largest number of each channel in each window of one image; NaN counts as the largest.
    pub fn max_pool<const C>(of: &Convolution, x: &[[f32; C]], y: &mut [[f32; C]]) {
        if !fits(of, x, y) {
            return;
        }
        each_window(of, #[inline(always)] |at, window| {
            // SAFETY: there are as many positions.
            let y = unsafe { y.get_unchecked_mut(at) };
            in_registers(y, f32::NEG_INFINITY, #[inline(always)] |largest| window.each(#[inline(always)] |pixel| {
                // SAFETY: the pixels of a window are inside.
                let x = unsafe { x.get_unchecked(pixel) };
                for (largest, x) in largest.iter_mut().zip(x) {
                    *largest = if *x > *largest || x.is_nan() { *x } else { *largest };
                }
            }));
        });
    }

    /// The mean of each channel in each window of one image; only pixels inside the image count.
    pub fn avg_pool<const C>(of: &Convolution, x: &[[f32; C]], y: &mut [[f32; C]]) {
        if !fits(of, x, y) {
            return;
        }
        each_window(of, #[inline(always)] |at, window| {
            // SAFETY: there are as many positions.
            let y = unsafe { y.get_unchecked_mut(at) };
            let share = 1.0 / (window.rows * window.columns).max(1) as f32;
            in_registers(y, 0.0, #[inline(always)] |sum| {
                window.each(#[inline(always)] |pixel| {
                    // SAFETY: the pixels of a window are inside.
                    let x = unsafe { x.get_unchecked(pixel) };
                    sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
                });
                sum.iter_mut().for_each(|sum| *sum *= share);
            });
        });
    }
}

#[cfg(feature = "train")]
simd! {
    /// The gradient of [`max_pool`]: the gradient of each output goes to the first pixel that was the largest.
    pub fn max_pool_gradient<const C>(
        of: &Convolution, x: &[[f32; C]], y: &[[f32; C]], dy: &[[f32; C]], dx: &mut [[f32; C]],
    ) {
        dx.as_flattened_mut().fill(0.0);
        if !fits(of, x, y) || !fits(of, dx, dy) {
            return;
        }
        each_window(of, #[inline(always)] |at, window| {
            // SAFETY: there are as many positions.
            let (y, mut left) = unsafe { (y.get_unchecked(at), *dy.get_unchecked(at)) };
            window.each(#[inline(always)] |pixel| {
                // SAFETY: the pixels of a window are inside.
                let (x, dx) = unsafe { (x.get_unchecked(pixel), dx.get_unchecked_mut(pixel)) };
                for (((left, dx), x), y) in left.iter_mut().zip(dx).zip(x).zip(y) {
                    let is_largest = x == y;
                    *dx += if is_largest { *left } else { 0.0 };
                    *left = if is_largest { 0.0 } else { *left };
                }
            });
        });
    }

    /// The gradient of [`max_pool`] with one window: pixels that are equally large share that of each output.
    pub fn global_max_gradient<const C>(
        of: &Convolution, x: &[[f32; C]], y: &[[f32; C]], dy: &[[f32; C]], dx: &mut [[f32; C]],
    ) {
        dx.as_flattened_mut().fill(0.0);
        let ([y], [dy]) = (y, dy) else { return };
        if x.len() != dx.len() || x.len() != of.input[0] * of.input[1] {
            return;
        }
        // How many are the largest, and then the part of each.
        let mut part = [0.0; C];
        for x in x {
            part.iter_mut().zip(x).zip(y).for_each(|((count, x), y)| *count += if x == y { 1.0 } else { 0.0 });
        }
        part.iter_mut().zip(dy).for_each(|(part, dy)| *part = dy / *part);
        for (x, dx) in x.iter().zip(dx) {
            for (((dx, x), y), part) in dx.iter_mut().zip(x).zip(y).zip(&part) {
                *dx = if x == y { *part } else { 0.0 };
            }
        }
    }

    /// The gradient of [`avg_pool`].
    pub fn avg_pool_gradient<const C>(
        of: &Convolution, x: &[[f32; C]], y: &[[f32; C]], dy: &[[f32; C]], dx: &mut [[f32; C]],
    ) {
        dx.as_flattened_mut().fill(0.0);
        if !fits(of, x, y) || !fits(of, dx, dy) {
            return;
        }
        each_window(of, #[inline(always)] |at, window| {
            let share = 1.0 / (window.rows * window.columns).max(1) as f32;
            // SAFETY: there are as many positions.
            let dy = unsafe { dy.get_unchecked(at) };
            window.each(#[inline(always)] |pixel| {
                // SAFETY: the pixels of a window are inside.
                let dx = unsafe { dx.get_unchecked_mut(pixel) };
                dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy * share);
            });
        });
    }
}
