//! Pooling: the largest number or the mean of each channel in a window. The sizes are those of a [`Convolution`] with as many filters as
//! channels; where they do not fit, nothing is written.

use super::conv::{Convolution, inside};

/// The pixels that a window sees.
#[derive(Clone, Copy)]
struct Seen {
    first: usize,
    rows: usize,
    columns: usize,
    row: usize,
    column: usize,
}

impl Seen {
    #[inline(always)]
    fn each(self, mut f: impl FnMut(usize)) {
        for i in 0..self.rows {
            for j in 0..self.columns {
                f(self.first + i * self.row + j * self.column);
            }
        }
    }
}

/// Calls `f` for each position, with what its window sees.
#[inline(always)]
fn positions(of: &Convolution, mut f: impl FnMut(usize, Seen)) {
    let met = |axis: usize, position: usize| {
        let before = of.before[axis] as isize - (position * of.stride[axis]) as isize;
        let (first, end) = inside((0, of.kernel[axis]), of.dilation[axis], before, of.input[axis]);
        (((first * of.dilation[axis]) as isize - before).max(0).cast_unsigned(), end - first)
    };
    let mut at = 0;
    for r in 0..of.output[0] {
        let (top, rows) = met(0, r);
        for c in 0..of.output[1] {
            let (left, columns) = met(1, c);
            let first = top * of.input[1] + left;
            f(at, Seen { first, rows, columns, row: of.dilation[0] * of.input[1], column: of.dilation[1] });
            at += 1;
        }
    }
}

/// Whether there are as many pixels of both.
fn fits<const C: usize>(of: &Convolution, x: &[[f32; C]], y: &[[f32; C]]) -> bool {
    x.len() == of.input[0] * of.input[1] && y.len() == of.output[0] * of.output[1]
}

/// Has `f` make the numbers of `y` out of `start`, few of them in registers, and many where they are, since they would not fit and the
/// stack may be small.
#[inline(always)]
fn in_registers<const C: usize>(y: &mut [f32; C], start: f32, f: impl FnOnce(&mut [f32; C])) {
    if C <= 16 {
        let mut numbers = [start; C];
        f(&mut numbers);
        *y = numbers;
    } else {
        y.fill(start);
        f(y);
    }
}

simd! {
    /// The largest number of each channel in each window of one image; NaN counts as the largest.
    pub fn max_pool<const C>(of: &Convolution, x: &[[f32; C]], y: &mut [[f32; C]]) {
        if !fits(of, x, y) {
            return;
        }
        positions(of, #[inline(always)] |at, seen| {
            // SAFETY: there are as many positions.
            let y = unsafe { y.get_unchecked_mut(at) };
            in_registers(y, f32::NEG_INFINITY, #[inline(always)] |most| seen.each(#[inline(always)] |pixel| {
                // SAFETY: what a window sees is inside.
                let x = unsafe { x.get_unchecked(pixel) };
                for (most, x) in most.iter_mut().zip(x) {
                    *most = if *x > *most || x.is_nan() { *x } else { *most };
                }
            }));
        });
    }

    /// The mean of each channel in each window of one image, of what is inside.
    pub fn avg_pool<const C>(of: &Convolution, x: &[[f32; C]], y: &mut [[f32; C]]) {
        if !fits(of, x, y) {
            return;
        }
        positions(of, #[inline(always)] |at, seen| {
            // SAFETY: there are as many positions.
            let y = unsafe { y.get_unchecked_mut(at) };
            let share = 1.0 / (seen.rows * seen.columns).max(1) as f32;
            in_registers(y, 0.0, #[inline(always)] |sum| {
                seen.each(#[inline(always)] |pixel| {
                    // SAFETY: what a window sees is inside.
                    let x = unsafe { x.get_unchecked(pixel) };
                    sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
                });
                sum.iter_mut().for_each(|sum| *sum *= share);
            });
        });
    }

    /// The gradient of `max_pool`: that of each output goes to the first pixel that was the largest.
    pub fn max_pool_gradient<const C>(of: &Convolution, x: &[[f32; C]], y: &[[f32; C]], dy: &[[f32; C]], dx: &mut [[f32; C]]) {
        dx.as_flattened_mut().fill(0.0);
        if !fits(of, x, y) || !fits(of, dx, dy) {
            return;
        }
        positions(of, #[inline(always)] |at, seen| {
            // SAFETY: there are as many positions.
            let (y, mut left) = unsafe { (y.get_unchecked(at), *dy.get_unchecked(at)) };
            seen.each(#[inline(always)] |pixel| {
                // SAFETY: what a window sees is inside.
                let (x, dx) = unsafe { (x.get_unchecked(pixel), dx.get_unchecked_mut(pixel)) };
                for (((left, dx), x), y) in left.iter_mut().zip(dx).zip(x).zip(y) {
                    let most = x == y;
                    *dx += if most { *left } else { 0.0 };
                    *left = if most { 0.0 } else { *left };
                }
            });
        });
    }

    /// The gradient of `avg_pool`.
    pub fn avg_pool_gradient<const C>(of: &Convolution, x: &[[f32; C]], y: &[[f32; C]], dy: &[[f32; C]], dx: &mut [[f32; C]]) {
        dx.as_flattened_mut().fill(0.0);
        if !fits(of, x, y) || !fits(of, dx, dy) {
            return;
        }
        positions(of, #[inline(always)] |at, seen| {
            let share = 1.0 / (seen.rows * seen.columns).max(1) as f32;
            // SAFETY: there are as many positions.
            let dy = unsafe { dy.get_unchecked(at) };
            seen.each(#[inline(always)] |pixel| {
                // SAFETY: what a window sees is inside.
                let dx = unsafe { dx.get_unchecked_mut(pixel) };
                dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy * share);
            });
        });
    }
}
